// The conversation: example questions are asked when chosen, an answer is copied, a question brought back to be
// edited; a new question is brought to the top.
// Runs once, as the conversation's js_on_load; `element`, `trigger` and `watch` are Gradio's.
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
};

const edit = (question) => {
  const field = document.querySelector("#wence-question textarea");
  if (!field) return;
  field.value = question;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
};

element.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button?.name === "wence-example") trigger("select", { question: button.value });
  else if (button?.name === "wence-rate") trigger("like", { key: button.dataset.key, verdict: button.value });
  else if (button?.name === "wence-edit") edit(button.value);
  else if (button?.name === "wence-copy") {
    button.dataset.label ??= button.textContent;  // a second click comes while it says that it was copied
    await copy(button.value);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = button.dataset.label; }, 2_000);
  }
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const { key } = event.target.dataset;
  trigger("like", { key, verdict: "down", ...Object.fromEntries(new FormData(event.target)) });
});

let questions = 0;
watch("value", () => {
  // The page, loaded anew, shows the same conversation.
  sessionStorage.setItem("wence-conversation", element.querySelector(".wence-log")?.dataset.conversation ?? "");
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
