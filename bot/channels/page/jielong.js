// Writing a native 接龙 list by hand, as WeChat's own form would.

const ENTRY = /^\s*(\d+)\s*[.．、)]/;

/** The newest list that a chat has shown, or null. */
export function newestList(lines) {
  const list = lines.findLast(
    (line) => !line.recalled && (line.kind === "group_note" || /^#接龙/m.test(line.text)),
  );
  return list ? list.text.slice(list.text.indexOf("#接龙")) : null;
}

/** The list with one more line for `name`; a new list when there is none. */
export function withMe(list, name) {
  const text = (list ?? "#接龙\n草莓 2斤/盒 39.9\n").trimEnd();
  const numbers = text.split("\n").map((row) => Number(row.match(ENTRY)?.[1] ?? 0));
  const next = Math.max(0, ...numbers) + 1;
  return `${text}${next === 1 ? "\n\n" : "\n"}${next}. ${name} 1份`;
}

/** Show the form; resolves with the list to send, or null. */
export function askForList(text) {
  const dialog = document.getElementById("jielong");
  const area = document.getElementById("jielong-text");
  area.value = text;
  dialog.returnValue = "cancel";
  dialog.showModal();
  area.focus();
  area.setSelectionRange(text.length, text.length);
  return new Promise((resolve) => {
    const closed = () => resolve(dialog.returnValue === "send" ? area.value.trim() || null : null);
    dialog.addEventListener("close", closed, { once: true });
  });
}
