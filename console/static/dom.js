// Elements, one short sentence at the bottom, and asking the server: all text goes in as text.

/** An element with properties (`class`, `text`, `on`, or any attribute) and children. */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "class") element.className = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

let fading = 0;

export function toast(text) {
  document.getElementById("toast").textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => { document.getElementById("toast").textContent = ""; }, Math.max(5000, 160 * text.length));
}

/** Send a form as a script; what the server said, or null after it was refused. */
export async function send(form, extra = {}) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  let answer;
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    answer = await response.json();
  } catch {
    toast("没连上，请再试一次。");
    return null;
  }
  if (answer.ok) toast(answer.said);
  else toast(answer.refused);
  return answer.ok ? answer : null;
}

/** A part of a page as the server wrote it (escaped there); scripts in it would not run. */
export async function part(path) {
  const response = await fetch(path, { headers: { Accept: "text/html" } });
  if (response.redirected || response.status === 401) location.assign("/desk/sign-in");
  if (!response.ok) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

export const wanted = (name) => document.getElementById(name);
