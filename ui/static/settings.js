// A group of the settings, after panel.js: its form, or the line below it that tells what came of it.
// Runs once, as the panel's js_on_load; `element` and `watch` are Gradio's.
let saved = "";
watch("value", () => {
  const form = element.querySelector("form");
  if (form && form.dataset.saved !== saved) {
    // Gradio changes what differs in a form that is shown anew, and leaves what was typed, a key among it.
    saved = form.dataset.saved;
    form.reset();
  } else if (!form && element.textContent.trim()) {
    element.scrollIntoView({ block: "nearest" }); // it may stand below what the window shows
  }
});
