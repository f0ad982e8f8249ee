// The rich text editor as the composer uses it: TipTap with the few marks that survive in mail.
import { Editor } from "@tiptap/core";
import Image from "@tiptap/extension-image";
import Mention from "@tiptap/extension-mention";
import { Placeholder } from "@tiptap/extensions";
import StarterKit from "@tiptap/starter-kit";

/** A list under the caret: arrow keys and Enter choose, Escape closes. */
function picker() {
  let box = null, props = null, at = 0;
  const draw = () => {
    if (!box) return;
    box.replaceChildren(...props.items.map((item, index) => {
      const line = document.createElement("button");
      line.type = "button";
      line.className = "mention-item" + (index === at ? " is-at" : "");
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(index === at));
      line.textContent = item.label;
      line.addEventListener("mousedown", (event) => { event.preventDefault(); props.command(item); });
      return line;
    }));
    box.hidden = !props.items.length;
    const spot = props.clientRect?.();
    if (!spot) return;
    const above = spot.bottom + 220 > window.innerHeight;
    box.style.left = Math.min(spot.left, window.innerWidth - 240) + "px";
    box.style.top = above ? "" : spot.bottom + 4 + "px";
    box.style.bottom = above ? window.innerHeight - spot.top + 4 + "px" : "";
  };
  return {
    onStart(next) {
      props = next; at = 0;
      box = document.createElement("div");
      box.className = "mention-list";
      box.setAttribute("role", "listbox");
      document.body.append(box);
      draw();
    },
    onUpdate(next) { props = next; at = Math.min(at, Math.max(0, props.items.length - 1)); draw(); },
    onKeyDown({ event }) {
      if (!props?.items.length) return false;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        at = (at + (event.key === "ArrowDown" ? 1 : -1) + props.items.length) % props.items.length;
        draw();
        return true;
      }
      if (event.key === "Enter" || event.key === "Tab") { props.command(props.items[at]); return true; }
      if (event.key === "Escape") { box.hidden = true; event.stopPropagation(); return true; }
      return false;
    },
    onExit() { box?.remove(); box = null; },
  };
}

/** `people(query)` gives [{id, label}]; `files(list)` takes pasted or dropped files and tells whether it did. */
export function createEditor({ element, content, label, placeholder, people, files, onUpdate }) {
  const take = (list, event) => {
    if (!list?.length || !files([...list])) return false;
    event.preventDefault();
    return true;
  };
  return new Editor({
    element,
    content,
    extensions: [
      StarterKit.configure({
        heading: false, horizontalRule: false,
        link: { openOnClick: false, autolink: true, defaultProtocol: "https", HTMLAttributes: { target: null, rel: null, class: null } },
      }),
      Image.configure({ inline: true }),
      Placeholder.configure({ placeholder: () => placeholder() }),
      Mention.configure({
        HTMLAttributes: { class: "mention" },
        suggestion: { items: ({ query }) => people(query), render: picker },
      }),
    ],
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": label, class: "editor-text" },
      handlePaste: (_view, event) => take(event.clipboardData?.files, event),
      handleDrop: (_view, event, _slice, moved) => !moved && take(event.dataTransfer?.files, event),
    },
    onUpdate,
  });
}
