// What the page knows: the scene, the lines said so far, and the time there.

export class Store extends EventTarget {
  scene = null;
  lines = new Map();
  seq = 0;
  #now = 0;
  #seen = 0;

  /** Take a frame of the server and tell who listens: "scene", "lines", "clock". */
  take(frame) {
    if (frame.now) {
      this.#now = Date.parse(frame.now);
      this.#seen = performance.now();
      this.dispatchEvent(new Event("clock"));
    }
    const history = frame.scene && frame.scene.epoch !== this.scene?.epoch;
    if (history) {
      this.lines.clear();
      this.seq = 0;
    }
    if (frame.scene) this.scene = frame.scene;
    const fresh = this.#add(frame.lines ?? []);
    if (frame.scene) this.dispatchEvent(new Event("scene"));
    if (frame.lines?.length && !history) {
      this.dispatchEvent(new CustomEvent("lines", { detail: { lines: frame.lines, fresh } }));
    }
  }

  #add(lines) {
    const fresh = lines.filter((line) => !this.lines.has(line.id));
    for (const line of lines) {
      this.lines.set(line.id, line);
      this.seq = Math.max(this.seq, line.seq);
    }
    return fresh;
  }

  /** The time there, in milliseconds; it goes on by itself between frames. */
  now() {
    return this.#now + performance.now() - this.#seen;
  }

  person(id) {
    return id === this.scene.bot.id
      ? { ...this.scene.bot, role: "bot" }
      : this.scene.people.find((person) => person.id === id) ?? { id, name: id, role: "buyer" };
  }

  room(id) {
    return this.scene.rooms.find((room) => room.id === id);
  }

  /** The chats a person has: the rooms they are in, and the private one with the bot. */
  chatsOf(personId) {
    const rooms = this.scene.rooms.filter((room) => room.members.includes(personId));
    return [
      ...rooms.map((room) => ({ id: room.id, name: room.name, room: room.id })),
      { id: `private:${personId}`, name: this.scene.bot.name, room: null },
    ];
  }

  linesOf(chatId) {
    return [...this.lines.values()].filter((line) => chatOf(line) === chatId);
  }
}

export function chatOf(line) {
  return line.room ?? `private:${line.person}`;
}

/** Formats times as the shop's own clock shows them. */
export function formatter(timezone, options) {
  const format = new Intl.DateTimeFormat("zh-CN", { timeZone: timezone, hourCycle: "h23", ...options });
  return (time) => format.format(typeof time === "string" ? Date.parse(time) : time);
}
