// The line to the server: comes back by itself, and sends again what may have been lost.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;

export class Socket extends EventTarget {
  #store;
  #socket = null;
  #wait = FIRST_WAIT;
  #unsure = new Map();

  constructor(store) {
    super();
    this.#store = store;
    this.#connect();
  }

  get open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Send a frame; one that says something is kept until the server has taken it. */
  send(frame) {
    if (frame.id) this.#unsure.set(frame.id, frame);
    if (this.open) this.#socket.send(JSON.stringify(frame));
    return this.open;
  }

  #connect() {
    const { seq, scene } = this.#store;
    const query = scene ? `?after=${seq}&epoch=${encodeURIComponent(scene.epoch)}` : "";
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/simulator/socket${query}`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#wait = FIRST_WAIT;
      this.#tell("state");
      for (const frame of this.#unsure.values()) socket.send(JSON.stringify(frame));
    });
    socket.addEventListener("message", (event) => this.#take(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      this.#tell("state");
      setTimeout(() => this.#connect(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    });
  }

  #take(frame) {
    if (frame.taken) this.#unsure.delete(frame.taken);
    if (frame.refused) {
      this.#unsure.delete(frame.refused.id);
      this.#tell("refused", frame.refused);
    }
    this.#store.take(frame);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** An id for a message. Not randomUUID: that one is missing when the page comes over plain http. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `w-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
