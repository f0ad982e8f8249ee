// One submission a form: a second click while the first is under way does nothing.
for (const form of document.forms) {
  form.addEventListener("submit", () => form.querySelector("button")?.setAttribute("aria-busy", "true"));
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => { for (const form of document.forms) { delete form.dataset.sent; form.querySelector("button")?.removeAttribute("aria-busy"); } });
