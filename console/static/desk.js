// What every page has: forms that answer in place, a second click where one is not enough, the keys.

import { send, toast, wanted } from "./dom.js";

const KEYS_OFF = "desk:keys-off";

/** Called after a form of the page was accepted. */
export const afterwards = { act: (form, answer) => { if (answer.location) location.assign(answer.location); } };

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.classList.contains("act")) return;
  event.preventDefault();
  const button = form.querySelector('button:not([type="button"])');
  if (form.dataset.sure && !button?.classList.contains("sure")) {
    ask(form, button);
    return;
  }
  if (button) button.disabled = true;
  const answer = await send(form);
  if (button) button.disabled = false;
  if (answer) afterwards.act(form, answer);
});

function ask(form, button) {
  const text = button.textContent;
  button.classList.add("sure");
  button.textContent = form.dataset.sure;
  setTimeout(() => { button.classList.remove("sure"); button.textContent = text; }, 4000);
}

document.querySelector(".pages [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

wanted("sign-out")?.addEventListener("submit", () => {
  for (const key of Object.keys(localStorage)) if (key.startsWith("desk:")) localStorage.removeItem(key);
});

/** Single keys outside of fields, unless they are switched off. */
export function keys(bindings) {
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && target.matches("input, textarea, select")) target.blur();
    if (target.matches("input, textarea, select") || wanted("keys")?.open) return;
    const act = bindings[event.key.toLowerCase()];
    if (!act || localStorage.getItem(KEYS_OFF)) return;
    event.preventDefault();
    act();
  });
}

const dialog = wanted("keys");
if (dialog) {
  const off = wanted("keys-off");
  off.checked = Boolean(localStorage.getItem(KEYS_OFF));
  off.addEventListener("change", () => {
    if (off.checked) localStorage.setItem(KEYS_OFF, "yes");
    else localStorage.removeItem(KEYS_OFF);
  });
  wanted("keys-open").addEventListener("click", () => dialog.showModal());
  keys({ "?": () => dialog.showModal() });
}

export { toast };
