// One message of a conversation: who, to whom, when; its text or its frame; files, deliveries, source and trace.
import { Authenticity } from "./authentication.js";
import { Face } from "./people.js";
import { full, spoken } from "./times.js";

const LINK = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(^|\s)(@\p{L}[\p{L}\p{N}._-]*)/gu;

/** Plain text as pieces, so that links and mentions can be elements while the rest stays text. */
export function pieces(text, mentions) {
  const list = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const [whole, url, address, lead, mention] = found;
    if (mention && !mentions) continue;
    const start = found.index + (lead?.length || 0);
    if (start > from) list.push({ text: text.slice(from, start) });
    const words = url || address || mention;
    list.push(mention ? { text: words, mention: true } : { text: words, href: url || "mailto:" + address });
    from = start + words.length;
    if (whole.length === 0) break;
  }
  if (from < text.length) list.push({ text: text.slice(from) });
  return list;
}

/** Mail that is HTML: a frame without scripts. The page around it measures it and watches its links. */
export const MailFrame = {
  template: `
  <div class="msg-frame" :class="{ undyed }">
    <div v-if="blocked && !remote" class="images-bar"><q-icon name="sym_o_hide_image" aria-hidden="true" />
      <span>{{ blocked === 1 ? '1 remote image is' : blocked + ' remote images are' }} not loaded, so the sender does not learn that you read this.</span>
      <button type="button" class="link-btn" @click="remote = true">Load once</button>
      <button v-if="sender" type="button" class="link-btn" @click="always">Always for {{ sender }}</button></div>
    <iframe ref="frame" :src="src" :title="title" referrerpolicy="no-referrer" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" @load="loaded"></iframe>
    <div v-if="target" class="link-host" aria-hidden="true"><q-icon name="sym_o_link" />{{ target }}</div>
  </div>`,
  props: { url: String, title: String, sender: String },
  emits: ["trust"],
  data() { return { remote: false, blocked: 0, target: "", undyed: false }; },
  computed: { src() { return this.remote ? this.url + "?remote=1" : this.url; } },
  unmounted() { this.watcher?.disconnect(); this.theme?.disconnect(); },
  methods: {
    dress(page) { page.documentElement.classList.toggle("dark", this.undyed && document.body.classList.contains("body--dark")); },
    always() { this.remote = true; this.$emit("trust"); },
    loaded() {
      const frame = this.$refs.frame, page = frame?.contentDocument;
      if (!page?.body) return;
      this.undyed = page.body.classList.contains("undyed");
      this.blocked = Number(page.querySelector("meta[name=blocked]")?.content || 0);
      page.querySelectorAll("img[alt]:not([src])").forEach(describe);
      const fit = () => { narrow(page, frame.clientWidth); frame.style.height = Math.ceil(page.documentElement.getBoundingClientRect().height) + "px"; };
      this.dress(page);
      this.theme?.disconnect();
      this.theme = new MutationObserver(() => this.dress(page));
      this.theme.observe(document.body, { attributeFilter: ["class"] });
      this.watcher?.disconnect();
      this.watcher = new ResizeObserver(fit);
      this.watcher.observe(page.documentElement);
      fit();
      page.addEventListener("mouseover", (event) => { this.target = host(event.target.closest?.("a[href]")); });
      page.addEventListener("mouseout", () => { this.target = ""; });
      page.addEventListener("keydown", (event) => {
        const copy = new KeyboardEvent("keydown", { key: event.key, shiftKey: event.shiftKey, ctrlKey: event.ctrlKey, metaKey: event.metaKey, altKey: event.altKey, bubbles: true, cancelable: true });
        if (!document.body.dispatchEvent(copy)) event.preventDefault();
      });
    },
  },
};

/** A withheld picture that says what it shows: its words in its place, without the browser's sign of something broken. */
function describe(picture) {
  const words = picture.alt.trim(), box = picture.getBoundingClientRect();
  if (!words || !box.width) return;
  const place = picture.ownerDocument.createElement("span");
  place.textContent = words;
  place.style.cssText = picture.style.cssText;
  if (picture.hasAttribute("width") || picture.style.width) place.style.width = box.width + "px";
  if (picture.hasAttribute("height") || picture.style.height) place.style.height = box.height + "px";
  place.className = "withheld";
  picture.replaceWith(place);
}

/** Mail drawn wider than there is room is drawn smaller, as long as it can be read; what is wider still scrolls. */
const SMALLEST = 0.5;
function narrow(page, room) {
  page.body.style.zoom = "";
  const width = Math.max(page.documentElement.scrollWidth, page.body.scrollWidth);
  const margin = parseFloat(getComputedStyle(page.body).paddingRight);
  if (room && width > room) page.body.style.zoom = Math.max(SMALLEST, room / (width + margin));
}

function host(link) {
  if (!link) return "";
  const shown = (link.textContent.match(/(?:https?:\/\/)?((?:[\w-]+\.)+[a-z]{2,})/i) || [])[1];
  const real = link.protocol === "mailto:" ? link.href.slice(7) : link.host;
  return shown && link.protocol !== "mailto:" && !same(shown, real) ? `${real} (the text says ${shown})` : real;
}
function same(shown, real) { return shown.toLowerCase().replace(/^www\./, "") === real.toLowerCase().replace(/^www\./, ""); }

const DELIVERY = {
  queued: ["sym_o_schedule", "On its way"], sending: ["sym_o_send", "Sending"], delivered: ["sym_o_done_all", "Delivered"], delayed: ["sym_o_hourglass_top", "Delayed"],
  failed: ["sym_o_error", "Failed"], held: ["sym_o_pause_circle", "Held"], suppressed: ["sym_o_block", "Suppressed"], cancelled: ["sym_o_cancel", "Cancelled"],
};

const KINDS = { "Contact card": "sym_o_contacts", "Delivery report": "sym_o_description", "Read receipt": "sym_o_description", "Signature (S/MIME)": "sym_o_verified_user", "Signature (PGP)": "sym_o_verified_user", "S/MIME envelope": "sym_o_lock", "Encrypted with PGP": "sym_o_lock" };

export const MailMessage = {
  components: { Authenticity, Face, MailFrame },
  template: `
  <article class="msg" :class="['is-' + entry.direction, { 'is-folded': !open }]" :id="'message-' + entry.id" :aria-label="label">
    <header class="msg-head" @click="toggle">
      <Face :name="(entry.writer || entry).name" :address="(entry.writer || entry).address" />
      <div class="msg-who">
        <div class="msg-line"><strong>{{ entry.name || entry.address }}</strong><span v-if="entry.writer" class="msg-writer">by {{ entry.writer.name }}</span>
          <span v-if="entry.name && entry.direction !== 'note'" class="msg-address">{{ entry.address }}</span>
          <span v-if="entry.direction === 'note'" class="chip note-chip"><q-icon name="sym_o_lock" aria-hidden="true" />Internal note</span>
          <span v-if="entry.automatic" class="chip" :title="entry.automatic">Automatic</span></div>
        <div v-if="!open" class="msg-snippet">{{ entry.snippet }}</div>
        <button v-else-if="entry.direction !== 'note'" type="button" class="msg-to" :aria-expanded="details ? 'true' : 'false'" @click.stop="details = !details"><span>to {{ recipients }}</span><q-icon name="sym_o_expand_more" aria-hidden="true" /></button>
      </div>
      <span v-if="!open && entry.authentication?.level === 'forged'" class="conv-sign is-forged"><q-icon name="sym_o_gpp_bad" :aria-label="entry.authentication.sentence" /></span>
      <span v-if="!open && entry.files.length" class="conv-sign"><q-icon name="sym_o_attach_file" aria-label="Has attachments" /></span>
      <span v-if="delivery" class="delivery" :data-status="delivery.status" :title="delivery.reply"><q-icon :name="delivery.icon" aria-hidden="true" />{{ delivery.label }}</span>
      <time class="msg-time" :datetime="entry.at" :title="full(entry.at)">{{ tick >= 0 && spoken(entry.at) }}</time>
      <div v-if="open" class="msg-tools" @click.stop>
        <button v-if="worker && entry.direction !== 'note'" type="button" class="icon-btn" aria-label="Reply to this message" @click="$emit('reply', 'reply')"><q-icon name="sym_o_reply" /><q-tooltip>Reply</q-tooltip></button>
        <button type="button" class="icon-btn" aria-label="More about this message"><q-icon name="sym_o_more_vert" />
          <q-menu class="popover" anchor="bottom right" self="top right" :offset="[0, 4]"><div class="menu-list" role="menu">
            <button v-for="item in tools" :key="item.label" v-close-popup type="button" role="menuitem" class="menu-item" @click="item.run"><q-icon :name="item.icon" aria-hidden="true" />{{ item.label }}</button>
          </div></q-menu></button>
      </div>
    </header>
    <template v-if="open">
      <dl v-if="details" class="msg-details">
        <template v-for="[name, people] in fields" :key="name"><dt>{{ name }}</dt><dd><span v-for="(person, index) in people" :key="index" class="msg-person">{{ person.name }} <span>{{ person.address }}</span></span></dd></template>
        <dt>Date</dt><dd>{{ full(entry.sent || entry.at) }}</dd>
        <dt>Subject</dt><dd>{{ entry.subject }}</dd>
        <template v-for="each in entry.deliveries" :key="each.id"><dt>{{ each.status }}</dt><dd>{{ each.recipient }} <span class="muted">{{ each.reply }}</span></dd></template>
      </dl>
      <Authenticity v-if="entry.authentication" :found="entry.authentication" />
      <div v-if="entry.error" class="msg-alert" role="note"><q-icon name="sym_o_warning" aria-hidden="true" /><span>This message is damaged and could not be read fully: {{ entry.error }}</span><a v-if="entry.raw" :href="entry.raw" download>Download the source</a></div>
      <div v-if="entry.protection" class="msg-protection" :data-kind="entry.protection.kind" role="note"><q-icon :name="entry.protection.kind === 'encrypted' ? 'sym_o_lock' : 'sym_o_verified_user'" aria-hidden="true" /><span>{{ entry.protection.words }}</span><a v-if="entry.protection.kind === 'encrypted' && entry.raw" :href="entry.raw" download>Download the source</a></div>
      <div v-if="failed" class="msg-alert" role="note"><q-icon name="sym_o_error" aria-hidden="true" /><span>Not delivered to {{ failed.recipient }}: {{ failed.reply || 'refused' }}</span></div>
      <div v-if="entry.renamed" class="msg-subject">{{ entry.subject }}</div>
      <MailFrame v-if="entry.frame" :url="entry.frame" :title="'Message from ' + (entry.name || entry.address)" :sender="entry.direction === 'in' ? entry.address : ''" @trust="$emit('trust')" />
      <div v-else class="msg-text" dir="auto"><component v-for="(piece, index) in said" :key="index" :is="piece.href ? 'a' : 'span'" :class="{ mention: piece.mention }" :href="piece.href" :target="piece.href ? '_blank' : null" :rel="piece.href ? 'noopener noreferrer' : null">{{ piece.text }}</component></div>
      <div v-if="entry.quoted" class="msg-quoted"><button type="button" class="fold-btn" :aria-expanded="quotes ? 'true' : 'false'" aria-label="Show quoted text" @click="quotes = !quotes">…</button><div v-if="quotes" class="msg-text quoted" dir="auto">{{ entry.quoted }}</div></div>
      <ul v-if="entry.files.length" class="files" aria-label="Attachments">
        <li v-for="file in entry.files" :key="file.id" class="file" :class="{ danger: file.danger }">
          <a v-if="file.preview === 'image'" class="file-image" :href="file.url + '?inline=1'" target="_blank" rel="noopener"><img :src="file.url + '?inline=1'" :alt="file.name" loading="lazy" /></a>
          <span v-else class="file-icon"><q-icon :name="icon(file)" aria-hidden="true" /></span>
          <span class="file-words"><button v-if="file.preview === 'message'" type="button" class="file-name" :title="file.name" :aria-expanded="enclosed?.id === file.id ? 'true' : 'false'" @click="enclosed = enclosed?.id === file.id ? null : file">{{ file.name }}</button>
            <a v-else class="file-name" :href="file.preview ? file.url + '?inline=1' : file.url" :target="file.preview ? '_blank' : null" :download="file.preview ? null : file.name" :title="file.name">{{ file.name }}</a>
            <span class="file-about"><template v-if="file.kind">{{ file.kind }} · </template>{{ file.size }}<template v-if="file.danger"> · <b>can run programs, open with care</b></template></span></span>
          <a class="icon-btn" :href="file.url" :download="file.name" :aria-label="'Download ' + file.name"><q-icon name="sym_o_download" /></a>
        </li>
      </ul>
      <section v-if="enclosed" class="msg-enclosed" :aria-label="'Message ' + enclosed.name">
        <header><q-icon name="sym_o_mail" aria-hidden="true" /><span>{{ enclosed.name }}</span><button type="button" class="icon-btn" aria-label="Close the enclosed message" @click="enclosed = null"><q-icon name="sym_o_close" /></button></header>
        <MailFrame :key="enclosed.id" :url="enclosed.url + '/message'" :title="'Enclosed message ' + enclosed.name" sender="" /></section>
    </template>
  </article>`,
  props: { entry: Object, open: Boolean, worker: Boolean, tick: Number },
  emits: ["toggle", "reply", "trust", "why", "split", "unread", "cancel"],
  data() { return { details: false, quotes: false, enclosed: null }; },
  computed: {
    label() { return (this.entry.direction === "note" ? "Note by " : "Message from ") + (this.entry.name || this.entry.address); },
    recipients() { const all = [...this.entry.to, ...this.entry.cc, ...this.entry.bcc].map((each) => each.name || each.address); return all.length > 3 ? `${all.slice(0, 2).join(", ")} and ${all.length - 2} more` : all.join(", ") || "nobody"; },
    fields() {
      const entry = this.entry;
      return [["From", [{ name: entry.name, address: entry.address }]], ["To", entry.to], ["Cc", entry.cc], ["Bcc", entry.bcc], ["Reply-To", entry.replyTo]].filter(([, people]) => people.length);
    },
    said() { return pieces(this.entry.text || (this.entry.files.length ? "" : "(empty message)"), this.entry.direction === "note"); },
    failed() { return this.entry.deliveries.find((each) => each.status === "failed"); },
    delivery() {
      const order = ["failed", "held", "suppressed", "delayed", "sending", "queued", "cancelled", "delivered"];
      const worst = [...this.entry.deliveries].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))[0];
      if (!worst || this.tick < 0) return null;
      const [icon, label] = DELIVERY[worst.status] || ["sym_o_help", worst.status];
      const later = worst.status === "queued" && new Date(worst.due) - Date.now() > 60000;
      return { ...worst, icon, label: later ? "Scheduled for " + spoken(worst.due) : label };
    },
    tools() {
      const { entry, worker } = this, mail = entry.direction !== "note", list = [];
      if (worker && mail) {
        list.push({ icon: "sym_o_reply_all", label: "Reply to all", run: () => this.$emit("reply", "reply_all") }, { icon: "sym_o_forward", label: "Forward", run: () => this.$emit("reply", "forward") });
        if (entry.direction === "in") list.push({ icon: "sym_o_call_split", label: "Split into its own conversation", run: () => this.$emit("split") });
        if (entry.deliveries.some((each) => each.status === "queued")) list.push({ icon: "sym_o_undo", label: "Take back and edit", run: () => this.$emit("cancel") });
      }
      if (entry.trace.length || entry.authentication) list.push({ icon: "sym_o_help", label: "Why is this here?", run: () => this.$emit("why") });
      if (entry.raw) list.push({ icon: "sym_o_code", label: "Show the source", run: () => window.open(entry.raw + "?view=1", "_blank", "noopener") }, { icon: "sym_o_download", label: "Download as .eml", run: () => { location.href = entry.raw; } });
      return list;
    },
  },
  methods: {
    full, spoken,
    toggle(event) { if (!event.target.closest("a, button") && !getSelection().toString()) this.$emit("toggle"); },
    icon(file) { return file.danger ? "sym_o_warning" : file.preview === "message" ? "sym_o_mail" : KINDS[file.kind] ? KINDS[file.kind] : file.preview === "pdf" ? "sym_o_picture_as_pdf" : file.type.startsWith("text/calendar") ? "sym_o_event" : file.type.startsWith("audio/") ? "sym_o_audio_file" : file.type.startsWith("video/") ? "sym_o_video_file" : "sym_o_draft"; },
  },
};
