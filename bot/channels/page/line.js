// One message as a list item.

import { button, el, icon } from "./dom.js";
import { outcome, ROLES, verdict } from "./words.js";

/** A colour for a person, always the same. */
export function avatar(person) {
  const sum = [...person.id].reduce((total, char) => total + char.codePointAt(0), 0);
  const colour = person.role === "bot" ? "of-bot" : `of-${sum % 7}`;
  const letter = person.role === "bot" ? "团" : [...person.name].at(-1);
  return el("span", { class: `avatar ${colour}`, text: letter, "aria-hidden": "true" });
}

/**
 * `view` is { store, me, room }; `on` is { quote, recall, explain, find }, called with the line.
 */
export function lineItem(line, view, on) {
  const person = view.store.person(line.sender);
  const mine = line.sender === view.me;
  if (line.recalled) {
    const who = mine ? "你" : line.name;
    return el("li", { class: "note", "data-id": line.id, text: `${who}撤回了一条消息` });
  }
  const sides = ["line", mine ? "mine" : "theirs", person.role === "bot" ? "bot" : ""];
  return el(
    "li",
    { class: sides.join(" ").trim(), "data-id": line.id },
    avatar(person),
    el(
      "div",
      { class: "body" },
      el("span", { class: mine ? "who unseen" : "who", text: line.name }, badge(person)),
      bubble(line),
      line.quote && quoted(line, on),
      person.role !== "bot" && reason(line, on),
      actions(line, mine, person, on),
    ),
  );
}

function badge(person) {
  if (person.role === "bot") return el("em", { text: "机器人" });
  return person.role === "buyer" ? null : el("em", { text: ROLES[person.role] });
}

function bubble(line) {
  const box = el("div", { class: `bubble ${line.kind}` });
  if (line.kind === "voice") {
    const seconds = Math.min(60, Math.max(1, Math.round([...line.text].length / 3)));
    box.append(el("span", { class: "voice-bar" }, icon("sound"), `${seconds}″`));
    box.append(el("span", { class: "transcript", text: line.text }));
  } else if (line.kind === "image") {
    box.append(picture(line));
  } else if (line.kind === "file" && line.file) {
    box.append(icon("file"), el("a", { href: sentFile(line), download: line.file, text: line.file }));
  } else if (line.kind === "group_note") {
    box.append(el("span", { class: "kind" }, icon("list"), "接龙"), ...words(line));
  } else {
    box.append(...words(line));
    if (isWebAddress(line.url)) {
      box.append(el("a", { href: line.url, target: "_blank", rel: "noopener noreferrer", text: line.url }));
    }
  }
  return box;
}

function picture(line) {
  if (line.file) return el("img", { src: sentFile(line), alt: line.text || "图片" });
  return el("span", { class: "drawn", role: "img", "aria-label": line.text || "图片" }, icon("picture"));
}

const sentFile = (line) => `/simulator/sent/${encodeURIComponent(line.id)}`;
const isWebAddress = (url) => /^https?:\/\//i.test(url ?? "");

const LONGEST = 3000;

/** The text, with the names that were mentioned set off; a very long one is cut. */
function words(line) {
  if (line.text.length > LONGEST) {
    return [`${line.text.slice(0, LONGEST)}…（共 ${line.text.length} 字）`];
  }
  const names = Object.values(line.mentions).filter(Boolean).sort((a, b) => b.length - a.length);
  if (!names.length) return [line.text];
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pieces = line.text.split(new RegExp(`(@(?:${escaped.join("|")}))`));
  return pieces.map((piece, at) => (at % 2 ? el("span", { class: "mention", text: piece }) : piece));
}

function quoted(line, on) {
  const { name, text } = line.quote;
  const shown = text ? `${name ?? ""}：${text}` : "引用的消息";
  return button(shown, () => on.find(line.quote.id), { class: "quoted", title: "看原消息" });
}

function actions(line, mine, person, on) {
  return el(
    "div",
    { class: "actions" },
    button("引用", () => on.quote(line), { "aria-label": `引用 ${line.name} 的消息` }),
    mine && button("撤回", () => on.recall(line)),
    person.role !== "bot" && button("为什么", () => on.explain(line)),
  );
}

function reason(line, on) {
  const text = verdict(line.why);
  if (!text) return null;
  const kind = `reason ${outcome(line.why)}`;
  return button(text, () => on.explain(line), { class: kind, title: "为什么" });
}
