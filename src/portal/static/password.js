// Shows a password while it is typed. Without this script the field works as any other.
"use strict";
for (const group of document.querySelectorAll("[data-password]")) {
  const input = group.querySelector("input");
  const button = group.querySelector("button");
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? button.dataset.hide : button.dataset.show;
    button.setAttribute("aria-pressed", String(shown));
  };
  show(false);
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  // A browser must not keep it as an ordinary text.
  if (input.form) input.form.addEventListener("submit", () => show(false));
}
