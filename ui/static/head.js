// The head: shows one view of the page at a time, and the list of conversations or not.
// Runs once, as the head's js_on_load; `element`, `trigger` and `watch` are Gradio's.
const show = (view) => {
  document.body.dataset.view = view;
  element.querySelectorAll('button[name="wence-view"]').forEach((button) => {
    if (button.value === view) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  });
};

const fold = (folded) => {
  document.body.dataset.past = folded ? "folded" : "open";
  element.querySelector("#wence-show-past")?.setAttribute("aria-expanded", String(!folded));
};

const first = element.querySelector('button[name="wence-view"]')?.value ?? "";
const known = (view) => [...element.querySelectorAll('button[name="wence-view"]')].some((one) => one.value === view);
const named = () => (known(location.hash.slice(1)) ? location.hash.slice(1) : first);
const go = (view) => {
  show(view);
  trigger("select", { view });
};

element.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button?.name === "wence-view") {
    history.replaceState(null, "", button.value === first ? location.pathname : `#${button.value}`);
    go(button.value);
  } else if (button?.id === "wence-show-past") {
    const folded = document.body.dataset.past !== "folded";
    localStorage.setItem("wence-past", folded ? "folded" : "open");
    fold(folded);
  }
});
// What leads to another view from anywhere on the page names it.
document.addEventListener("click", (event) => {
  const view = event.target instanceof Element ? event.target.closest("[data-view]:not(body)")?.dataset.view : "";
  if (view && known(view)) {
    history.replaceState(null, "", view === first ? location.pathname : `#${view}`);
    go(view);
  }
});
window.addEventListener("hashchange", () => go(named()));
watch("value", () => { show(document.body.dataset.view); fold(document.body.dataset.past === "folded"); });

fold((localStorage.getItem("wence-past") ?? (window.innerWidth < 1100 ? "folded" : "open")) === "folded");
show(named());
if (named() !== first) setTimeout(() => go(named()));
