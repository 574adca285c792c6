// A phone: one person, one of their chats, and what they can write.

import { Composer } from "./composer.js";
import { button, el } from "./dom.js";
import { avatar, lineItem } from "./line.js";
import { newId } from "./socket.js";
import { chatOf, formatter } from "./store.js";
import { EMPTY, ROLES } from "./words.js";

const SHOWN = 300;
const PILL_AFTER = 5 * 60 * 1000;

export class Pane extends EventTarget {
  #store;
  #socket;
  #items = new Map();
  #unread = new Map();
  #lastAt = 0;
  #shown = true;
  #atEnd = true;

  constructor(store, socket, person, chat) {
    super();
    this.#store = store;
    this.#socket = socket;
    this.person = person;
    this.chat = chat;
    this.#build();
    this.rebuild();
    // Whoever reads the newest message keeps seeing it when the keyboard or the chips take room.
    new ResizeObserver(() => { if (this.#atEnd) this.toEnd(); }).observe(this.log);
  }

  get me() {
    return this.#store.person(this.person);
  }

  get room() {
    return this.chat.startsWith("private:") ? null : this.chat;
  }

  get unread() {
    return [...this.#unread.values()].reduce((sum, count) => sum + count, 0);
  }

  #build() {
    this.face = el("span", { class: "face" });
    this.select = el("select", {
      "aria-label": "扮演谁",
      on: { change: () => this.play(this.select.value) },
    });
    this.tabs = el("nav", { class: "chats" });
    this.title = el("h2", { class: "unseen" });
    this.list = el("ol", { on: { click: (event) => this.#open(event.target.closest(".line")) } });
    this.log = el(
      "div",
      { class: "log", role: "log", tabindex: "0", on: { scroll: () => this.#scrolled() } },
      this.list,
    );
    this.jump = button("↓ 新消息", () => this.toEnd(), { class: "jump", hidden: true });
    this.composer = new Composer({
      me: () => this.me,
      chips: () => this.#store.scene.chips[this.me.role] ?? [],
      members: () => this.#members(),
      lines: () => this.#store.linesOf(this.chat),
      send: (message) => this.#say(message),
    });
    this.element = el(
      "section",
      { class: "phone", on: { focusin: () => this.dispatchEvent(new Event("active")) } },
      el("header", {}, el("div", { class: "owner" }, this.face, this.select), this.tabs, this.title),
      this.log,
      this.jump,
      this.composer.element,
    );
  }

  /** Become somebody else, in the first chat they have. */
  play(person) {
    this.person = person;
    this.#unread.clear();
    this.chat = this.#store.chatsOf(person)[0].id;
    this.rebuild();
    this.dispatchEvent(new Event("changed"));
  }

  /** Look into another chat of the same person. */
  look(chat) {
    this.chat = chat;
    this.rebuild();
    this.dispatchEvent(new Event("changed"));
  }

  /** On a small screen one phone is seen at a time; the others count what they miss. */
  setShown(shown) {
    this.#shown = shown;
    this.element.classList.toggle("aside", !shown);
    if (shown) this.#unread.delete(this.chat);
    this.#showTabs();
    if (shown) this.toEnd();
  }

  /** Only the phone in use is read out by a screen reader. */
  setLive(live) {
    this.log.setAttribute("aria-live", live ? "polite" : "off");
  }

  rebuild() {
    const chats = this.#store.chatsOf(this.person);
    if (!chats.some((chat) => chat.id === this.chat)) this.chat = chats[0].id;
    this.#unread.delete(this.chat);
    this.#showOwner();
    this.#showTabs();
    this.#items.clear();
    this.#lastAt = 0;
    this.list.replaceChildren();
    this.#append(this.#store.linesOf(this.chat).slice(-SHOWN));
    this.composer.refresh();
    this.toEnd();
  }

  #showOwner() {
    this.face.replaceChildren(avatar(this.me));
    const options = Object.entries(ROLES).map(([role, word]) => {
      const people = this.#store.scene.people.filter((person) => person.role === role);
      return el(
        "optgroup",
        { label: word },
        ...people.map((person) => el("option", { value: person.id, text: `${word} ${person.name}` })),
      );
    });
    this.select.replaceChildren(...options);
    this.select.value = this.person;
    this.element.setAttribute("aria-label", `${ROLES[this.me.role]} ${this.me.name} 的手机`);
    this.tabs.setAttribute("aria-label", `${this.me.name} 的聊天`);
  }

  #showTabs() {
    const chats = this.#store.chatsOf(this.person);
    this.tabs.replaceChildren(
      ...chats.map((chat) => {
        const count = this.#unread.get(chat.id) ?? 0;
        const dot = count ? el("b", { text: count > 99 ? "99+" : count, "aria-label": `${count} 条未读` }) : null;
        const tab = button(chat.name, () => this.look(chat.id), {
          "aria-current": chat.id === this.chat ? "true" : null,
        });
        if (dot) tab.append(dot);
        return tab;
      }),
    );
    const chat = chats.find(({ id }) => id === this.chat);
    const size = chat.room ? `（${this.#store.room(chat.room).members.length + 1}）` : "（私聊）";
    this.title.textContent = chat.name + size;
    this.log.setAttribute("aria-label", `${chat.name} 的消息`);
  }

  /** Take lines that were said or changed. */
  take(lines, fresh) {
    const own = new Set(this.#store.chatsOf(this.person).map((chat) => chat.id));
    for (const line of fresh) {
      const chat = chatOf(line);
      const seen = this.#shown && chat === this.chat;
      if (own.has(chat) && !seen && line.sender !== this.person) {
        this.#unread.set(chat, (this.#unread.get(chat) ?? 0) + 1);
      }
    }
    this.#showTabs();
    const here = lines.filter((line) => chatOf(line) === this.chat);
    if (!here.length) return;
    const atEnd = this.isAtEnd();
    for (const line of here) this.#items.get(line.id)?.replaceWith(this.#item(line));
    const added = here.filter((line) => !this.#items.has(line.id));
    this.#append(added);
    if (atEnd || added.some((line) => line.sender === this.person)) this.toEnd();
    else if (added.length) this.jump.hidden = false;
  }

  #append(lines) {
    for (const line of lines) {
      const at = Date.parse(line.at);
      if (at - this.#lastAt > PILL_AFTER) this.list.append(this.#pill(line.at));
      this.#lastAt = at;
      this.list.append(this.#item(line));
    }
    while (this.list.children.length > SHOWN * 1.5) this.#forget(this.list.firstChild);
    this.log.classList.toggle("empty", this.#items.size === 0);
    this.log.dataset.hint = this.room === null ? EMPTY.private : EMPTY[this.me.role];
  }

  #forget(item) {
    this.#items.delete(item.dataset.id);
    item.remove();
  }

  #item(line) {
    const view = { store: this.#store, me: this.person };
    const item = lineItem(line, view, {
      quote: (quoted) => this.composer.quote(quoted),
      recall: (own) => this.#socket.send({ do: "recall", person: this.person, message: own.id }),
      explain: (asked) => this.dispatchEvent(new CustomEvent("explain", { detail: asked })),
      find: (id) => this.find(id),
    });
    this.#items.set(line.id, item);
    return item;
  }

  #pill(at) {
    const day = { month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" };
    return el("li", { class: "note", text: formatter(this.#store.scene.timezone, day)(at) });
  }

  /** Scroll to a message and mark it for a moment. */
  find(id) {
    const item = this.#items.get(id);
    if (!item) return;
    item.scrollIntoView({ block: "center" });
    item.classList.remove("found");
    requestAnimationFrame(() => item.classList.add("found"));
  }

  /** Where nothing can hover, a touch on a message shows what can be done with it. */
  #open(item) {
    for (const other of this.list.querySelectorAll(".open")) {
      if (other !== item) other.classList.remove("open");
    }
    item?.classList.toggle("open");
  }

  #members() {
    if (this.room === null) return [];
    const others = this.#store.room(this.room).members.filter((id) => id !== this.person);
    return [this.#store.scene.bot, ...others.map((id) => this.#store.person(id))];
  }

  #say(message) {
    const said = { do: "say", id: newId(), person: this.person, room: this.room, ...message };
    if (!this.#socket.send(said)) this.dispatchEvent(new Event("offline"));
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  #scrolled() {
    this.#atEnd = this.isAtEnd();
    if (this.#atEnd) this.jump.hidden = true;
  }

  toEnd() {
    this.#atEnd = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.jump.hidden = true;
  }
}
