// One case: follows what happens, keeps the draft, walks the queue, shows who else is on it.

import { part, wanted } from "./dom.js";
import { afterwards, keys } from "./desk.js";
import { Composer } from "./composer.js";
import { Live } from "./live.js";
import { mark, saw, tick } from "./marks.js";

const number = Number(document.querySelector(".talk").dataset.ticket);
const PARTS = ["case-top", "case-log", "case-facts"];
const live = new Live();
const composer = wanted("composer") ? new Composer(wanted("composer"), number, live) : null;
let waiting = 0;

afterwards.act = (form, answer) => {
  if (form.dataset.shows) {
    wanted(form.dataset.shows).textContent = answer.shown;
    return;
  }
  composer?.sent(form);
  refresh(true);
};

live.addEventListener("open", () => live.say({ do: "look", ticket: number }));
live.addEventListener("changed", ({ detail }) => {
  const mine = detail.tickets === null || detail.tickets.includes(number);
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh(mine), 80);
});
live.addEventListener("beside", ({ detail }) => {
  const place = wanted("beside");
  if (!place || detail.ticket !== number) return;
  place.textContent = detail.who.map((one) => `${one.name}${one.writes ? "正在回复" : "也在看"}`).join("，");
});

async function refresh(mine) {
  const [fresh, list] = await Promise.all([
    mine ? part(`/desk/tickets/${number}?part`) : null,
    part(`/desk/?part&narrow&current=${number}`),
  ]);
  if (fresh) for (const id of PARTS) swap(id, fresh.getElementById(id));
  if (list) swap("queue", list.getElementById("queue"));
  shown();
}

function swap(id, fresh) {
  const old = wanted(id);
  if (!fresh || old.querySelector("#contact:not(:empty)") || old.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return;
  const atEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 80;
  const top = old.scrollTop;
  old.replaceWith(fresh);
  fresh.scrollTop = id === "case-log" && atEnd ? fresh.scrollHeight : top;
}

function shown() {
  saw(number, Number(wanted("case-top").dataset.heard));
  mark();
  tick();
}

function go(by) {
  const cases = [...document.querySelectorAll(".case")];
  const at = cases.findIndex((one) => one.matches("[aria-current]"));
  cases[at < 0 ? 0 : at + by]?.click();
}

wanted("canned-open")?.addEventListener("click", () => composer?.choose());

keys({
  j: () => go(1),
  k: () => go(-1),
  a: () => wanted("act-claim")?.requestSubmit(),
  e: () => wanted("act-resolve")?.requestSubmit(),
  n: () => composer?.write("note"),
  r: () => composer?.write("reply"),
  "/": () => composer?.write("reply", "/"),
});

wanted("case-log").scrollTop = wanted("case-log").scrollHeight;
if (matchMedia("(max-width: 800px)").matches) {
  document.querySelector("#case-log li:last-child")?.scrollIntoView({ block: "center" });
}
shown();
document.body.dataset.ready = "yes";
