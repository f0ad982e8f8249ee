// What one writes with: recipients, rich or plain text, files, and a draft that is on the server within two seconds.
import { createEditor } from "mailroom-editor";
import { Chips, MomentPicker, local, presets, release, shared } from "mailroom-ui";

const KINDS = [["reply", "Reply", "sym_o_reply"], ["reply_all", "Reply all", "sym_o_reply_all"], ["forward", "Forward", "sym_o_forward"], ["note", "Note", "sym_o_sticky_note_2"]];
const SOON = 900;
const TRIES = 5;
const GAP = /⟦([^⟦⟧\n]+)⟧/g; // a field a template had no value for

export default {
  components: { Chips, MomentPicker },
  template: `
  <section v-if="d" class="composer" :class="{ 'is-note': isNote, 'is-new': isNew, 'is-over': over }" :aria-label="isNote ? 'Internal note' : 'Answer'"
           @keydown.capture="onSend" @keydown="onKey" @dragover.prevent="over = true" @dragleave.self="over = false" @drop="over = false">
    <header class="composer-head">
      <h2 v-if="isNew" class="composer-title">New conversation</h2>
      <div v-else class="tabs" role="tablist"><button v-for="[kind, label, icon] in kinds" :key="kind" type="button" role="tab" class="tab" :class="kind" :aria-label="label" :aria-selected="kind === d.kind ? 'true' : 'false'" @click="turn(kind)"><q-icon :name="icon" aria-hidden="true" /><span>{{ label }}</span></button></div>
      <span class="grow"></span>
      <span class="saved" role="status" :class="{ failed: trouble }"><q-icon :name="trouble ? 'sym_o_cloud_off' : saving ? 'sym_o_sync' : 'sym_o_cloud_done'" aria-hidden="true" /><span>{{ trouble || (saving ? 'Saving…' : version > 1 ? 'Saved' : '') }}</span></span>
      <button type="button" class="icon-btn" :aria-label="tall ? 'Smaller' : 'Larger'" @click="tall = !tall"><q-icon :name="tall ? 'sym_o_collapse_content' : 'sym_o_expand_content'" /></button>
      <button type="button" class="icon-btn" aria-label="Close, the draft is kept" @click="close"><q-icon name="sym_o_close" /><q-tooltip>Close, the draft is kept (Esc)</q-tooltip></button>
    </header>
    <div v-if="!isNote" class="composer-fields">
      <div class="composer-field"><span class="composer-label">From</span>
        <select v-model="sender" class="from" aria-label="From" @change="touch"><option v-if="!aliases.length" value="">No address yet: add an alias first</option><option v-if="aliases.length && !aliases.some((each) => each.key === sender)" :value="sender">The address they wrote to</option><option v-for="each in aliases" :key="each.key" :value="each.key">{{ each.label }}</option></select></div>
      <div class="composer-field"><span class="composer-label">To</span><Chips ref="to" v-model="d.to" label="To" :complete="complete" @update:modelValue="touch" />
        <button v-if="!copies" type="button" class="link-btn" @click="copies = true">Cc Bcc</button></div>
      <template v-if="copies"><div class="composer-field"><span class="composer-label">Cc</span><Chips v-model="d.cc" label="Cc" :complete="complete" @update:modelValue="touch" /></div>
        <div class="composer-field"><span class="composer-label">Bcc</span><Chips v-model="d.bcc" label="Bcc" :complete="complete" @update:modelValue="touch" /></div></template>
      <div v-if="isNew || d.kind === 'forward'" class="composer-field"><label class="composer-label" for="composer-subject">Subject</label><input id="composer-subject" ref="subject" class="composer-subject" v-model="d.subject" maxlength="998" @input="touch" /></div>
    </div>
    <div v-else class="note-hint"><q-icon name="sym_o_lock" aria-hidden="true" />Only your team sees this. Mention somebody with @.</div>
    <div class="composer-body" :class="{ tall }" @click.self="focus">
      <div v-show="!d.plain" ref="editor" class="editor"></div>
      <textarea v-if="d.plain" ref="plain" class="plain" v-model="d.text" aria-label="Message" :placeholder="placeholder" @input="touch" @paste="onPaste"></textarea>
      <button v-if="d.quotes" type="button" class="fold-btn" :aria-expanded="quoted ? 'true' : 'false'" title="The message you answer is sent beneath yours" @click="quoted = !quoted">…</button>
      <div v-if="quoted" class="msg-text quoted">{{ d.quotes }}</div>
    </div>
    <div v-if="picking" class="replies" role="dialog" aria-label="Saved replies" @keydown.stop="onPick">
      <input ref="query" class="picker-field" v-model="picking.query" placeholder="Search saved replies" role="combobox" aria-label="Search saved replies" aria-expanded="true" aria-controls="replies-list" :aria-activedescendant="picking.found[picking.at] ? 'reply-' + picking.at : null" @input="look" @blur="leavePicker" />
      <div id="replies-list" ref="replies" class="replies-list" :role="picking.found.length ? 'listbox' : 'group'" aria-label="Saved replies">
        <button v-for="(each, index) in picking.found" :key="each.key" :id="'reply-' + index" type="button" role="option" tabindex="-1" class="saved-reply" :class="{ 'is-at': index === picking.at }" :aria-selected="index === picking.at ? 'true' : 'false'" @mousedown.prevent @mouseenter="picking.at = index" @click="insert(each)">
          <span class="reply-line"><b>{{ each.name }}</b><kbd v-if="each.shortcut">/{{ each.shortcut }}</kbd><q-icon v-if="each.private" name="sym_o_lock" aria-label="Only yours" /></span><span class="reply-text">{{ each.text }}</span></button>
        <div v-if="!picking.found.length && !picking.looking" class="picker-none">{{ picking.query ? 'Nothing found' : 'No template yet.' }} <a href="/templates" target="_blank">Write one</a></div>
      </div>
      <p class="replies-keys" aria-hidden="true"><kbd>↑↓</kbd> choose <kbd>↵</kbd> insert <kbd>/</kbd> a slash <kbd>Esc</kbd> close</p>
    </div>
    <div v-if="gaps.length" class="composer-alert" role="status"><q-icon name="sym_o_edit_note" aria-hidden="true" /><span>Fill in before it is sent: {{ gaps.join(', ') }}</span><button type="button" class="btn" @click="nextGap">Go there</button></div>
    <ul v-if="d.files.length || uploads.length" class="files" aria-label="Attachments">
      <li v-for="file in d.files" :key="file.id" class="file" :class="{ danger: file.danger }"><span class="file-icon"><q-icon :name="file.danger ? 'sym_o_warning' : 'sym_o_draft'" aria-hidden="true" /></span><span class="file-words"><span class="file-name">{{ file.name }}</span><span class="file-about">{{ file.size }}</span></span>
        <button type="button" class="icon-btn" :aria-label="'Remove ' + file.name" @click="detach(file)"><q-icon name="sym_o_close" /></button></li>
      <li v-for="file in uploads" :key="file.key" class="file" :class="{ danger: file.error }"><span class="file-words"><span class="file-name">{{ file.name }}</span><span class="file-about" role="status">{{ file.error || 'Uploading ' + file.percent + ' %' }}</span><progress v-if="!file.error" :value="file.percent" max="100" :aria-label="file.name"></progress></span>
        <button v-if="file.error" type="button" class="icon-btn" aria-label="Dismiss" @click="uploads = uploads.filter((each) => each !== file)"><q-icon name="sym_o_close" /></button></li>
    </ul>
    <div v-if="newer" class="composer-alert" role="alert"><q-icon name="sym_o_forum" aria-hidden="true" /><span>{{ newer }}</span><button type="button" class="btn" @click="newer = ''">Let me look</button><button v-if="lifts" type="button" class="btn" @click="send({ ...wish, confirm: true, lift: true })">Take off the list and send</button><button type="button" class="btn danger" @click="send({ ...wish, confirm: true })">Send anyway</button></div>
    <div v-if="problem" class="composer-alert" role="alert"><q-icon name="sym_o_error" aria-hidden="true" /><span>{{ problem }}</span></div>
    <footer class="composer-foot">
      <div class="send-group" v-if="!isNote"><button type="button" class="btn primary" :disabled="sending" @click="send({})">{{ sending ? 'Sending…' : 'Send' }}<kbd>{{ command }}↵</kbd></button>
        <button type="button" class="btn primary caret-btn" aria-label="More ways to send" :disabled="sending"><q-icon name="sym_o_expand_more" /><q-menu ref="ways" class="popover" :offset="[0, 6]" anchor="top right" self="bottom right">
          <div v-if="way === ''" class="menu-list" role="menu"><button v-if="!isNew" type="button" role="menuitem" class="menu-item" @click="send({ then: 'closed' })"><q-icon name="sym_o_check_circle" aria-hidden="true" />Send and close<kbd>{{ command }}⇧↵</kbd></button>
            <button type="button" role="menuitem" class="menu-item" @click="send({ then: 'in_progress' })"><q-icon name="sym_o_pending" aria-hidden="true" />Send and keep open</button>
            <button v-if="!isNew" type="button" role="menuitem" class="menu-item" @click="way = 'snooze'"><q-icon name="sym_o_schedule" aria-hidden="true" />Send and snooze…</button>
            <button type="button" role="menuitem" class="menu-item" @click="way = 'later'"><q-icon name="sym_o_schedule_send" aria-hidden="true" />Send later…</button></div>
          <MomentPicker v-else-if="way === 'snooze'" title="Send, then snooze until" verb="Send and snooze" :presets="moments()" :local="local" @take="(until) => send({ snooze: until })" />
          <MomentPicker v-else title="Send at" verb="Schedule" :presets="moments()" :local="local" @take="(at) => send({ at })" />
        </q-menu></button></div>
      <button v-else type="button" class="btn note-send" :disabled="sending" @click="send({})">Add note<kbd>{{ command }}↵</kbd></button>
      <div v-if="!d.plain" class="marks" role="toolbar" aria-label="Text">
        <button v-for="mark in marks" :key="mark.name" type="button" class="icon-btn" :class="{ on: active[mark.name] }" :aria-label="mark.label" :aria-pressed="active[mark.name] ? 'true' : 'false'" @mousedown.prevent @click="mark.run()"><q-icon :name="mark.icon" /><q-tooltip>{{ mark.label }}</q-tooltip></button>
      </div>
      <button type="button" class="icon-btn" aria-label="Saved replies" @mousedown.prevent @click="pick(false)"><q-icon name="sym_o_quickreply" /><q-tooltip>Saved replies (/ at the start of a line)</q-tooltip></button>
      <button v-if="!isNote" type="button" class="icon-btn" aria-label="Attach files" @click="$refs.files.click()"><q-icon name="sym_o_attach_file" /><q-tooltip>Attach files, up to {{ limits.words }}</q-tooltip></button>
      <input ref="files" type="file" multiple hidden @change="upload([...$event.target.files]); $event.target.value = ''" />
      <span class="grow"></span>
      <button v-if="!isNote" type="button" class="icon-btn" :class="{ on: d.plain }" :aria-label="d.plain ? 'Rich text' : 'Plain text'" @click="flip"><q-icon :name="d.plain ? 'sym_o_match_case' : 'sym_o_format_clear'" /><q-tooltip>{{ d.plain ? 'Rich text' : 'Plain text' }}</q-tooltip></button>
      <button type="button" class="icon-btn" aria-label="Discard the draft" @click="discard"><q-icon name="sym_o_delete" /><q-tooltip>Discard the draft</q-tooltip></button>
    </footer>
    <div v-if="over" class="drop-hint" aria-hidden="true">Drop files to attach them</div>
    <q-dialog v-model="linking" aria-label="Link"><form class="dialog small" @submit.prevent="link"><h3>Link</h3><label>Address<input class="input" v-model="address" placeholder="https://" autofocus /></label><footer><button v-if="active.link" type="button" class="btn" @click="address = ''; link()">Remove</button><button type="submit" class="btn primary">Apply</button></footer></form></q-dialog>
  </section>`,
  props: { initial: Object },
  emits: ["turn", "send", "close", "discard", "typing", "detached"],
  data() {
    return { d: null, version: 0, dirty: false, saving: false, trouble: "", sending: false, newer: "", lifts: false, problem: "", wish: {}, copies: false, quoted: false, tall: false, over: false, way: "", uploads: [], active: {},
             linking: false, address: "", picking: null, command: /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl ", ...this.initial };
  },
  computed: {
    kinds() { return KINDS.filter(([kind]) => kind !== "reply_all" || this.d.several || this.d.kind === "reply_all"); },
    sender: {
      get() { const d = this.d; return d.mailbox_id ? "m" + d.mailbox_id : d.alias_id ? "a" + d.alias_id : ""; },
      set(key) { const { alias_id, mailbox_id } = this.aliases.find((each) => each.key === key) || {}; Object.assign(this.d, { alias_id: alias_id || null, mailbox_id: mailbox_id || null }); },
    },
    isNote() { return this.d?.kind === "note"; },
    isNew() { return this.d?.kind === "new"; },
    gaps() { return [...new Set([...(this.d?.text || "").matchAll(GAP)].map((found) => found[1]))]; },
    placeholder() { return this.isNote ? "Write a note for your team…" : "Write your message…"; },
    marks() {
      const run = (step) => () => step(this.tool.chain().focus()).run();
      return [
        { name: "bold", label: "Bold", icon: "sym_o_format_bold", run: run((chain) => chain.toggleBold()) }, { name: "italic", label: "Italic", icon: "sym_o_format_italic", run: run((chain) => chain.toggleItalic()) },
        { name: "bulletList", label: "List", icon: "sym_o_format_list_bulleted", run: run((chain) => chain.toggleBulletList()) }, { name: "orderedList", label: "Numbered list", icon: "sym_o_format_list_numbered", run: run((chain) => chain.toggleOrderedList()) },
        { name: "blockquote", label: "Quote", icon: "sym_o_format_quote", run: run((chain) => chain.toggleBlockquote()) }, { name: "code", label: "Code", icon: "sym_o_code", run: run((chain) => chain.toggleCode()) },
        { name: "link", label: "Link", icon: "sym_o_link", run: () => this.askLink() },
      ];
    },
  },
  created() { this.tool = null; },
  mounted() {
    this.onLeave = () => { if (this.dirty) this.save(true); };
    this.onHide = () => { if (document.hidden) this.onLeave(); };
    window.addEventListener("pagehide", this.onLeave);
    document.addEventListener("visibilitychange", this.onHide);
    window.addEventListener("online", this.onLeave);
    if (this.d) this.begin(false);
  },
  unmounted() {
    window.removeEventListener("pagehide", this.onLeave);
    document.removeEventListener("visibilitychange", this.onHide);
    window.removeEventListener("online", this.onLeave);
    this.onLeave();
    this.tool?.destroy();
  },
  methods: {
    local, moments: presets,
    set(values) { Object.assign(this, values); },
    /** Begin with a draft of the server's; what waits to be saved of the one before is saved first. */
    open(draft, carried, focused) {
      if (draft && this.d?.id === draft.id && this.version >= draft.version) { if (focused) this.focus(); return; }
      if (this.dirty) this.save(true);
      this.tool?.destroy();
      this.tool = null;
      clearTimeout(this.timer);
      this.d = draft;
      this.dirty = false;
      if (!draft) return;
      if (carried && !draft.text) Object.assign(draft, carried);
      this.begin(focused);
      if (carried) this.touch();
    },
    begin(focused) {
      const d = this.d;
      if (d.kind === "new" && !this.sender && this.aliases.length) this.sender = this.aliases[0].key;
      Object.assign(this, { version: d.version, trouble: "", saving: false, sending: false, newer: "", problem: "", picking: null, quoted: false, tall: d.kind === "new", way: "", uploads: [], copies: Boolean(d.cc.length || d.bcc.length) });
      this.$nextTick(() => { if (!d.plain) this.mount(); if (focused) this.focus(); });
    },
    mount() {
      if (this.tool || !this.$refs.editor) return;
      const editor = createEditor({
        element: this.$refs.editor, content: this.d.html || "", label: this.isNote ? "Note" : "Message", placeholder: () => this.placeholder,
        people: (query) => !this.isNote ? [] : this.people.filter((each) => each.name.toLowerCase().includes(query.toLowerCase())).slice(0, 6).map((each) => ({ id: each.id, label: each.name })),
        files: (list) => { if (this.isNote) return false; this.upload(list, true); return true; },
        onUpdate: () => { this.d.html = editor.isEmpty ? "" : editor.getHTML(); this.d.text = editor.getText({ blockSeparator: "\n\n" }); this.touch(); },
      });
      editor.on("transaction", () => { this.active = Object.fromEntries(["bold", "italic", "bulletList", "orderedList", "blockquote", "code", "link"].map((name) => [name, editor.isActive(name)])); });
      this.tool = editor;
    },
    focus() {
      this.$nextTick(() => {
        if (!this.d) return;
        if ((this.isNew || this.d.kind === "forward") && !this.d.to.length) this.$refs.to?.focus();
        else if (this.d.plain) this.$refs.plain?.focus();
        else if (this.tool) { this.tool.commands.setTextSelection(this.tool.state.doc.content.size); this.tool.view.focus(); }
        const { typed, sends } = release();
        if (typed && this.d.plain) { this.d.text += typed; this.touch(); }
        else if (typed && !this.isNew) this.tool?.commands.insertContent(typed.split("\n").map((text) => ({ type: "paragraph", content: text ? [{ type: "text", text }] : [] })));
        if (sends) this.sendNow(sends.closes);
      });
    },
    touch() {
      this.dirty = true;
      this.problem = "";
      shared.typedAt = Date.now();
      if (!this.told || Date.now() - this.told > 5000) { this.told = Date.now(); this.$emit("typing"); }
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), SOON);
    },
    /** By HTTP, so that it works without the socket; one at a time, and again until it is done. */
    async save(leaving = false) {
      clearTimeout(this.timer);
      if (!this.d || !this.dirty) return this.pending;
      if (this.pending && !leaving) { await this.pending; if (!this.dirty) return; }
      const d = this.d, { to, cc, bcc, subject, html, text, alias_id, mailbox_id, plain } = d;
      this.dirty = false;
      this.saving = true;
      this.pending = fetch("/drafts/" + d.key, { method: "PUT", keepalive: leaving, headers: { "content-type": "application/json" }, body: JSON.stringify({ to, cc, bcc, subject, html, text, alias_id, mailbox_id, plain, version: this.version }) })
        .then(async (answer) => {
          const said = await answer.json().catch(() => ({}));
          if (this.d !== d) return;
          if (answer.ok) { this.version = said.version; if (this.problem === this.trouble) this.problem = ""; this.trouble = ""; }
          else if (said.code === "draft_changed" && said.version) { this.version = said.version; this.dirty = true; this.timer = setTimeout(() => this.save(), 100); }
          else if (said.code === "draft_gone") this.trouble = "This draft was sent or discarded";
          else if (answer.status >= 500) this.later(d, answer.status === 507 && said.message || "Not saved, will try again");
          else this.trouble = said.message || "Not saved";
        })
        .catch(() => { if (this.d === d) this.later(d, "Offline, will save again"); })
        .finally(() => { this.saving = false; this.pending = null; });
      return this.pending;
    },
    /** The words are here, and the server will be again. */
    later(d, trouble) {
      Object.assign(this, { dirty: true, trouble });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { if (this.d === d) this.save(); }, 3000);
    },
    /** Whether the server has all that is seen here; what is done next is done with what it has. */
    async settle() {
      for (let tries = 0; tries < TRIES && (this.dirty || this.pending); tries += 1) await this.save(); // another window may have saved meanwhile
      await this.removing;
      if (this.trouble || this.dirty) this.problem = this.trouble || "Not saved yet. Please try again.";
      return !this.problem;
    },
    async send(wish) {
      this.$refs.ways?.hide();
      this.way = "";
      this.$refs.to?.finish?.();
      if (this.sending) return;
      if (this.uploads.some((file) => !file.error)) { this.problem = "Files are still being uploaded."; return; }
      if (this.gaps.length && !this.isNote) { this.problem = `Fill in ${this.gaps.join(", ")} first.`; this.nextGap(); return; }
      if (this.isNote && !this.d.text.trim()) { this.problem = "Write something first."; return; }
      Object.assign(this, { wish, newer: "", problem: "", sending: true });
      const { id } = this.d, mentions = [];
      if (this.isNote) this.tool?.state.doc.descendants((node) => { if (node.type.name === "mention") mentions.push(node.attrs.id); });
      if (!(await this.settle())) { this.sending = false; return; }
      this.$emit("send", { draft: id, mentions, ...wish });
    },
    refused({ code, message }) { // what may be sent all the same, or is wrong
      this.sending = false;
      this.lifts = code === "suppressed_liftable";
      if (["newer_message", "suppressed"].includes(code) || this.lifts) this.newer = message; else this.problem = message;
    },
    async turn(kind) {
      if (kind === this.d.kind) return;
      this.problem = "";
      if (!(await this.settle())) return;
      const carries = kind !== "note" && !this.isNote;
      this.$emit("turn", { kind, from: this.d.id, carried: carries ? { html: this.d.html, text: this.d.text, plain: this.d.plain } : null });
    },
    async close() { await this.save(); this.$emit("close", this.version === 1 && !this.d.text.trim() && !this.d.files.length); },
    discard() { clearTimeout(this.timer); this.dirty = false; this.$emit("discard", this.d.id); },
    flip() {
      this.d.plain = !this.d.plain;
      if (this.d.plain) { this.tool?.destroy(); this.tool = null; }
      else { this.d.html = this.d.text.split(/\n{2,}/).map((part) => { const p = document.createElement("p"); p.textContent = part; return p.outerHTML.replaceAll("\n", "<br>"); }).join(""); this.$nextTick(this.mount); }
      this.touch();
      this.$nextTick(this.focus);
    },
    askLink() { this.address = this.tool.getAttributes("link").href || ""; this.linking = true; },
    link() {
      const chain = this.tool.chain().focus().extendMarkRange("link"), address = this.address.trim();
      if (!address) chain.unsetLink().run();
      else {
        const href = /^(https?:|mailto:)/i.test(address) ? address : address.includes("@") ? "mailto:" + address : "https://" + address;
        if (this.tool.state.selection.empty && !this.active.link) chain.insertContent({ type: "text", text: address, marks: [{ type: "link", attrs: { href } }] }).run();
        else chain.setLink({ href }).run();
      }
      this.linking = false;
    },
    onPaste(event) { const list = [...(event.clipboardData?.files || [])]; if (list.length) { event.preventDefault(); this.upload(list); } },
    upload(list, pasted = false) { list.forEach((file) => this.send1(file, pasted && file.type.startsWith("image/"))); },
    send1(file, inline) {
      const entry = { key: Math.random(), name: file.name || "image.png", percent: 0, error: file.size > this.limits.file ? "Too large: " + this.limits.words : "" }, d = this.d;
      this.uploads = [...this.uploads, entry];
      if (entry.error) return;
      const update = (values) => { this.uploads = this.uploads.map((each) => each.key === entry.key ? Object.assign(each, values) : each); };
      const request = new XMLHttpRequest();
      request.open("POST", `/drafts/${d.key}/files?name=${encodeURIComponent(entry.name)}${inline ? "&inline=1" : ""}`);
      request.setRequestHeader("content-type", file.type || "application/octet-stream");
      request.responseType = "json";
      request.upload.onprogress = (event) => update({ percent: Math.round((100 * event.loaded) / event.total) });
      request.onerror = () => update({ error: "The connection broke; try again" });
      request.onload = () => {
        if (request.status !== 201) return update({ error: request.response?.message || "Refused" });
        this.uploads = this.uploads.filter((each) => each.key !== entry.key);
        if (inline && this.tool && this.d === d) this.tool.chain().focus().setImage({ src: request.response.url, alt: entry.name }).run();
        else d.files.push(request.response);
      };
      request.send(file);
    },
    detach(file) {
      const d = this.d;
      d.files = d.files.filter((each) => each !== file);
      const removed = fetch(file.url, { method: "DELETE" }).catch(() => null).then((answer) => {
        if (answer?.ok || answer?.status === 404 || this.d !== d) return;
        d.files.push(file);
        this.problem = `${file.name} could not be removed. Please try again.`;
      });
      this.removing = Promise.all([this.removing, removed]);
    },
    async complete(text) {
      const answer = await fetch("/drafts/people?q=" + encodeURIComponent(text));
      return answer.ok ? answer.json() : [];
    },
    /** Before the editor, which would put a line break in the place of what is selected. */
    onSend(event) {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      event.stopPropagation();
      this.sendNow(event.shiftKey);
    },
    sendNow(closes) { this.send(closes && !this.isNote && !this.isNew ? { then: "closed" } : {}); },
    /** At the start of a line a slash asks for a saved reply. */
    startsLine(target) {
      if (target === this.$refs.plain) return target.selectionStart === target.selectionEnd && /(^|\n)$/.test(target.value.slice(0, target.selectionStart));
      if (!this.tool?.view.dom.contains(target)) return false;
      const { empty, $from } = this.tool.state.selection;
      return empty && ($from.parentOffset === 0 || $from.nodeBefore?.type.name === "hardBreak");
    },
    pick(typed) {
      this.picking = { query: "", found: [], at: 0, looking: true, typed };
      this.look();
      this.$nextTick(() => this.$refs.query?.focus({ preventScroll: true }));
    },
    async look() {
      const picking = this.picking, query = picking.query;
      Object.assign(picking, { looking: true, wanted: false });
      const answer = await fetch("/templates/replies?q=" + encodeURIComponent(query)).catch(() => null);
      const found = answer?.ok ? await answer.json().catch(() => []) : [];
      if (this.picking !== picking || picking.query !== query) return; // somebody typed on while it came
      Object.assign(picking, { found, at: 0, looking: false });
      if (picking.wanted && picking.found.length) this.insert(picking.found[0]); // Enter came before the answer
    },
    onPick(event) {
      const { picking } = this, many = picking.found.length;
      const close = (text) => { event.preventDefault(); this.picking = null; this.type(text); };
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (many) picking.at = (picking.at + (event.key === "ArrowDown" ? 1 : -1) + many) % many;
        this.$nextTick(() => this.$refs.replies?.children[picking.at]?.scrollIntoView({ block: "nearest" }));
      } else if (event.key === "Enter") { event.preventDefault(); if (picking.looking) picking.wanted = true; else if (many) this.insert(picking.found[picking.at]); }
      else if (event.key === "Escape") close("");
      else if (event.key === "/" && !picking.query) close("/");
      else if (event.key === "Backspace" && !picking.query) close("");
    },
    leavePicker() { setTimeout(() => { if (this.picking && !document.activeElement?.closest?.(".replies")) this.picking = null; }, 150); },
    /** Words at the caret, as if they were typed. */
    type(text) {
      if (!this.d.plain) { this.tool?.commands.focus(); if (text) this.tool?.commands.insertContent(text); return; }
      const field = this.$refs.plain;
      field.focus();
      if (!text) return;
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      this.d.text = field.value;
      this.touch();
    },
    async insert(reply) {
      const d = this.d;
      this.picking = null;
      this.problem = "";
      if (!(await this.settle())) return;
      const answer = await fetch(`/templates/${reply.key}/insert`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ draft: d.key }) }).catch(() => null);
      const said = await answer?.json().catch(() => null);
      if (this.d !== d) return;
      if (!answer?.ok) { this.problem = said?.message || "The saved reply did not arrive; try again."; return; }
      if (said.subject && !d.subject && (this.isNew || d.kind === "forward")) d.subject = said.subject;
      if (d.plain) this.type(said.text.trim());
      else this.tool?.chain().focus().insertContent(said.html).run();
      this.touch();
      if (said.gaps.length) this.$nextTick(this.nextGap);
    },
    nextGap() {
      const field = this.$refs.plain;
      if (this.d.plain) { const found = this.d.text.search(GAP); field?.focus(); if (found >= 0) field?.setSelectionRange(found, this.d.text.indexOf("⟧", found) + 1); return; }
      let range = null;
      this.tool?.state.doc.descendants((node, at) => { const found = range || !node.isText ? null : [...node.text.matchAll(GAP)][0]; if (found) range = { from: at + found.index, to: at + found.index + found[0].length }; });
      if (range) this.tool.chain().focus().setTextSelection(range).scrollIntoView().run();
    },
    onKey(event) {
      if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && this.startsLine(event.target)) { event.preventDefault(); event.stopPropagation(); this.pick(true); return; }
      if (event.key === "Escape" && !event.defaultPrevented) { event.preventDefault(); event.stopPropagation(); document.activeElement?.blur(); this.close(); }
      else if (event.key === "k" && (event.ctrlKey || event.metaKey) && this.tool) { event.preventDefault(); this.askLink(); }
    },
  },
};
