// A list that is drawn again keeps the keyboard where it was: on the control of the same name.
let last = null;
const named = (element) => element.getAttribute("aria-label") || element.textContent.trim();

document.addEventListener("focusin", ({ target }) => {
  const box = target.closest(".followed");
  last = box && { box, target, name: named(target), role: target.getAttribute("role") || target.tagName };
});

new MutationObserver(() => {
  if (!last || last.target.isConnected || !last.box.isConnected || document.activeElement !== document.body) return;
  const same = [...last.box.querySelectorAll("a, button, input, [tabindex]")].find(
    (element) => named(element) === last.name && (element.getAttribute("role") || element.tagName) === last.role);
  if (same) same.focus();
}).observe(document.documentElement, { childList: true, subtree: true });

// On a phone the settings are one long row of links: the one of this page is brought to where it can be seen.
addEventListener("load", () => setTimeout(() => document.querySelector(".sections-link[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" })));
