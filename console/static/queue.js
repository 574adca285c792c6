// The queue: it follows what happens, ticks its clocks, marks what is new, and is walked with J and K.

import { part, wanted } from "./dom.js";
import { afterwards, keys } from "./desk.js";
import { Live } from "./live.js";
import { mark, tick } from "./marks.js";

afterwards.act = () => location.reload();
const live = new Live();
let waiting = 0;

live.addEventListener("changed", () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 80);
});

async function refresh() {
  const query = new URLSearchParams(location.search);
  query.set("part", "");
  const fresh = await part(`/desk/?${query}`);
  const list = fresh?.getElementById("queue");
  if (!list) return;
  const here = document.querySelector(".case.here")?.dataset.number;
  wanted("queue").replaceWith(list);
  if (here) list.querySelector(`[data-number="${here}"]`)?.classList.add("here");
  mark();
  tick();
}

function step(by) {
  const cases = [...document.querySelectorAll(".case")];
  if (!cases.length) return;
  const at = cases.findIndex((one) => one.classList.contains("here"));
  const next = cases[Math.max(0, Math.min(cases.length - 1, at < 0 ? 0 : at + by))];
  cases[at]?.classList.remove("here");
  next.classList.add("here");
  next.focus();
}

keys({ j: () => step(1), k: () => step(-1), "/": () => wanted("search").focus() });
mark();
tick();
document.body.dataset.ready = "yes";
