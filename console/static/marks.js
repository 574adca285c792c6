// Clocks that tick in words, and which cases hold something this browser has not shown yet.

import { now } from "./live.js";

const SEEN = "desk:heard";
let ticking = 0;

function spoken(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds}秒`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}分`;
  const minutes = Math.floor(seconds / 60) % 60;
  return `${Math.floor(seconds / 3600)}小时${minutes ? `${minutes}分` : ""}`;
}

/** Every clock of the page says how much is left, once a second. */
export function tick() {
  clearTimeout(ticking);
  for (const clock of document.querySelectorAll(".sla[data-due]")) {
    const left = new Date(clock.dataset.due) - now();
    const level = left <= 0 ? "late" : new Date(clock.dataset.warn) <= now() ? "soon" : "fine";
    const text = left <= 0 ? `已超时 ${spoken(-left)}` : `还剩 ${spoken(left)}`;
    if (clock.textContent !== text) clock.textContent = text;
    const owner = clock.closest(".case");
    for (const one of [clock, owner]) {
      if (!one || one.classList.contains(level)) continue;
      one.classList.remove("late", "soon", "fine", "none");
      one.classList.add(level);
    }
  }
  ticking = setTimeout(tick, 1000);
}

const seen = () => JSON.parse(localStorage.getItem(SEEN) ?? "{}");

/** This browser has shown what a customer said until then (seconds). */
export function saw(number, heard) {
  const entries = Object.entries({ ...seen(), [number]: heard });
  localStorage.setItem(SEEN, JSON.stringify(Object.fromEntries(entries.slice(-1000))));
}

/** Say of each case in the list whether it holds something new. */
export function mark() {
  const known = seen();
  let fresh = 0;
  for (const one of document.querySelectorAll(".case")) {
    const unread = Number(one.dataset.heard) > (known[one.dataset.number] ?? 0) && !one.matches("[aria-current]");
    one.querySelector(".unread").hidden = !unread;
    fresh += unread;
  }
  document.title = document.title.replace(/^(\(\d+\) )?/, fresh ? `(${fresh}) ` : "");
}
