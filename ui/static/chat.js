// The conversation: example questions are asked when chosen; a new question is brought to the top.
// Runs once, as the conversation's js_on_load; `element`, `trigger` and `watch` are Gradio's.
element.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest('button[name="wence-example"]') : null;
  if (target) trigger("select", { question: target.value });
});

let questions = 0;
watch("value", () => {
  const asked = element.querySelectorAll("article.wence-question");
  const box = document.getElementById("wence-chat");
  if (asked.length > questions && box) {
    const last = asked[asked.length - 1];
    const shift = last.getBoundingClientRect().top - box.getBoundingClientRect().top - 8;
    if (box.scrollHeight > box.clientHeight) box.scrollTop += shift;  // the box scrolls by itself (wide screens)
    else last.scrollIntoView({ block: "start" });                      // the page scrolls (a phone)
  }
  questions = asked.length;
});
