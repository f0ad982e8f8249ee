// A template's editor: rich text or source, fields it names, and a preview as somebody real would get it.
import { createEditor } from "mailroom-editor";

const RICH = new Set(["P", "BR", "STRONG", "B", "EM", "I", "S", "U", "CODE", "PRE", "A", "UL", "OL", "LI", "BLOCKQUOTE", "IMG"]);
const PIECE = /\{\{-?\s*([\w.[\]-]+)[^{}]*\}\}/g;
const WRITTEN = ["name", "shortcut", "subject", "html", "text", "visibility"];

/** Whether the rich editor can show all of it. */
function isRich(html) {
  const found = [...new DOMParser().parseFromString(html, "text/html").body.querySelectorAll("*")];
  return found.every((each) => RICH.has(each.tagName) && !each.getAttribute("style") && !each.getAttribute("class"));
}

export default {
  template: `
  <div class="tmpl" @keydown="onKey">
    <form class="tmpl-form" @submit.prevent="save">
      <div class="tmpl-row"><label class="tmpl-field grow"><span>Name</span><input class="tmpl-input" v-model="t.name" maxlength="200" :readonly="!writes" :aria-invalid="wrong.name ? 'true' : null" placeholder="Delayed order" /><em v-if="wrong.name" role="alert">{{ wrong.name }}</em></label>
        <label class="tmpl-field tmpl-short"><span>Shortcut</span><input class="tmpl-input" v-model="t.shortcut" maxlength="65" :readonly="!writes" :aria-invalid="wrong.shortcut ? 'true' : null" placeholder="/delay" /><em v-if="wrong.shortcut" role="alert">{{ wrong.shortcut }}</em></label></div>
      <label class="tmpl-field"><span>Subject <i>for new mail; answers keep theirs</i></span><input ref="subject" class="tmpl-input" v-model="t.subject" maxlength="998" :readonly="!writes" :aria-invalid="wrong.subject ? 'true' : null" @focus="last = 'subject'" /><em v-if="wrong.subject" role="alert">{{ wrong.subject }}</em></label>
      <div class="tmpl-text">
        <div class="tmpl-tabs"><div role="tablist" aria-label="Text"><button v-for="[name, label] in modes" :key="name" type="button" role="tab" class="tmpl-tab" :aria-selected="mode === name ? 'true' : 'false'" :disabled="name === 'rich' && !fits" :title="name === 'rich' && !fits ? 'This template has markup only its source can show' : null" @click="turn(name)">{{ label }}</button></div>
          <span class="grow"></span>
          <span v-if="mode === 'rich' && writes" class="tmpl-marks" role="toolbar" aria-label="Marks"><button v-for="mark in marks" :key="mark.name" type="button" class="tmpl-mark" :class="{ on: active[mark.name] }" :aria-label="mark.label" :aria-pressed="active[mark.name] ? 'true' : 'false'" @mousedown.prevent @click="mark.run()"><q-icon :name="mark.icon" aria-hidden="true" /></button></span></div>
        <div v-if="linking" class="tmpl-link"><input ref="address" class="tmpl-input" v-model="address" aria-label="Link address" placeholder="https://" @keydown.enter.prevent="link" @keydown.esc.stop="linking = false" /><button type="button" class="tmpl-button" @click="link">{{ address.trim() ? 'Link' : 'No link' }}</button></div>
        <div v-show="mode === 'rich'" ref="editor" class="tmpl-rich"></div>
        <textarea v-if="mode === 'source'" ref="source" class="tmpl-area mono" v-model="t.html" aria-label="HTML source" spellcheck="false" :readonly="!writes" @focus="last = 'source'"></textarea>
        <textarea v-if="mode === 'text'" ref="text" class="tmpl-area" v-model="t.text" aria-label="Plain text" :readonly="!writes" placeholder="Made from the formatted text while this is empty." @focus="last = 'text'"></textarea>
      </div>
      <em v-if="wrong.html || wrong.text" class="tmpl-wrong" role="alert">{{ wrong.html || wrong.text }}</em>
      <fieldset class="tmpl-fields"><legend>Fields in this template</legend>
        <p v-if="!variables.length" class="muted">None yet. Put one in where something differs from mail to mail.</p>
        <ul v-else><li v-for="each in variables" :key="each.name" class="tmpl-var" :class="state(each).kind"><q-icon :name="state(each).icon" aria-hidden="true" /><code>{{ each.name }}</code><span>{{ state(each).words }}</span></li></ul>
        <details v-if="writes"><summary>Put a field in</summary><div class="tmpl-known"><button v-for="[name, example] in fields" :key="name" type="button" class="chip" :title="example" @mousedown.prevent @click="put(name)">{{ name }}</button></div>
          <p class="muted">A field without a value stops the mail. Say what stands in its place: <code v-pre>{{ first_name | default: "there" }}</code></p></details></fieldset>
      <div class="tmpl-foot" v-if="writes"><label class="tmpl-share"><input type="checkbox" :checked="t.visibility === 'shared'" @change="t.visibility = $event.target.checked ? 'shared' : 'private'" />The whole team may use it</label>
        <span class="grow"></span><span class="tmpl-state" role="status">{{ saving ? 'Saving…' : dirty ? 'Not saved yet' : is_new ? '' : 'Saved' }}</span><button type="submit" class="tmpl-button brand" :disabled="saving || !dirty">{{ is_new ? 'Add template' : 'Save' }}</button></div>
      <em v-if="wrong['']" class="tmpl-wrong" role="alert">{{ wrong[''] }}</em>
    </form>
    <section class="tmpl-preview" aria-label="Preview">
      <div class="tmpl-bar"><label class="tmpl-whom"><span>As it looks to</span><select v-model="whom" class="tmpl-input"><option value="">Ann Lee, made up</option><option v-for="each in people" :key="each.key" :value="each.key">{{ each.label }}</option></select></label>
        <div class="tmpl-devices" role="radiogroup" aria-label="Size"><button v-for="[name, label, icon] in devices" :key="name" type="button" role="radio" class="tmpl-mark" :class="{ on: device === name }" :aria-checked="device === name ? 'true' : 'false'" :aria-label="label" @click="device = name"><q-icon :name="icon" aria-hidden="true" /></button></div></div>
      <div class="tmpl-paper" :class="['is-' + device, { 'is-blank': isBlank }]">
        <p v-if="isBlank" class="tmpl-blank muted">What you write shows here as it arrives.</p>
        <div v-if="shown.subject" class="tmpl-subject" dir="auto">{{ shown.subject }}</div>
        <pre v-if="device === 'plain' && !isBlank" class="tmpl-plain" dir="auto">{{ shown.text }}</pre>
        <iframe v-else v-show="!isBlank" class="tmpl-frame" :srcdoc="shown.document" title="Preview of the mail" sandbox="" referrerpolicy="no-referrer"></iframe>
      </div>
      <div role="status"><ul v-if="problems.length" class="tmpl-problems"><li v-for="each in problems" :key="each"><q-icon name="sym_o_error" aria-hidden="true" />{{ each }}</li></ul></div>
    </section>
  </div>`,
  props: { initial: Object },
  emits: ["save"],
  data() {
    const t = { ...this.initial.t };
    return { ...this.initial, t, kept: JSON.stringify(t), mode: "rich", fits: true, last: "", active: {}, linking: false, address: "", whom: this.initial.people[0]?.key || "", device: "desktop", saving: false, wrong: {}, variables: [],
             shown: { subject: "", document: "", text: "" }, problems: [], modes: [["rich", "Formatted"], ["source", "Source"], ["text", "Plain text"]], devices: [["desktop", "Desktop", "sym_o_desktop_windows"], ["phone", "Phone", "sym_o_smartphone"], ["plain", "Plain text", "sym_o_notes"]] };
  },
  computed: {
    isBlank() { return ![this.t.subject, this.t.html, this.t.text].some((part) => part.trim()); },
    dirty() { return JSON.stringify(this.t) !== this.kept; },
    marks() {
      const run = (step) => () => step(this.tool.chain().focus()).run();
      return [["bold", "Bold", (chain) => chain.toggleBold()], ["italic", "Italic", (chain) => chain.toggleItalic()], ["bulletList", "List", (chain) => chain.toggleBulletList()], ["orderedList", "Numbered list", (chain) => chain.toggleOrderedList()], ["blockquote", "Quote", (chain) => chain.toggleBlockquote()]]
        .map(([name, label, step]) => ({ name, label, icon: { bold: "sym_o_format_bold", italic: "sym_o_format_italic", bulletList: "sym_o_format_list_bulleted", orderedList: "sym_o_format_list_numbered", blockquote: "sym_o_format_quote" }[name], run: run(step) }))
        .concat({ name: "link", label: "Link", icon: "sym_o_link", run: () => this.ask() });
    },
  },
  watch: {
    t: { deep: true, handler() { this.wrong = {}; this.later(); } },
    whom() { this.look(); },
  },
  created() { this.tool = null; },
  mounted() {
    this.onLeave = (event) => { if (this.dirty) event.preventDefault(); };
    window.addEventListener("beforeunload", this.onLeave);
    this.fits = isRich(this.t.html);
    this.mode = !this.fits ? "source" : !this.t.html && this.t.text ? "text" : "rich";
    if (this.mode === "rich") this.mount();
    this.look();
  },
  unmounted() { window.removeEventListener("beforeunload", this.onLeave); clearTimeout(this.timer); this.tool?.destroy(); },
  methods: {
    mount() {
      const editor = createEditor({
        element: this.$refs.editor, content: this.t.html, label: "Formatted text", placeholder: () => 'Hello {{ first_name | default: "there" }}, …', people: () => [], files: () => false,
        onUpdate: () => { this.t.html = editor.isEmpty ? "" : editor.getHTML(); },
      });
      editor.setEditable(this.writes, false);
      editor.on("transaction", () => { this.active = Object.fromEntries(["bold", "italic", "bulletList", "orderedList", "blockquote", "link"].map((name) => [name, editor.isActive(name)])); });
      editor.on("focus", () => { this.last = "rich"; });
      this.tool = editor;
    },
    turn(mode) {
      if (mode === this.mode) return;
      this.fits = isRich(this.t.html);
      if (mode === "rich" && !this.fits) return;
      this.tool?.destroy();
      this.tool = null;
      this.linking = false;
      this.mode = mode;
      this.last = mode;
      if (mode === "rich") this.$nextTick(this.mount);
    },
    later() { clearTimeout(this.timer); this.timer = setTimeout(() => this.look(), 250); if (this.mode === "source") this.fits = isRich(this.t.html); },
    async look() {
      clearTimeout(this.timer);
      const asked = (this.asked = JSON.stringify({ subject: this.t.subject, html: this.t.html, text: this.t.text, ticket: this.whom }));
      const answer = await fetch("/templates/preview", { method: "POST", headers: { "content-type": "application/json" }, body: asked }).catch(() => null);
      const said = answer?.ok ? await answer.json() : null;
      if (this.asked !== asked) return;
      if (!said) { this.problems = ["The preview did not arrive; it is tried again with the next change."]; return; }
      this.shown = said;
      this.variables = said.variables;
      this.problems = [...Object.values(said.problems), ...said.gaps.map((name) => `“${name}” has no value for this person: the mail would not go out.`)];
      this.$nextTick(this.point);
    },
    /** Mark what nobody knows where it stands in the editor, without touching what is written. */
    point() {
      if (!window.Highlight || !CSS.highlights) return;
      const open = new Set(this.variables.filter((each) => !each.known && !each.covered).map((each) => each.name)), ranges = [];
      const walk = document.createTreeWalker(this.$refs.editor, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode()) for (const found of node.data.matchAll(PIECE)) {
        if (!open.has(found[1])) continue;
        const range = new Range();
        range.setStart(node, found.index);
        range.setEnd(node, found.index + found[0].length);
        ranges.push(range);
      }
      CSS.highlights.set("unknown-field", new Highlight(...ranges));
    },
    state({ name, known, covered, parts }) {
      const where = `in the ${parts.map((part) => ({ subject: "subject", html: "text", text: "plain text" })[part]).join(" and ")}`;
      if (known && covered) return { kind: "is-good", icon: "sym_o_check_circle", words: `${where}, with something in its place` };
      if (known && /^(today|ticket\.|organisation\.)/.test(name)) return { kind: "is-good", icon: "sym_o_check_circle", words: where };
      if (known) return { kind: "is-good", icon: "sym_o_check_circle", words: `${where}; whoever has none stops the mail` };
      if (covered) return { kind: "", icon: "sym_o_data_object", words: `${where}; your own field, may be left out` };
      return { kind: "is-warn", icon: "sym_o_warning", words: `${where}; not known here, must be given or filled in` };
    },
    put(name) {
      const piece = /first_name|company|last_name|^name$/.test(name) ? `{{ ${name} | default: "" }}`.replace('""', name === "company" ? '"your company"' : '"there"') : `{{ ${name} }}`;
      if (this.mode === "rich" && this.last !== "subject") { this.tool.chain().focus().insertContent({ type: "text", text: piece }).run(); return; }
      const target = this.last === "subject" ? "subject" : this.mode, field = this.$refs[target];
      field.focus();
      field.setRangeText(piece, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input"));
    },
    ask() { this.address = this.tool.getAttributes("link").href || ""; this.linking = true; this.$nextTick(() => this.$refs.address.focus()); },
    link() {
      const chain = this.tool.chain().focus().extendMarkRange("link"), address = this.address.trim();
      const href = /^(https?:|mailto:|tel:|\{\{)/i.test(address) ? address : (address.includes("@") ? "mailto:" : "https://") + address;
      if (!address) chain.unsetLink().run();
      else if (this.tool.state.selection.empty && !this.active.link) chain.insertContent({ type: "text", text: address, marks: [{ type: "link", attrs: { href } }] }).run();
      else chain.setLink({ href }).run();
      this.linking = false;
    },
    save() {
      if (this.saving || !this.dirty) return;
      this.saving = true;
      this.sent = JSON.stringify(this.t);
      this.$emit("save", { ...Object.fromEntries(WRITTEN.map((name) => [name, this.t[name]])), version: this.t.version });
    },
    saved(version) { const sent = JSON.parse(this.sent); this.t.version = version; this.kept = JSON.stringify({ ...sent, version }); this.saving = false; },
    refused(field, message) { this.saving = false; this.wrong = { [["name", "shortcut", "subject", "html", "text"].includes(field) ? field : ""]: message }; },
    leave(path) { this.kept = JSON.stringify(this.t); location.href = path; },
    onKey(event) { if (event.key === "s" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.save(); } },
  },
};
