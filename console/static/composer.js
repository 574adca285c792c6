// The composer: reply or yellow note, a draft that is kept, and canned replies after a slash.

import { el, wanted } from "./dom.js";

const MODES = { reply: "输入回复，/ 选常用语", note: "写给同事，客户看不到" };
const RESTS_AFTER = 4000;

export class Composer {
  #form;
  #text;
  #list = wanted("canned");
  #number;
  #live;
  #canned = null;
  #at = 0;
  #resting = 0;
  #hint = wanted("composer-hint").textContent;

  constructor(form, number, live) {
    this.#form = form;
    this.#text = form.elements.text;
    this.#number = number;
    this.#live = live;
    this.#text.value = localStorage.getItem(this.#draft) ?? "";
    for (const button of form.querySelectorAll("[data-mode]")) {
      button.addEventListener("click", () => this.write(button.dataset.mode));
    }
    this.#text.addEventListener("input", () => this.#typed());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("blur", () => setTimeout(() => {
      if (document.activeElement !== this.#text) this.#close();
    }, 150));
  }

  get #draft() {
    return `desk:draft:${this.#number}`;
  }

  /** Write a reply or a note; the form's address says which. */
  write(mode, begin = "") {
    this.#form.dataset.mode = mode;
    this.#form.action = `/desk/tickets/${this.#number}/${mode}`;
    this.#text.placeholder = MODES[mode];
    wanted("composer-hint").textContent = mode === "note" ? "只有同事看得到" : this.#hint;
    for (const button of this.#form.querySelectorAll("[data-mode]")) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    }
    this.#text.focus();
    if (begin && !this.#text.value) {
      this.#text.value = begin;
      this.#typed();
    }
  }

  /** The canned replies, by a click; what is written already stays. */
  choose() {
    this.write(this.#form.dataset.mode);
    this.#offer("", true);
  }

  /** The form was accepted: what it said is no draft any more. */
  sent(form) {
    if (form !== this.#form) return;
    this.#text.value = "";
    localStorage.removeItem(this.#draft);
    this.#live.say({ do: "rests", ticket: this.#number });
  }

  #typed() {
    const { value } = this.#text;
    if (value) localStorage.setItem(this.#draft, value);
    else localStorage.removeItem(this.#draft);
    this.#live.say({ do: "writes", ticket: this.#number });
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#live.say({ do: "rests", ticket: this.#number }), RESTS_AFTER);
    if (value.startsWith("/") && !value.includes("\n")) this.#offer(value.slice(1).trim());
    else this.#close();
  }

  async #offer(name, asked = false) {
    this.#canned ??= (await (await fetch(`/desk/tickets/${this.#number}/canned`)).json()).canned;
    if (!asked && !this.#text.value.startsWith("/")) return;
    const fitting = this.#canned.filter((one) => one.name.includes(name));
    this.#at = 0;
    this.#list.replaceChildren(...fitting.map((one, index) => el(
      "li",
      { id: `canned-${index}`, role: "option", "data-text": one.text, on: { mousedown: (event) => { event.preventDefault(); this.#take(one.text); } } },
      el("b", { text: `/${one.name}` }), el("span", { text: one.text }),
    )));
    this.#list.hidden = !fitting.length;
    this.#point();
  }

  #point() {
    [...this.#list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === this.#at)));
    this.#text.setAttribute("aria-activedescendant", `canned-${this.#at}`);
    this.#list.children[this.#at]?.scrollIntoView({ block: "nearest" });
  }

  #take(text) {
    const { value } = this.#text;
    this.#text.value = value.startsWith("/") || !value.trim() ? text : `${value.trimEnd()}\n${text}`;
    this.#close();
    this.#typed();
    this.#text.focus();
  }

  #close() {
    this.#list.hidden = true;
    this.#text.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const { length } = this.#list.children;
    if (!this.#list.hidden && length) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        this.#at = (this.#at + (event.key === "ArrowDown" ? 1 : length - 1)) % length;
        this.#point();
        return;
      }
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        this.#take(this.#list.children[this.#at].dataset.text);
        return;
      }
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#form.requestSubmit();
    }
  }
}
