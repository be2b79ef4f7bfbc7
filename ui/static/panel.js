// A panel of the page: says what is chosen in it as {do, …}, where "do" and what goes with it stand in the markup:
//   <button name="wence-do" value="open" data-id="7">         {do: "open", id: "7"}; data-confirm asks before, data-event names
//                                                           another event than "select"
//   <form data-do="rename" data-id="7"><input name="name">    {do: "rename", id: "7", name: "…"} when it is sent; the value
//                                                           of the button that sends it, where it has one, goes before
//   <input data-do="search" name="words">                     {do: "search", words: "…"} while it is typed in
// Runs once, as the panel's js_on_load; `element`, `trigger` and `watch` are Gradio's.
const tell = (source, more) => {
  const { do: what, confirm: question, event: name = "select", ...data } = source.dataset;
  if (question && !window.confirm(question)) return;
  trigger(name, { ...data, ...more });
};

element.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest('button[name="wence-do"]') : null;
  if (button) tell(button, { do: button.value });
});
// What shows how far work is, is drawn anew while a mouse is held down on it, and a button that is gone is not clicked.
element.addEventListener("pointerdown", (event) => {
  const target = event.pointerType === "mouse" && event.target instanceof Element ? event.target : null;
  const button = target?.closest('.wence-job button[name="wence-do"]');
  if (button) tell(button, { do: button.value });
});

element.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.do) return;
  event.preventDefault();
  const fields = {};
  for (const [name, value] of new FormData(form)) fields[name] = name in fields ? [fields[name], value].flat() : value;
  tell(form, { ...fields, do: event.submitter?.value || form.dataset.do });
});

let waiting = 0;
element.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset.do || field.form?.dataset.do) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => tell(field, { do: field.dataset.do, [field.name]: field.value }), 250);
});

// What is shown anew keeps the reader's place: the field that is being typed in, what is unfolded, what is scrolled.
let kept = { id: "", at: 0, value: "" };
element.addEventListener("focusin", (event) => { kept = { id: event.target.id ?? "", at: 0, value: "" }; });
element.addEventListener("focusout", (event) => { if (event.target.isConnected && event.relatedTarget) kept.id = ""; });
watch("value", () => {
  const field = kept.id && document.activeElement === document.body ? element.querySelector(`#${CSS.escape(kept.id)}`) : null;
  if (field) {
    field.focus({ preventScroll: true });
    if (field.setSelectionRange && field.type !== "number") field.setSelectionRange(field.value.length, field.value.length);
  }
});
