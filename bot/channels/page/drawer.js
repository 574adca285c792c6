// The drawer: for each message, why the bot answered or stayed silent.

import { el } from "./dom.js";
import { formatter } from "./store.js";
import { factWord, intentWord, outcome, OUTCOMES, subWord } from "./words.js";

const SHOWN = 60;
const FIRST = ["intent", "sub", "fine", "product", "confidence", "rule", "handler", "did", "said", "notes"];

export class Drawer {
  #store;
  #chat = null;
  #name = "";

  constructor(store, onClose) {
    this.#store = store;
    this.element = document.getElementById("drawer");
    this.list = document.getElementById("reasons");
    this.about = document.getElementById("drawer-about");
    document.getElementById("drawer-close").addEventListener("click", onClose);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") onClose();
    });
  }

  get open() {
    return !this.element.hidden;
  }

  setOpen(open) {
    this.element.hidden = !open;
    document.body.classList.toggle("with-reasons", open);
    this.refresh();
  }

  /** Follow the chat that is in use. */
  follow(chat, name) {
    this.#chat = chat;
    this.#name = name;
    this.refresh();
  }

  /** Bring one message into view. */
  point(line) {
    const card = this.list.querySelector(`[data-id="${CSS.escape(line.id)}"]`);
    if (!card) return;
    card.scrollIntoView({ block: "center" });
    card.classList.remove("found");
    requestAnimationFrame(() => card.classList.add("found"));
  }

  refresh() {
    if (!this.open || !this.#chat) return;
    const bot = this.#store.scene.bot.id;
    const said = this.#store.linesOf(this.#chat).filter((line) => line.sender !== bot);
    const count = (kind) => said.filter((line) => outcome(line.why) === kind).length;
    const noted = count("noted") ? `，记下 ${count("noted")} 条` : "";
    const sum = `回应 ${count("answered")} 条${noted}，沉默 ${count("silent")} 条`;
    this.about.textContent = `${this.#name}：${said.length ? sum : "还没有消息"}`;
    this.list.replaceChildren(...said.slice(-SHOWN).reverse().map((line) => this.#card(line)));
  }

  #card(line) {
    const time = formatter(this.#store.scene.timezone, { hour: "2-digit", minute: "2-digit" });
    const kind = outcome(line.why);
    const text = line.recalled ? "已撤回" : line.text || "[图片]";
    return el(
      "li",
      { "data-id": line.id },
      el(
        "p",
        { class: "head" },
        el("span", { text: `${line.name} ${time(line.at)}` }),
        el("b", { class: kind ?? "silent", text: OUTCOMES[kind] ?? "等待" }),
      ),
      el("p", { class: "said", text }),
      this.#facts(line.why),
    );
  }

  #facts(why) {
    const rest = Object.keys(why).filter((name) => !FIRST.includes(name) && name !== "answered");
    const names = [...FIRST, ...rest].filter((name) => hasValue(why[name]));
    if (!names.length) return null;
    const rows = names.flatMap((name) => [
      el("dt", { text: factWord(name) }),
      el("dd", {}, ...shown(name, why[name])),
    ]);
    return el("dl", {}, ...rows);
  }
}

function hasValue(value) {
  return value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);
}

function shown(name, value) {
  if (name === "intent") return [intentWord(value)];
  if (name === "sub") return [subWord(value)];
  if (name === "confidence" && typeof value === "number") {
    const percent = `${Math.round(value * 100)}%`;
    return [el("meter", { min: 0, max: 1, low: 0.5, value, "aria-label": percent }), ` ${percent}`];
  }
  if (Array.isArray(value)) return value.map((one) => el("span", { class: "item", text: plain(one) }));
  return [plain(value)];
}

const plain = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
