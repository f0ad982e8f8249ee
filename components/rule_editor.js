// One rule: rows drawn from the registries, what is wrong said at the row while typing, the rule in words, and its trial.
import { full, spoken } from "mailroom-ui";
import { ListField, valued, widget } from "mailroom-rule-values";

const MODES = [
  { name: "on", label: "On", about: "It acts on new mail." },
  { name: "shadow", label: "Shadow", about: "It only counts what it would have done." },
  { name: "off", label: "Off", about: "It looks at nothing." },
];
const AMOUNTS = [100, 1000, 10000];
let last = 0;

export default {
  components: { ListField },
  template: `
  <div class="rule-editor">
    <form class="rule-form" novalidate @submit.prevent="save" @focusout="left">
      <fieldset :disabled="!may">
        <div class="card card-pad">
          <label class="rule-label">Name<input class="input" v-model="name" maxlength="200" placeholder="Tag invoices as billing" :aria-invalid="Boolean(said('name'))" aria-describedby="name-problem" data-place="name" /></label>
          <p v-if="said('name')" id="name-problem" class="rule-problem" role="alert">{{ said('name') }}</p>
        </div>
        <section class="card" aria-labelledby="rule-when">
          <header class="card-head"><h2 id="rule-when">When</h2>
            <select v-if="conditions.length > 1" class="input rule-match" v-model="match" aria-label="How many conditions must hold"><option value="all">all of these hold</option><option value="any">any of these holds</option></select>
            <span v-else class="muted">{{ conditions.length ? 'this holds' : 'any message comes in' }}</span></header>
          <div v-for="(row, index) in conditions" :key="row.key" class="rule-row" role="group" :aria-label="'Condition ' + (index + 1)">
            <div class="rule-cells">
              <select class="input rule-field" :value="row.field" aria-label="Field" :data-place="'conditions.' + index + '.field'" @change="turn(row, $event.target.value)"><option v-for="each in fields" :key="each.name" :value="each.name">{{ each.label }}</option></select>
              <input v-if="about(row).named" class="input rule-header" v-model="row.name" placeholder="List-Id" aria-label="Header name" spellcheck="false" v-bind="marked('conditions.' + index + '.name')" />
              <select v-if="shape(row) !== 'flag'" class="input rule-operator" :value="(row.negate ? '!' : '') + row.operator" aria-label="Comparison" v-bind="marked('conditions.' + index + '.operator')" @change="ask(row, $event.target.value)"><option v-for="each in asked(row)" :key="each.value" :value="each.value">{{ each.label }}</option></select>
              <select v-if="shape(row) === 'flag'" class="input rule-value" v-model="row.value" aria-label="Value"><option :value="true">yes</option><option :value="false">no</option></select>
              <span v-else-if="shape(row) === 'size'" class="rule-value rule-size"><input class="input" v-model="row.amount" inputmode="decimal" aria-label="Size" placeholder="5" v-bind="marked('conditions.' + index + '.value')" /><select class="input" v-model="row.unit" aria-label="Unit"><option value="">bytes</option><option>KB</option><option>MB</option><option>GB</option></select></span>
              <input v-else-if="shape(row) === 'time'" type="time" class="input rule-value" v-model="row.value" aria-label="Value" v-bind="marked('conditions.' + index + '.value')" />
              <select v-else-if="shape(row) === 'choice'" class="input rule-value" v-model="row.value" aria-label="Value"><option v-for="each in about(row).options" :key="each.value" :value="each.value">{{ each.label }}</option></select>
              <span v-else-if="shape(row) === 'choices'" class="rule-value rule-days" role="group" aria-label="Values"><button v-for="each in about(row).options" :key="each.value" type="button" class="rule-toggle" :class="{ on: row.value.includes(each.value) }" :aria-pressed="row.value.includes(each.value) ? 'true' : 'false'" :title="each.label" @click="flip(row, each.value)">{{ each.short }}</button></span>
              <ListField v-else-if="shape(row) === 'list'" class="rule-value" v-model="row.value" label="Values" :marks="marked('conditions.' + index + '.value')" />
              <input v-else-if="shape(row) !== 'none'" class="input rule-value" :class="{ mono: shape(row) === 'pattern' }" v-model="row.value" aria-label="Value" spellcheck="false" :placeholder="shape(row) === 'pattern' ? 'invoice\\\\s+\\\\d+' : ''" v-bind="marked('conditions.' + index + '.value')" />
              <button type="button" class="icon-btn" :aria-label="'Remove condition ' + (index + 1)" @click="drop(conditions, index)"><q-icon name="sym_o_close" /></button>
            </div>
            <p v-if="wrong('conditions.' + index)" class="rule-problem" role="alert" :id="'conditions-' + index + '-problem'">{{ wrong('conditions.' + index) }}</p>
            <p v-else-if="about(row).hint && shape(row) !== 'flag'" class="rule-hint">{{ about(row).hint }}</p>
          </div>
          <p v-if="said('conditions')" class="rule-problem rule-whole" role="alert">{{ said('conditions') }}</p>
          <div class="rule-add"><button type="button" class="link-btn" @click="addCondition"><q-icon name="sym_o_add" aria-hidden="true" />Add condition</button></div>
        </section>
        <section class="card" aria-labelledby="rule-then">
          <header class="card-head"><h2 id="rule-then">Then</h2><span class="muted">do this, from top to bottom</span></header>
          <div v-for="(row, index) in actions" :key="row.key" class="rule-row" role="group" :aria-label="'Action ' + (index + 1)">
            <div class="rule-cells">
              <select class="input rule-action" :value="row.type" aria-label="Action" :data-place="'actions.' + index + '.type'" @change="become(row, $event.target.value)"><option v-for="each in kinds" :key="each.name" :value="each.name">{{ each.label }}</option></select>
              <template v-for="each in kind(row).parameters" :key="each.name">
                <span v-if="each.needs === 'users'" class="rule-value rule-many input" role="group" :aria-label="each.label" v-bind="marked('actions.' + index + '.' + each.name)">
                  <span v-for="id in row.values[each.name]" :key="id" class="rule-chip">{{ called(each, id) }}<button type="button" :aria-label="'Remove ' + called(each, id)" @click="leave(row, each, id)"><q-icon name="sym_o_close" /></button></span>
                  <select v-if="others(row, each).length" aria-label="Add a member" @change="join(row, each, $event.target)"><option value="">Add…</option><option v-for="option in others(row, each)" :key="option.value" :value="option.value">{{ option.label }}</option></select></span>
                <select v-else-if="chooses(each)" class="input rule-value" v-model="row.values[each.name]" :aria-label="each.label" v-bind="marked('actions.' + index + '.' + each.name)">
                  <option :value="null" disabled>{{ each.options.length ? 'Choose…' : 'There is none yet' }}</option>
                  <option v-if="row.values[each.name] != null && !each.options.some((option) => option.value === row.values[each.name])" :value="row.values[each.name]">(gone)</option>
                  <option v-for="option in each.options" :key="option.value" :value="option.value">{{ option.label }}</option></select>
                <textarea v-else-if="each.needs === 'text'" class="input rule-value" rows="2" v-model="row.values[each.name]" :aria-label="each.label" v-bind="marked('actions.' + index + '.' + each.name)"></textarea>
                <input v-else class="input rule-value" v-model="row.values[each.name]" :aria-label="each.label" :type="each.needs === 'address' ? 'email' : 'text'" :list="row.type === 'tag' ? 'rule-tags' : null" autocomplete="off" v-bind="marked('actions.' + index + '.' + each.name)" />
              </template>
              <span v-if="!kind(row).parameters.length" class="rule-value"></span>
              <button type="button" class="icon-btn" :aria-label="'Remove action ' + (index + 1)" @click="drop(actions, index)"><q-icon name="sym_o_close" /></button>
            </div>
            <p v-if="wrong('actions.' + index)" class="rule-problem" role="alert" :id="'actions-' + index + '-problem'">{{ wrong('actions.' + index) }}</p>
          </div>
          <p v-if="said('actions')" class="rule-problem rule-whole" role="alert">{{ said('actions') }}</p>
          <div class="rule-add"><button type="button" class="link-btn" @click="addAction"><q-icon name="sym_o_add" aria-hidden="true" />Add action</button></div>
          <label class="rule-stop"><input type="checkbox" v-model="stop" />Stop here: rules below this one do not look at the message</label>
          <datalist id="rule-tags"><option v-for="tag in tags" :key="tag" :value="tag"></option></datalist>
        </section>
        <div class="card card-pad">
          <div class="rule-modes" role="radiogroup" aria-label="State"><label v-for="each in modes" :key="each.name" class="rule-mode" :class="{ on: mode === each.name }"><input type="radio" name="mode" :value="each.name" v-model="mode" /><span><b>{{ each.label }}</b><span>{{ each.about }}</span></span></label></div>
        </div>
      </fieldset>
      <div v-if="may" class="rule-end"><a class="btn" href="/rules">Cancel</a><button type="submit" class="btn primary">Save rule</button></div>
    </form>
    <aside class="rule-aside">
      <section class="card card-pad" aria-labelledby="rule-words"><h2 id="rule-words">In plain words</h2>
        <p v-if="![...verdict.when, ...deeds].some(Boolean)" class="muted">What the rule asks and does is told here as you write it.</p>
        <p v-else class="rule-words" aria-live="polite"><template v-if="!verdict.when.length">For <b>every message</b></template><template v-else>When <template v-for="(words, index) in verdict.when" :key="index"><template v-if="index">{{ ' ' + verdict.joint + ' ' }}</template><b v-if="words">{{ words }}</b><i v-else>…</i></template></template>: <template v-for="(words, index) in deeds" :key="index"><template v-if="index">{{ index === deeds.length - 1 ? ', and ' : ', ' }}</template><b v-if="words">{{ words }}</b><i v-else>…</i></template>.</p>
        <p v-if="mode !== 'on'" class="muted">{{ modes.find((each) => each.name === mode).about }}</p>
      </section>
      <section v-if="may" class="card card-pad" aria-labelledby="rule-try"><h2 id="rule-try">Try it on stored mail</h2>
        <p class="muted">Which of the newest messages it would match. Nothing is changed.</p>
        <div class="rule-amounts" role="radiogroup" aria-label="How many messages"><label v-for="each in amounts" :key="each" class="rule-toggle" :class="{ on: wanted === each }"><input type="radio" name="wanted" :value="each" v-model="wanted" />{{ each.toLocaleString('en') }}</label></div>
        <button v-if="!running" type="button" class="btn" @click="attempt"><q-icon name="sym_o_science" aria-hidden="true" />{{ trial ? 'Try again' : 'Try it' }}</button>
        <button v-else type="button" class="btn" @click="$emit('cancel')"><q-icon name="sym_o_stop_circle" aria-hidden="true" />Stop</button>
        <div v-if="trial" class="rule-progress">
          <progress :value="trial.total ? trial.tried : 1" :max="trial.total || 1" aria-label="Messages tried">{{ trial.tried }}</progress>
          <p role="status"><b>{{ trial.matched.toLocaleString('en') }}</b> of {{ trial.tried.toLocaleString('en') }} {{ trial.tried === 1 ? 'message' : 'messages' }} would match<template v-if="running">, {{ (trial.total - trial.tried).toLocaleString('en') }} to go</template><template v-else-if="trial.tried < trial.total">; stopped there</template>.</p>
          <p v-if="trial.error" class="rule-problem" role="alert">{{ trial.error }}</p>
          <p v-if="stale" class="muted">You have changed the rule since.</p>
        </div>
      </section>
    </aside>
    <section v-if="trial" class="card rule-found" aria-labelledby="rule-found"><header class="card-head"><h2 id="rule-found">What it would do</h2><span class="muted grow">{{ verdictOn }}</span></header>
      <details v-for="each in found" :key="each.id" class="rule-hit">
        <summary><span class="rule-hit-who">{{ each.author }}</span><span class="rule-hit-subject" dir="auto">{{ each.subject || '(no subject)' }}</span><span class="rule-hit-change">{{ each.changes.join(', ') || 'nothing but stop' }}</span><time class="muted" :datetime="each.at" :title="full(each.at)">{{ spoken(each.at) }}</time><q-icon name="sym_o_expand_more" aria-hidden="true" /></summary>
        <div class="rule-hit-more">
          <ul class="rule-verdicts" aria-label="Conditions"><li v-for="(verdict, index) in each.conditions" :key="index" :class="{ holds: verdict.holds }"><q-icon :name="verdict.holds ? 'sym_o_check' : 'sym_o_close'" :aria-label="verdict.holds ? 'Holds' : 'Does not hold'" /><span>{{ verdict.text }}</span><span class="muted">found {{ verdict.found ? '“' + verdict.found + '”' : 'nothing' }}</span></li>
            <li v-if="!each.conditions.length" class="holds"><q-icon name="sym_o_check" aria-hidden="true" /><span>every message</span></li></ul>
          <ul class="rule-changes" aria-label="Would change"><li v-for="change in each.changes" :key="change"><q-icon name="sym_o_arrow_forward" aria-hidden="true" />{{ change }}</li></ul>
          <a v-if="each.url" :href="each.url" target="_blank" rel="noopener">Open the conversation</a>
        </div></details>
      <div v-if="found.length && found.length < trial.matched" class="rule-add"><button type="button" class="link-btn" @click="$emit('more')">Show more</button></div>
    </section>
  </div>`,
  props: { initial: Object },
  emits: ["edited", "save", "attempt", "cancel", "more"],
  data() {
    const { draft, ...rest } = this.initial;
    return {
      fields: [], operators: {}, kinds: [], tags: [], may: true, trial: null, found: [], modes: MODES, amounts: AMOUNTS,
      wanted: 1000, number: 0, triedAt: 0, touched: {}, insists: false, isDirty: false, ...rest, ...draft,
      conditions: draft.conditions.map((each) => this.row(each, rest)), actions: draft.actions.map(({ type, ...values }) => ({ key: ++last, type, values })),
    };
  },
  computed: {
    running() { return Boolean(this.trial && !this.trial.finished); },
    stale() { return this.trial && this.number !== this.triedAt; },
    deeds() { return [...this.verdict.then, ...(this.stop ? ["look at no further rule"] : [])].concat(this.verdict.then.length || this.stop ? [] : [null]); },
    verdictOn() {
      if (this.found.length) return this.found.length < this.trial.matched ? `The newest ${this.found.length} of ${this.trial.matched.toLocaleString("en")}` : "";
      return this.running ? "Looking…" : this.trial.total ? "No message of these would match." : "There is no mail to try it on yet.";
    },
    mode: {
      get() { return !this.active ? "off" : this.shadow ? "shadow" : "on"; },
      set(name) { this.active = name !== "off"; if (this.active) this.shadow = name === "shadow"; },
    },
    draft() {
      return {
        name: this.name, match: this.match, active: this.active, shadow: this.shadow, stop: this.stop,
        conditions: this.conditions.map((row) => valued(row, this.shape(row))),
        actions: this.actions.map(({ type, values }) => ({ ...values, type })),
      };
    },
    draftText() { return JSON.stringify(this.draft); },
  },
  watch: {
    draftText() {
      this.isDirty = true;
      this.number += 1;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.$emit("edited", { number: this.number, draft: this.draft }), 150);
    },
  },
  mounted() {
    this.onLeave = (event) => { if (this.isDirty && this.may) event.preventDefault(); };
    window.addEventListener("beforeunload", this.onLeave);
  },
  unmounted() { window.removeEventListener("beforeunload", this.onLeave); clearTimeout(this.timer); },
  methods: {
    full, spoken,
    row(condition, { fields, operators }) {
      const row = { amount: "", unit: "MB", ...condition, key: ++last };
      const how = widget(fields.find((each) => each.name === row.field), operators[row.operator]);
      if (how === "size") Object.assign(row, parted(row.value));
      if (how === "flag" && row.negate) Object.assign(row, { value: !row.value, negate: false });
      return row;
    },
    about(row) { return this.fields.find((each) => each.name === row.field); },
    shape(row) { return widget(this.about(row), this.operators[row.operator]); },
    kind(row) { return this.kinds.find((each) => each.name === row.type); },
    chooses(parameter) { return ["choice", "user", "mailbox", "template", "integration"].includes(parameter.needs); },
    asked(row) {
      const names = this.about(row).operators;
      return [...names.map((name) => ({ value: name, label: this.operators[name].label })), ...names.map((name) => ({ value: "!" + name, label: this.operators[name].negated }))];
    },
    turn(row, field) {
      const before = this.shape(row);
      row.field = field;
      if (!this.about(row).operators.includes(row.operator)) Object.assign(row, { operator: this.about(row).operators[0], negate: false });
      this.settle(row, before);
    },
    ask(row, choice) {
      const before = this.shape(row);
      row.negate = choice.startsWith("!");
      row.operator = choice.replace("!", "");
      this.settle(row, before);
    },
    settle(row, before) {
      const now = this.shape(row), plain = ["text", "pattern"];
      if ((now === before && now !== "choice" && now !== "choices") || (plain.includes(now) && plain.includes(before))) return;
      this.touched = {};
      if (now === "list" && plain.includes(before)) row.value = row.value ? [row.value] : [];
      else if (plain.includes(now) && before === "list") row.value = row.value.join(" ");
      else if (now === "choices") row.value = this.among(row, row.value);
      else if (now === "choice") row.value = this.among(row, row.value)[0] ?? this.about(row).options[0].value;
      else row.value = { flag: true, list: [], none: null }[now] ?? (now === "none" ? null : "");
      if (now === "flag") row.negate = false;
    },
    flip(row, value) { row.value = this.about(row).options.map((each) => each.value).filter((each) => (each === value) !== row.value.includes(each)); },
    among(row, value) { return this.about(row).options.map((each) => each.value).filter((each) => [value].flat().includes(each)); },
    become(row, type) {
      row.type = type;
      row.values = Object.fromEntries(this.kind(row).parameters.map((each) => [each.name, each.needs === "users" ? [] : this.chooses(each) ? null : ""]));
    },
    called(parameter, id) { return parameter.options.find((option) => option.value === id)?.label || "(gone)"; },
    others(row, parameter) { return parameter.options.filter((option) => !row.values[parameter.name].includes(option.value)); },
    join(row, parameter, select) { row.values[parameter.name] = [...row.values[parameter.name], Number(select.value)]; select.value = ""; },
    leave(row, parameter, id) { row.values[parameter.name] = row.values[parameter.name].filter((each) => each !== id); },
    addCondition() {
      this.conditions.push({ key: ++last, field: this.fields[0].name, operator: this.fields[0].operators[0], negate: false, name: "", value: "", amount: "", unit: "MB" });
      this.go(`conditions.${this.conditions.length - 1}.field`);
    },
    addAction() {
      const row = { key: ++last, type: "", values: {} };
      this.become(row, this.kinds[0].name);
      this.actions.push(row);
      this.go(`actions.${this.actions.length - 1}.type`);
    },
    drop(rows, index) { rows.splice(index, 1); this.touched = {}; },
    go(place) { this.$nextTick(() => this.$el.querySelector(`[data-place="${place}"]`)?.focus()); },
    left(event) { const place = event.target.dataset?.place; if (place) this.touched[place] = true; },
    marked(place) { const row = place.split(".").slice(0, 2).join("-"); return { "data-place": place, "aria-invalid": this.said(place) ? "true" : null, "aria-describedby": this.said(place) ? row + "-problem" : null }; },
    said(place) { return this.insists || this.touched[place] || this.isTyped(place) ? this.verdict.problems[place] : undefined; },
    isTyped(place) {
      const [rows, index, part] = place.split("."), row = this[rows]?.[index];
      if (rows === "actions") return Boolean(part && row?.values[part]?.length);
      return Boolean(row && (part === "name" ? row.name : row.value?.length || row.amount));
    },
    wrong(row) { const place = Object.keys(this.verdict.problems).find((each) => each === row || each.startsWith(row + ".")); return place && this.said(place); },
    save() { this.$emit("save", this.draft); },
    attempt() { this.triedAt = this.number; this.$emit("attempt", { draft: this.draft, wanted: this.wanted }); },
    judge(number, verdict) { if (number === this.number) this.verdict = verdict; },
    refuse(verdict) {
      Object.assign(this, { verdict, insists: true });
      this.go(Object.keys(verdict.problems)[0]);
    },
    saved() { this.isDirty = false; },
    report(trial, found) {
      if (this.trial?.id !== trial.id) this.found = [];
      const known = new Set(this.found.map((each) => each.id));
      Object.assign(this, { trial, found: [...this.found, ...found.filter((each) => !known.has(each.id))] });
    },
  },
};

function parted(bytes) {
  const shift = [30, 20, 10].find((each) => bytes >= 2 ** each && Number.isInteger((bytes / 2 ** each) * 1000)) || 0;
  return { amount: String(bytes / 2 ** shift), unit: { 30: "GB", 20: "MB", 10: "KB", 0: "" }[shift] };
}
