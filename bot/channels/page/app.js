// The page: puts the phones, the clock and the drawer together.

import { button, el, toast } from "./dom.js";
import { Drawer } from "./drawer.js";
import { avatar } from "./line.js";
import { Pane } from "./pane.js";
import { Socket } from "./socket.js";
import { formatter, Store } from "./store.js";
import { REFUSED, ROLES } from "./words.js";

const KEPT = "xiaotuan.panes";

const store = new Store();
const socket = new Socket(store);
const drawer = new Drawer(store, () => openDrawer(false));
const phones = document.getElementById("phones");
const switcher = document.getElementById("switcher");
const small = matchMedia("(max-width: 959px)");
let panes = [];
let active = null;
let showTime = String;

store.addEventListener("scene", () => {
  if (panes.length) panes.forEach((pane) => pane.rebuild());
  else buildPanes();
  showSwitcher();
  drawer.refresh();
  setTime();
});

store.addEventListener("lines", ({ detail }) => {
  panes.forEach((pane) => pane.take(detail.lines, detail.fresh));
  showSwitcher();
  drawer.refresh();
});

store.addEventListener("clock", tick);
setInterval(tick, 1000);

socket.addEventListener("state", () => { document.getElementById("net").hidden = socket.open; });
socket.addEventListener("refused", ({ detail }) => toast(REFUSED[detail.why] ?? detail.why));

function setTime() {
  const day = small.matches ? {} : { month: "long", day: "numeric" };
  const clock = { ...day, weekday: "short", hour: "2-digit", minute: "2-digit" };
  showTime = formatter(store.scene.timezone, clock);
  tick();
}

function tick() {
  if (!store.scene) return;
  const time = document.getElementById("now");
  const text = showTime(store.now());
  if (time.textContent !== text) time.textContent = text;
}

function buildPanes() {
  panes = firstPanes().map(([person, chat]) => {
    const pane = new Pane(store, socket, person, chat);
    pane.addEventListener("active", () => activate(pane));
    pane.addEventListener("changed", () => { keepPanes(); activate(pane); });
    pane.addEventListener("offline", () => toast("连接断了，连上以后会自动发出"));
    pane.addEventListener("explain", ({ detail }) => {
      activate(pane);
      openDrawer(true);
      drawer.point(detail);
    });
    phones.append(pane.element);
    return pane;
  });
  activate(panes[0]);
}

/** Whom the phones showed last time, else what the server proposes. */
function firstPanes() {
  const proposed = store.scene.panes;
  let kept = [];
  try {
    kept = JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    kept = [];
  }
  const known = (person) => store.scene.people.some(({ id }) => id === person);
  const usable = Array.isArray(kept) && kept.length === proposed.length && kept.every(([id]) => known(id));
  return usable ? kept : proposed;
}

function keepPanes() {
  try {
    localStorage.setItem(KEPT, JSON.stringify(panes.map((pane) => [pane.person, pane.chat])));
  } catch {
    // Private windows may refuse; then the phones start as proposed.
  }
}

function activate(pane) {
  active = pane;
  panes.forEach((each) => {
    each.setLive(each === pane);
    each.element.classList.toggle("active", each === pane);
  });
  showOne();
  drawer.follow(pane.chat, pane.title.textContent);
}

/** On a small screen only the phone in use is seen. */
function showOne() {
  panes.forEach((pane) => {
    const shown = !small.matches || pane === active;
    if (shown === pane.element.classList.contains("aside")) pane.setShown(shown);
  });
  showSwitcher();
}

function showSwitcher() {
  switcher.replaceChildren(
    ...panes.map((pane) => {
      const tab = button("", () => activate(pane), { "aria-current": pane === active ? "true" : null });
      tab.append(avatar(pane.me), el("span", { class: "role", text: ROLES[pane.me.role] }), pane.me.name);
      if (pane.unread) tab.append(el("b", { text: pane.unread, "aria-label": `${pane.unread} 条未读` }));
      return tab;
    }),
  );
}

function openDrawer(open) {
  const opener = document.getElementById("why");
  const atEnd = panes.filter((pane) => pane.isAtEnd());
  drawer.setOpen(open);
  atEnd.forEach((pane) => pane.toEnd());
  opener.setAttribute("aria-expanded", String(open));
  if (open) document.getElementById("drawer-close").focus();
  else opener.focus();
}

small.addEventListener("change", () => {
  showOne();
  setTime();
});
document.getElementById("why").addEventListener("click", () => openDrawer(!drawer.open));
document.getElementById("chatter").addEventListener("click", () => {
  const room = active?.room ?? store.scene.rooms[0].id;
  socket.send({ do: "chat", room });
});
for (const mover of document.querySelectorAll(".clock button")) {
  const { minutes, to, tomorrow } = mover.dataset;
  const frame = minutes ? { minutes: Number(minutes) } : { to, tomorrow: tomorrow !== undefined };
  mover.addEventListener("click", () => socket.send({ do: "clock", ...frame }));
}
