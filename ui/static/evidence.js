// The evidence panel: opens a clause for any button named "wence-clause" on the page.
// Runs once, as the panel's js_on_load; `element`, `trigger` and `watch` are Gradio's.
const OPENER = 'button[name="wence-clause"]';
const point = (button) => {  // shows which citation the panel belongs to
  document.querySelectorAll(OPENER + '[aria-current="true"]').forEach((other) => other.removeAttribute("aria-current"));
  button.setAttribute("aria-current", "true");
};
let opener = null;      // the citation to go back to
let opened = false;     // a reader asked for the clause that is coming

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  const button = target.closest(OPENER);
  if (button) {
    if (!element.contains(button)) opener = button;
    point(button);
    opened = true;
    trigger("select", { reference: button.value });
  } else if (target.closest(".wence-back") && opener) {
    opener.scrollIntoView({ block: "center" });
    opener.focus({ preventScroll: true });
  }
});

watch("value", () => {
  const panel = element.querySelector(".wence-evidence");
  if (!panel) return;
  const words = panel.querySelector("mark") || panel.querySelector("h2");
  if (opened) {
    opened = false;
    // Below the answer (a phone) the reader is taken to the clause; beside it, nothing moves but the panel.
    const box = panel.getBoundingClientRect();
    if (box.top > window.innerHeight * 0.6 || box.bottom < 0) panel.scrollIntoView({ block: "start" });
    panel.querySelector("h2")?.focus({ preventScroll: true });
  } else if (panel.querySelector("mark")) {
    // The first citation of a new answer was opened for the reader.
    const cited = [...document.querySelectorAll("article.wence-reply")].at(-1)?.querySelector(".wence-cite");
    if (cited) point((opener = cited));
  }
  if (words && panel.scrollHeight > panel.clientHeight) {
    panel.scrollTop = Math.max(0, words.offsetTop - panel.clientHeight / 3);
  }
});
