// The person behind a conversation: what is known of them, what else of theirs is open, and all mail with them.
import { Face, STATUS, full, isOurs, spoken } from "mailroom-ui";

const KEPT = "mailroom.person";
const FIELDS = [
  { name: "company", label: "Company", icon: "sym_o_apartment" }, { name: "title", label: "Title", icon: "sym_o_badge" },
  { name: "phone", label: "Phone", icon: "sym_o_call" }, { name: "location", label: "Location", icon: "sym_o_location_on" },
];

export default {
  components: { Face },
  template: `
  <component :is="whole ? 'section' : 'aside'" class="person" :class="{ 'is-open': open && ticket && !whole, 'is-whole': whole }" aria-label="Customer">
    <div v-if="open && ticket" class="person-scroll">
      <header v-if="!whole" class="person-bar"><h2>Customer</h2><button type="button" class="icon-btn" aria-label="Hide the customer" @click="show(false)"><q-icon name="sym_o_close" /></button></header>
      <div v-if="!p" class="person-wait" aria-busy="true"><span v-for="n in 5" :key="n" class="person-bone"></span></div>
      <template v-else><div class="person-facts">
        <div class="person-head"><Face :name="p.name" :address="p.address" />
          <div class="person-who">
            <form v-if="editing === 'name'" @submit.prevent="save('name')"><input ref="input" v-model="draft" class="input" aria-label="Name" maxlength="320" @blur="save('name')" @keydown.esc.stop="stop" /></form>
            <button v-else-if="worker" type="button" class="person-value person-name" :aria-label="(p.name || 'Add a name') + ', change'" @click="edit('name', p.known)"><span dir="auto">{{ p.name || 'Add a name' }}</span><q-icon name="sym_o_edit" aria-hidden="true" /></button>
            <span v-else class="person-name" dir="auto">{{ p.name }}</span>
            <p v-if="errors.name" class="person-problem" role="alert">{{ errors.name }}</p>
            <button v-if="p.learnt.name" type="button" class="person-source" @click="$emit('open', p.learnt.name.ticket)">Learnt from mail of {{ day(p.learnt.name.at) }}</button>
          </div></div>
        <div v-for="twin in p.duplicates" :key="twin.id" class="person-twin"><p>{{ twin.emails.join(', ') || twin.name }} has the same name. One person?</p><button v-if="worker" type="button" class="btn" @click="$emit('merge', twin.id)"><q-icon name="sym_o_merge" aria-hidden="true" />Merge</button></div>
        <section aria-label="Addresses"><h3>Addresses</h3>
          <div v-for="address in p.emails" :key="address" class="person-line"><q-icon name="sym_o_mail" aria-hidden="true" /><span class="person-text">{{ address }}</span>
            <button v-if="worker && p.id && p.emails.length > 1" type="button" class="icon-btn tiny" :aria-label="'Remove ' + address" @click="tell('emails', p.emails.filter((each) => each !== address))"><q-icon name="sym_o_close" /></button></div>
          <form v-if="editing === 'emails'" @submit.prevent="add"><input ref="input" v-model="draft" class="input" aria-label="Another address" placeholder="name@company.com" @blur="add" @keydown.esc.stop="stop" /></form>
          <button v-else-if="worker" type="button" class="link-btn" @click="edit('emails', '')">Add an address</button>
          <p v-if="errors.emails" class="person-problem" role="alert">{{ errors.emails }}</p></section>
        <section aria-label="Details"><h3>Details</h3>
          <template v-for="field in fields" :key="field.name">
            <form v-if="editing === field.name" class="person-form" @submit.prevent="save(field.name)"><label><span>{{ field.label }}</span><input ref="input" v-model="draft" class="input" :aria-invalid="errors[field.name] ? 'true' : 'false'" @blur="save(field.name)" @keydown.esc.stop="stop" /></label></form>
            <button v-else-if="worker" type="button" class="person-line person-value" :aria-label="p[field.name] ? field.label + ': ' + p[field.name] : field.label + ': not known'" @click="edit(field.name, p[field.name])"><q-icon :name="field.icon" aria-hidden="true" /><span class="person-text" :class="{ faint: !p[field.name] }" dir="auto">{{ p[field.name] || field.label }}</span></button>
            <div v-else-if="p[field.name]" class="person-line"><q-icon :name="field.icon" aria-hidden="true" /><span class="person-text" dir="auto">{{ p[field.name] }}</span></div>
            <p v-if="errors[field.name]" class="person-problem" role="alert">{{ errors[field.name] }}</p>
          </template>
          <template v-for="(value, name) in p.fields" :key="'f' + name">
            <form v-if="editing === 'field:' + name" class="person-form" @submit.prevent="put(name)"><label><span>{{ name }}</span><input ref="input" v-model="draft" class="input" maxlength="500" @blur="put(name)" @keydown.esc.stop="stop" /></label></form>
            <component :is="worker ? 'button' : 'div'" v-else class="person-line person-value" @click="worker && edit('field:' + name, value)"><q-icon name="sym_o_label" aria-hidden="true" /><span class="person-text" dir="auto"><b>{{ name }}</b> {{ value }}</span></component>
          </template>
          <form v-if="editing === 'new'" class="person-new" @submit.prevent="put(title)"><input ref="input" v-model="title" class="input" placeholder="Customer number" aria-label="Name of the field" maxlength="64" @keydown.esc.stop="stop" /><input v-model="draft" class="input" placeholder="4711" aria-label="Its value" maxlength="500" @keydown.esc.stop="stop" /><button type="submit" class="btn primary">Add</button></form>
          <button v-else-if="worker" type="button" class="link-btn" @click="title = ''; edit('new', '')">Add a field</button>
          <p v-if="errors.fields" class="person-problem" role="alert">{{ errors.fields }}</p></section>
        <section aria-label="Note"><h3>Note</h3>
          <form v-if="editing === 'note'" @submit.prevent="save('note')"><textarea ref="input" v-model="draft" class="input person-note" rows="4" aria-label="Note" @blur="save('note')" @keydown.esc.stop="stop"></textarea></form>
          <button v-else-if="worker" type="button" class="person-value person-remark" :class="{ faint: !p.note }" @click="edit('note', p.note)">{{ p.note || 'What colleagues should know' }}</button>
          <p v-else class="person-remark">{{ p.note }}</p><p v-if="errors.note" class="person-problem" role="alert">{{ errors.note }}</p></section>
        </div><div class="person-mail">
        <section v-if="p.open.length" :aria-label="whole ? 'Open' : 'Also open'"><h3>{{ whole ? 'Open' : 'Also open' }}</h3>
          <button v-for="each in p.open" :key="each.id" type="button" class="person-ticket" @click="$emit('open', each.id)"><span class="person-subject" dir="auto">{{ each.subject || '(no subject)' }}</span><span class="person-meta">#{{ each.number }} · {{ status[each.status] }}</span></button></section>
        <section aria-label="History"><h3>History</h3>
          <ol class="person-story"><li v-for="mail in p.timeline" :key="mail.id"><button type="button" class="person-ticket" :aria-current="isHere(mail) ? 'true' : null" @click="isHere(mail) || $emit('open', mail.ticket)"><q-icon :name="mail.direction === 'in' ? 'sym_o_call_received' : 'sym_o_call_made'" :aria-label="mail.direction === 'in' ? 'From them' : 'To them'" /><span class="person-subject" dir="auto">{{ mail.subject || '(no subject)' }}</span><span class="person-snippet" dir="auto">{{ mail.snippet }}</span><span class="person-meta">#{{ mail.number }} · {{ status[mail.status] }} · <time :datetime="mail.at" :title="full(mail.at)">{{ spoken(mail.at) }}</time></span></button></li></ol>
          <p v-if="!p.timeline.length" class="person-none">No mail yet.</p>
          <button v-if="p.more" type="button" class="link-btn" @click="$emit('more')">Show older mail</button></section>
      </div></template>
    </div>
  </component>`,
  props: { initial: Object },
  emits: ["visible", "save", "merge", "open", "more"],
  data() { return { ticket: 0, p: null, errors: {}, open: false, whole: false, editing: "", draft: "", title: "", fields: FIELDS, status: STATUS, ...this.initial }; },
  mounted() {
    this.onToggle = () => { if (!this.whole) this.show(!this.open); };
    window.addEventListener("mailroom:person", this.onToggle);
    document.addEventListener("keydown", this.onEscape, true);
    const kept = localStorage.getItem(KEPT);
    const wanted = this.whole || (innerWidth > 1040 && (kept ? kept === "open" : innerWidth >= 1500));
    if (wanted) { this.open = true; this.$emit("visible", true); }
  },
  unmounted() { window.removeEventListener("mailroom:person", this.onToggle); document.removeEventListener("keydown", this.onEscape, true); },
  methods: {
    full, spoken,
    day(at) { return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" }); },
    isHere(mail) { return !this.whole && mail.ticket === this.ticket; },
    set(values) {
      if ("ticket" in values && values.ticket !== this.ticket) { this.stop(); this.errors = {}; }
      Object.assign(this, values);
    },
    /** What was typed is there again, with what is wrong with it. */
    refuse(field, value, problem) {
      const typed = field === "emails" ? value.at(-1) : value;
      if (typeof typed === "string" && !this.editing) this.edit(field, typed);
      this.errors = { [field]: problem };
    },
    /** Where it lies over the conversation, it is what Escape puts away first. */
    onEscape(event) {
      if (event.key !== "Escape" || !this.open || !this.ticket || this.whole || !isOurs(event) || getComputedStyle(this.$el).position === "static") return;
      event.stopImmediatePropagation();
      this.show(false);
    },
    grow(history) { if (this.p) Object.assign(this.p, history); },
    show(open) {
      this.open = open;
      if (innerWidth > 1040) localStorage.setItem(KEPT, open ? "open" : "closed");
      this.$emit("visible", open);
    },
    edit(name, value) { Object.assign(this, { editing: name, draft: value || "", errors: {} }); this.$nextTick(() => { const box = this.$refs.input; (Array.isArray(box) ? box[0] : box)?.focus(); }); },
    stop() { Object.assign(this, { editing: "", draft: "" }); },
    tell(field, value) { this.$emit("save", { field, value, address: this.p.address }); },
    /** Once: leaving the field after Enter has saved it already. */
    take(name) { if (this.editing !== name) return null; const value = this.draft.trim(); this.stop(); return value; },
    save(name) {
      const before = name === "name" ? this.p.known : this.p[name], value = this.take(name);
      if (value !== null && value !== (before || "")) this.tell(name, value);
    },
    add() { const value = this.take("emails"); if (value) this.tell("emails", [...this.p.emails, value]); },
    put(name) {
      const key = this.editing === "new" ? "new" : "field:" + name, value = this.take(key), title = (name || "").trim();
      if (value === null || !title || this.p.fields[title] === value) return;
      const fields = { ...this.p.fields, [title]: value };
      if (!value) delete fields[title];
      this.tell("fields", fields);
    },
  },
};
