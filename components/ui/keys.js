// Keys are ours only while nobody types and nothing modal is open.
export function isTyping(event) {
  const target = event.target;
  return Boolean(target?.isContentEditable || target?.closest?.("input, textarea, select, [contenteditable=true]"));
}

export function isOurs(event) {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return false;
  return !isTyping(event) && !document.querySelector(".q-dialog, .q-menu");
}

let prefixed = 0;
/** `g` was pressed a moment ago, so the next key belongs to the folders. */
export function goesTo(event) {
  if (event.key === "g") { prefixed = Date.now(); return false; }
  const was = Date.now() - prefixed < 1200;
  if (was) prefixed = 0;
  return was;
}
export function isPrefixed() { return Date.now() - prefixed < 1200; }

export const MAP = [
  ["Move", [["j / k", "Next, previous conversation"], ["Enter / o", "Open"], ["u / Esc", "Back to the list"], ["/", "Search"],
    ["g i", "Go to inbox"], ["g u", "Go to unassigned"], ["g m", "Go to mine"], ["g w", "Go to waiting"], ["g s", "Go to snoozed"],
    ["g d", "Go to done"], ["g r", "Go to drafts"], ["g t", "Go to sent"], ["g a", "Go to all"]]],
  ["Write", [["Shift c", "New conversation"], ["r", "Reply"], ["a", "Reply to all"], ["f", "Forward"], ["n", "Note"], ["/", "Saved reply, at the start of a line"], ["Ctrl Enter", "Send"], ["Ctrl Shift Enter", "Send and close"], ["Esc", "Leave the editor"]]],
  ["Work", [["c", "Claim"], ["i", "Assign"], ["s", "Snooze"], ["e", "Close"], ["#", "Delete"], ["!", "Spam"], ["l", "Tag"], ["m", "Macro"], ["p", "Customer"], ["*", "Star"],
    ["Shift u", "Mark unread"], ["Shift i", "Mark the selected read"], ["x", "Select"], ["Shift x", "Select up to here"], ["z", "Undo"], ["?", "This map"]]],
];

let held = "", sends = null, letGo = null;
/** Between the key that asks for the editor and the editor, what is typed is text already, not commands; after the keys
 * that send it, it is nothing at all. */
export function hold() {
  release();
  const type = (text) => { if (!sends) held = text; };
  const take = (event) => {
    const commands = event.ctrlKey || event.metaKey;
    if (event.altKey || (commands && event.key !== "Enter") || isTyping(event)) return;
    if (commands) sends ||= { closes: event.shiftKey };
    else if (event.key.length === 1) type(held + event.key);
    else if (event.key === "Enter") type(held + "\n");
    else if (event.key === "Backspace") type(held.slice(0, -1));
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const timer = setTimeout(() => { sends = null; letGo?.(); }, 10000);
  window.addEventListener("keydown", take, true);
  letGo = () => { window.removeEventListener("keydown", take, true); clearTimeout(timer); letGo = null; };
}
/** What was typed meanwhile, and whether it is to be sent. */
export function release() {
  const given = { typed: held, sends };
  letGo?.();
  held = "";
  sends = null;
  return given;
}
