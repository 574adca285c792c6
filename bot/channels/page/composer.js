// Where a person writes: chips to try, text, mentions, a quote, voice, picture, 接龙.

import { button, el, icon } from "./dom.js";
import { askForList, newestList, withMe } from "./jielong.js";

let made = 0;

export class Composer {
  #host;
  #quote = null;
  #voice = false;
  #choices = [];
  #chosen = 0;

  /** `host` is { me(), chat(), chips(), members(), lines(), send(message) } of the pane. */
  constructor(host) {
    this.#host = host;
    const id = `names-${++made}`;
    this.names = el("ul", { class: "names", id, role: "listbox", "aria-label": "提到谁", hidden: true });
    this.text = el("textarea", {
      rows: 1, maxlength: 100000, enterkeyhint: "send", "aria-label": "说点什么",
      "aria-controls": id, "aria-autocomplete": "list", "aria-haspopup": "listbox",
      on: {
        keydown: (event) => this.#key(event),
        input: () => this.#suggest(),
        blur: () => this.#closeNames(),
      },
    });
    this.chips = el("div", { class: "chips", role: "group", "aria-label": "试一试" });
    this.quoteBar = el("div", { class: "quote-bar", hidden: true });
    this.mic = el(
      "button",
      {
        type: "button", class: "round", "aria-label": "说语音", title: "说语音", "aria-pressed": "false",
        on: { click: () => this.#setVoice(!this.#voice) },
      },
      icon("mic"),
    );
    this.more = this.#moreMenu();
    this.element = el(
      "form",
      { class: "composer", on: { submit: (event) => this.#submit(event) } },
      this.chips,
      this.quoteBar,
      el(
        "div",
        { class: "row" },
        this.mic,
        el("div", { class: "field" }, this.text, this.names),
        this.more,
        el("button", { type: "submit", class: "main", text: "发送" }),
      ),
    );
  }

  #moreMenu() {
    const menu = el("details", { class: "more" });
    const entry = (name, text, act) =>
      el("button", { type: "button", on: { click: () => { menu.open = false; act(); } } }, icon(name), text);
    menu.append(
      el("summary", { class: "round", "aria-label": "图片和接龙", title: "图片和接龙" }, icon("plus")),
      el(
        "div",
        { class: "more-list" },
        entry("picture", "图片", () => this.#say("", "image")),
        entry("list", "接龙", () => this.#list()),
      ),
    );
    menu.addEventListener("focusout", (event) => {
      if (!menu.contains(event.relatedTarget)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") menu.open = false;
    });
    return menu;
  }

  /** Show what fits the person and the chat now. */
  refresh() {
    this.quote(null);
    this.#setVoice(false);
    this.chips.replaceChildren(
      ...this.#host.chips().map((chip) => button(chip.label ?? chip.text, () => this.#try(chip))),
    );
  }

  /** Answer a message, or (null) none. */
  quote(line) {
    this.#quote = line;
    this.quoteBar.hidden = line === null;
    if (line === null) return;
    this.quoteBar.replaceChildren(
      el("span", { text: `引用 ${line.name}：${line.text || "图片"}` }),
      button("✕", () => this.quote(null), { "aria-label": "不引用了" }),
    );
    this.text.focus();
  }

  #try(chip) {
    const tickets = this.#host.lines().flatMap((line) => line.text.match(/\bA\d{2,}\b/g) ?? []);
    const text = chip.text.replaceAll("{ticket}", tickets.at(-1) ?? "A101");
    if (!chip.draft) {
      this.#say(text);
      return;
    }
    this.text.value = text;
    this.text.focus();
    this.text.scrollTop = 0;
  }

  #submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text) return;
    this.#say(text, this.#voice ? "voice" : "text");
    this.text.value = "";
    this.#setVoice(false);
    this.#closeNames();
    this.text.focus();
  }

  #say(text, kind = "text") {
    this.#host.send({ text, kind, quote: this.#quote?.id ?? null });
    this.quote(null);
  }

  async #list() {
    const text = await askForList(withMe(newestList(this.#host.lines()), this.#host.me().name));
    if (text) this.#say(text, "group_note");
    this.text.focus();
  }

  #setVoice(on) {
    this.#voice = on;
    this.mic.setAttribute("aria-pressed", String(on));
    this.text.placeholder = on ? "语音里的话" : "说点什么";
    if (on) this.text.focus();
  }

  #key(event) {
    // An Enter that ends the composing of Chinese must not send. Safari reports it after
    // compositionend, when only the key code 229 still tells.
    if (event.isComposing || event.keyCode === 229) return;
    if (!this.names.hidden && this.#keyInNames(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.element.requestSubmit();
    }
    if (event.key === "Escape") this.quote(null);
  }

  #keyInNames(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#choose((this.#chosen + step + this.#choices.length) % this.#choices.length);
    else if (event.key === "Enter" || event.key === "Tab") this.#mention(this.#choices[this.#chosen]);
    else if (event.key === "Escape") this.#closeNames();
    else return false;
    event.preventDefault();
    return true;
  }

  #suggest() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    const begun = before.match(/@([^@\s]*)$/)?.[1];
    this.#choices = begun === undefined
      ? []
      : this.#host.members().filter((member) => member.name.startsWith(begun)).slice(0, 8);
    if (!this.#choices.length) {
      this.#closeNames();
      return;
    }
    this.names.replaceChildren(
      ...this.#choices.map((member, at) =>
        el("li", {
          id: `${this.names.id}-${at}`, role: "option", text: member.name,
          on: { mousedown: (event) => { event.preventDefault(); this.#mention(member); } },
        }),
      ),
    );
    this.names.hidden = false;
    this.#choose(0);
  }

  #choose(at) {
    this.#chosen = at;
    [...this.names.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === at));
    });
    this.text.setAttribute("aria-activedescendant", `${this.names.id}-${at}`);
    this.names.children[at].scrollIntoView({ block: "nearest" });
  }

  #mention(member) {
    const caret = this.text.selectionStart;
    const start = this.text.value.lastIndexOf("@", caret - 1);
    // WeChat ends a mention with a four-per-em space, so the bot gets to see the same here.
    this.text.setRangeText(`@${member.name}\u2005`, start, caret, "end");
    this.#closeNames();
    this.text.focus();
  }

  #closeNames() {
    this.names.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }
}
