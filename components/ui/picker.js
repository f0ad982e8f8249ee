// A list to choose from in a menu: type to narrow, arrows to move, Enter to take.
import { Face } from "./people.js";

const FOCUS_TRIES = 100;

export const Picker = {
  components: { Face },
  template: `
  <div class="picker">
    <input v-if="searchable" ref="field" class="picker-field" v-model="text" :placeholder="placeholder" :aria-label="placeholder"
           @keydown.down.prevent="move(1)" @keydown.up.prevent="move(-1)" @keydown.enter.prevent="take(shown[at])" />
    <div class="picker-list" :role="shown.length ? 'listbox' : 'group'" :aria-label="placeholder" :tabindex="searchable ? -1 : 0" ref="list"
         @keydown.down.prevent="move(1)" @keydown.up.prevent="move(-1)" @keydown.enter.prevent="take(shown[at])">
      <button v-for="(option, index) in shown" :key="option.value ?? option.label" type="button" role="option" tabindex="-1" class="picker-item"
              :class="{ 'is-at': index === at }" :aria-selected="Boolean(option.chosen)" @mouseenter="at = index" @click="take(option)">
        <Face v-if="option.address !== undefined" :name="option.label" :address="option.address" small />
        <q-icon v-else-if="option.icon" :name="option.icon" aria-hidden="true" />
        <span v-else-if="option.colour" class="swatch" :data-colour="option.colour"></span>
        <span class="picker-label">{{ option.label }}</span>
        <span v-if="option.hint" class="picker-hint">{{ option.hint }}</span>
        <q-icon v-if="option.chosen" name="sym_o_check" class="picker-check" aria-hidden="true" />
      </button>
      <div v-if="!shown.length" class="picker-none">Nothing found</div>
    </div>
  </div>`,
  props: { options: Array, searchable: Boolean, placeholder: String, creates: Boolean },
  emits: ["take"],
  data() { return { text: "", at: 0 }; },
  computed: {
    shown() {
      const wanted = this.text.trim().toLowerCase();
      const found = this.options.filter((option) => !wanted || option.label.toLowerCase().includes(wanted));
      if (this.creates && wanted && !this.options.some((option) => option.label.toLowerCase() === wanted)) {
        found.push({ label: `Create “${this.text.trim()}”`, value: this.text.trim(), icon: "sym_o_add" });
      }
      return found;
    },
  },
  watch: { text() { this.at = 0; } },
  mounted() { this.focus(FOCUS_TRIES); },
  unmounted() { clearTimeout(this.again); },
  methods: {
    // a menu is invisible, and so takes no focus, until it has found its place
    focus(left) {
      const control = this.$refs.field || this.$refs.list;
      control?.focus({ preventScroll: true });
      if (control && left && document.activeElement !== control) this.again = setTimeout(() => this.focus(left - 1), 20);
    },
    move(by) { this.at = (this.at + by + this.shown.length) % Math.max(1, this.shown.length); },
    take(option) { if (option) this.$emit("take", option.value, option); },
  },
};

/** Presets and a moment of one's own; emits an ISO time. */
export const MomentPicker = {
  components: { Picker },
  template: `
  <div class="moments">
    <div class="menu-title">{{ title }}</div>
    <Picker v-if="!own" :options="options" :placeholder="title" @take="take" />
    <form v-else class="moments-own" @submit.prevent="$emit('take', new Date(text).toISOString())">
      <label>Date and time<input type="datetime-local" v-model="text" :min="least" required class="input" /></label>
      <button type="submit" class="btn primary">{{ verb }}</button>
    </form>
    <slot></slot>
  </div>`,
  props: { title: String, verb: String, presets: Array, local: Function },
  emits: ["take"],
  data() { return { own: false, text: "" }; },
  computed: {
    options() { return [...this.presets.map((each) => ({ ...each, value: each.date.toISOString() })), { label: "Pick date and time…", value: "own", icon: "sym_o_calendar_month" }]; },
    least() { return this.local(new Date()); },
  },
  methods: {
    take(value) {
      if (value !== "own") return this.$emit("take", value);
      this.text = this.local(new Date(Date.now() + 86400000));
      this.own = true;
    },
  },
};
