// Recipients as chips: completed while typing, pasted in bulk, removed with Backspace.
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;

/** `Name <a@b>, c@d; …` as people; what is no address is left over. */
export function people(text) {
  const found = [], left = [];
  for (const part of text.split(/[,;\n]+/).map((each) => each.trim()).filter(Boolean)) {
    const match = part.match(/^"?([^"<]*)"?\s*<([^<>]+)>$/), address = (match ? match[2] : part).trim();
    if (ADDRESS.test(address)) found.push({ name: match ? match[1].trim() : "", address });
    else left.push(part);
  }
  return { found, left: left.join(", ") };
}

export const Chips = {
  template: `
  <div class="chips" @click="focus">
    <span v-for="(person, index) in modelValue" :key="person.address" class="person-chip" :title="person.address">{{ person.name || person.address }}<button type="button" tabindex="-1" :aria-label="'Remove ' + person.address" @click.stop="remove(index)"><q-icon name="sym_o_close" /></button></span>
    <input ref="field" v-model="text" class="chips-field" :aria-label="label" autocomplete="off" spellcheck="false" :aria-invalid="wrong ? 'true' : null" :title="wrong ? 'This is not an e-mail address' : null" :class="{ wrong }"
           @input="typed" @blur="finish" @paste="paste" @keydown="onKey" />
    <div v-if="options.length" class="completions popover" role="listbox"><button v-for="(option, index) in options" :key="option.address" type="button" role="option" class="picker-item" :class="{ 'is-at': index === at }" :aria-selected="index === at ? 'true' : 'false'" @mousedown.prevent="take(option)"><span class="picker-label">{{ option.name || option.address }}</span><span v-if="option.name" class="picker-hint">{{ option.address }}</span></button></div>
  </div>`,
  props: { modelValue: Array, label: String, complete: Function },
  emits: ["update:modelValue"],
  data() { return { text: "", options: [], at: 0, wrong: false }; },
  methods: {
    focus() { this.$refs.field.focus(); },
    put(list) {
      const known = new Set(this.modelValue.map((person) => person.address.toLowerCase()));
      this.$emit("update:modelValue", [...this.modelValue, ...list.filter((person) => !known.has(person.address.toLowerCase()))]);
    },
    remove(index) { this.$emit("update:modelValue", this.modelValue.filter((_, each) => each !== index)); },
    take(option) { this.put([option]); this.text = ""; this.options = []; this.wrong = false; },
    finish() {
      this.options = [];
      if (!this.text.trim()) { this.wrong = false; return; }
      const { found, left } = people(this.text);
      if (found.length) this.put(found);
      this.text = left;
      this.wrong = Boolean(left);
    },
    typed() {
      this.wrong = false;
      if (/[,;]/.test(this.text)) { this.finish(); return; }
      clearTimeout(this.timer);
      const wanted = this.text;
      this.timer = setTimeout(async () => {
        const options = wanted.trim() ? await this.complete(wanted) : [];
        if (wanted === this.text) { this.options = options; this.at = 0; }
      }, 120);
    },
    paste(event) {
      const { found, left } = people(event.clipboardData.getData("text"));
      if (!found.length) return;
      event.preventDefault();
      this.put(found);
      this.text = left;
    },
    onKey(event) {
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.options.length) { event.preventDefault(); this.at = (this.at + (event.key === "ArrowDown" ? 1 : -1) + this.options.length) % this.options.length; }
      else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && this.text.trim()) {
        if (event.key === "Enter") event.preventDefault();
        if (this.options.length) this.take(this.options[this.at]); else this.finish();
      }
      else if (event.key === "Backspace" && !this.text && this.modelValue.length) this.remove(this.modelValue.length - 1);
      else if (event.key === "Escape" && this.options.length) { event.stopPropagation(); event.preventDefault(); this.options = []; }
    },
  },
};
