// What a condition is compared with: which control its value needs, and a list of words as chips.

/** The control for a field and an operator: text, pattern, list, size, time, choice, choices, flag, none. */
export function widget(field, operator) {
  if (operator.takes === "nothing") return "none";
  if (["flag", "size", "time"].includes(field.kind)) return field.kind;
  if (field.options.length) return operator.takes === "list" ? "choices" : "choice";
  return { list: "list", pattern: "pattern" }[operator.takes] || "text";
}

/** The condition as the server takes it. */
export function valued({ field, operator, negate, name, value, amount, unit }, how) {
  if (how === "size") value = amount.trim() && `${amount} ${unit}`.trim();
  return { field, operator, negate, name, value: how === "none" ? null : value };
}

export const ListField = {
  template: `
  <span class="rule-many input" @click="$refs.field.focus()">
    <span v-for="(each, index) in modelValue" :key="each" class="rule-chip">{{ each }}<button type="button" :aria-label="'Remove ' + each" @click.stop="remove(index)"><q-icon name="sym_o_close" /></button></span>
    <input ref="field" v-model="text" :aria-label="label" v-bind="marks" spellcheck="false" autocomplete="off" :placeholder="modelValue.length ? '' : 'Type, then Enter'"
           @keydown.enter.prevent="take(text)" @keydown.backspace="back" @blur="take(text)" @paste="paste" />
  </span>`,
  props: { modelValue: Array, label: String, marks: Object },
  emits: ["update:modelValue"],
  data() { return { text: "" }; },
  methods: {
    put(words) { if (words.length) this.$emit("update:modelValue", [...new Set([...this.modelValue, ...words])]); this.text = ""; },
    take(text) { this.put([text.trim()].filter(Boolean)); },
    remove(index) { this.$emit("update:modelValue", this.modelValue.filter((_, each) => each !== index)); },
    back() { if (!this.text && this.modelValue.length) this.remove(this.modelValue.length - 1); },
    paste(event) {
      const words = event.clipboardData.getData("text").split(/[\n,;\t]+/).map((each) => each.trim()).filter(Boolean);
      if (words.length < 2) return;
      event.preventDefault();
      this.put(words);
    },
  },
};
