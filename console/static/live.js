// The line to the server: says what changed; comes back by itself, and then everything counts as changed.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const { dataset } = document.body;

let ahead = new Date(dataset.now) - Date.now();

/** The shop's time, which in the simulator is not this machine's. */
export const now = () => Date.now() + ahead;

export class Live extends EventTarget {
  #socket = null;
  #wait = FIRST_WAIT;
  #had = false;

  constructor() {
    super();
    this.#connect();
  }

  say(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/desk/socket`);
    this.#socket = socket;
    socket.addEventListener("open", () => socket.send(JSON.stringify({ token: dataset.token })));
    socket.addEventListener("message", (event) => this.#take(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      document.getElementById("net").hidden = false;
      setTimeout(() => this.#connect(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    });
  }

  #take(frame) {
    if (frame.now) ahead = new Date(frame.now) - Date.now();
    if (frame.hello) {
      this.#wait = FIRST_WAIT;
      document.getElementById("net").hidden = true;
      this.#tell("open");
      if (this.#had) this.#tell("changed", { tickets: null, pages: [] });
      this.#had = true;
    }
    if (frame.changed) this.#tell("changed", frame.changed);
    if (frame.beside) this.#tell("beside", frame.beside);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
