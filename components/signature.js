// A signature as a field: the composer's editor in a box, with the marks a signature needs.
import { createEditor } from "mailroom-editor";

export default {
  template: `
  <div class="signature" role="group" :aria-label="label">
    <div ref="editor" class="signature-text"></div>
    <div class="signature-marks" role="toolbar" aria-label="Text">
      <button v-for="mark in marks" :key="mark.name" type="button" class="signature-mark" :class="{ on: active[mark.name] }" :aria-label="mark.label" :aria-pressed="active[mark.name] ? 'true' : 'false'" @mousedown.prevent @click="mark.run()"><q-icon :name="mark.icon" aria-hidden="true" /></button>
      <form v-if="linking" class="signature-link" @submit.prevent="link"><input ref="address" v-model="address" aria-label="Link address" placeholder="https://" @keydown.esc.stop="linking = false" /><button type="submit">{{ address.trim() ? 'Link' : 'No link' }}</button></form>
    </div>
  </div>`,
  props: { initial: Object },
  emits: ["edited"],
  data() { return { label: "", active: {}, linking: false, address: "", ...this.initial }; },
  computed: {
    marks() {
      return [
        { name: "bold", label: "Bold", icon: "sym_o_format_bold", run: () => this.tool.chain().focus().toggleBold().run() },
        { name: "italic", label: "Italic", icon: "sym_o_format_italic", run: () => this.tool.chain().focus().toggleItalic().run() },
        { name: "link", label: "Link", icon: "sym_o_link", run: () => this.ask() },
      ];
    },
  },
  created() { this.tool = null; },
  mounted() {
    const editor = createEditor({
      element: this.$refs.editor, content: this.html, label: this.label, placeholder: () => "Kind regards, Ada",
      people: () => [], files: () => false,
      onUpdate: () => this.$emit("edited", editor.isEmpty ? "" : editor.getHTML()),
    });
    editor.on("transaction", () => { this.active = Object.fromEntries(["bold", "italic", "link"].map((name) => [name, editor.isActive(name)])); });
    this.tool = editor;
  },
  unmounted() { this.tool?.destroy(); },
  methods: {
    ask() {
      this.address = this.tool.getAttributes("link").href || "";
      this.linking = true;
      this.$nextTick(() => this.$refs.address.focus());
    },
    link() {
      const chain = this.tool.chain().focus().extendMarkRange("link"), address = this.address.trim();
      const href = /^(https?:|mailto:|tel:)/i.test(address) ? address : (address.includes("@") ? "mailto:" : "https://") + address;
      if (!address) chain.unsetLink().run();
      else if (this.tool.state.selection.empty && !this.active.link) chain.insertContent({ type: "text", text: address, marks: [{ type: "link", attrs: { href } }] }).run();
      else chain.setLink({ href }).run();
      this.linking = false;
    },
  },
};
