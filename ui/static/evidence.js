// The evidence panel: opens a clause for any button named "wence-clause" on the page.
// Runs once, as the panel's js_on_load; `element`, `trigger` and `watch` are Gradio's.
const OPENER = 'button[name="wence-clause"]';
let opener = null;   // the citation to go back to
let asked = false;   // a reader asked for the clause that is coming

// Shows which citation the panel belongs to.
const point = (button) => {
  document.querySelectorAll(OPENER + '[aria-current="true"]').forEach((other) => other.removeAttribute("aria-current"));
  button.setAttribute("aria-current", "true");
};

// Below the answer (a phone) the reader is taken to the clause; beside it, nothing moves but the panel.
const reveal = (panel) => {
  const box = panel.getBoundingClientRect();
  if (box.top > window.innerHeight * 0.6 || box.bottom < 0) panel.scrollIntoView({ block: "start" });
  panel.querySelector("h2")?.focus({ preventScroll: true });
};

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest(OPENER);
  if (button) {
    if (!element.contains(button)) opener = button;
    point(button);
    const panel = element.querySelector(".wence-evidence");
    if (panel?.dataset.reference === button.value) {
      reveal(panel);  // where documents change, the panel is emptied, so what it shows is as it is
    } else {
      asked = true;
      // In an answer, the clause is the one that this answer had.
      const exchange = button.closest("[data-exchange]")?.dataset.exchange ?? "";
      trigger("select", { reference: button.value, exchange });
    }
  } else if (target?.closest(".wence-back") && opener?.isConnected) {
    opener.scrollIntoView({ block: "center" });
    opener.focus({ preventScroll: true });
  }
});

watch("value", () => {
  const panel = element.querySelector(".wence-evidence");
  if (!panel) return;
  const words = panel.querySelector("mark") || panel.querySelector("h2");
  panel.scrollTop = words ? Math.max(0, words.offsetTop - panel.clientHeight / 3) : 0;
  if (asked) {
    asked = false;
    reveal(panel);
  } else if (panel.querySelector("mark")) {
    // The first citation of a new answer was opened for the reader.
    const cited = [...document.querySelectorAll("article.wence-reply")].at(-1)?.querySelector(".wence-cite");
    if (cited) point((opener = cited));
  }
});
