// One submission a form: a second click while the first is under way does nothing. Who is new tells their time zone.
for (const form of document.forms) {
  if (form.elements.timezone) form.elements.timezone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  form.addEventListener("submit", () => form.querySelector("button")?.setAttribute("aria-busy", "true"));
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => { for (const form of document.forms) { delete form.dataset.sent; form.querySelector("button")?.removeAttribute("aria-busy"); } });
