// The left pane: folders, mailboxes, tags and saved views with their counts; and the g-keys.
import { goesTo, isOurs } from "mailroom-ui";

export default {
  template: `
  <nav class="folders-nav" aria-label="Folders">
    <button type="button" class="btn primary compose" @click="$emit('compose')"><q-icon name="sym_o_edit_square" aria-hidden="true" />New conversation</button>
    <template v-for="section in sections" :key="section.title">
      <div v-if="section.title && section.items.length" class="folders-title">{{ section.title }}</div>
      <div v-for="item in section.items" :key="item.view" class="folder-row" :class="{ 'has-menu': item.changeable }">
        <a class="folder" :href="'/inbox/' + item.view" :aria-current="item.view === active ? 'page' : null" :title="item.changeable ? item.label : null" @click="go($event, item.view)">
          <span v-if="item.colour" class="swatch" :data-colour="item.colour" aria-hidden="true"></span>
          <q-icon v-else :name="item.icon" aria-hidden="true" />
          <span class="folder-name">{{ item.label }}</span>
          <span v-if="shown(item.view)" class="folder-count" :class="{ strong: item.strong }">{{ shown(item.view) }}</span>
        </a>
        <button v-if="item.changeable" type="button" class="icon-btn tiny folder-more" aria-haspopup="menu" :aria-label="'Options of the view ' + item.label"><q-icon name="sym_o_more_horiz" />
          <q-menu class="popover" anchor="bottom right" self="top right" :offset="[0, 4]"><div class="menu-list" role="menu">
            <button v-close-popup type="button" role="menuitem" class="menu-item" @click="$emit('rename', { view: item.view, name: item.label })"><q-icon name="sym_o_edit" aria-hidden="true" />Rename</button>
            <button v-close-popup type="button" role="menuitem" class="menu-item danger" @click="$emit('remove', item.view)"><q-icon name="sym_o_delete" aria-hidden="true" />Remove</button></div></q-menu></button>
      </div>
    </template>
  </nav>`,
  props: { initial: Object },
  emits: ["open", "compose", "rename", "remove"],
  data() { return { ...this.initial }; },
  mounted() {
    this.onKey = (event) => {
      if (!isOurs(event) || !goesTo(event)) return;
      const view = { i: "inbox", u: "unassigned", m: "mine", w: "waiting", s: "snoozed", d: "done", r: "drafts", t: "sent", a: "all" }[event.key];
      if (!view) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.open(view);
    };
    document.addEventListener("keydown", this.onKey, true);
  },
  unmounted() { document.removeEventListener("keydown", this.onKey, true); },
  methods: {
    shown(view) {
      const number = this.counts[view] || 0;
      return number >= this.limit ? this.limit - 1 + "+" : number || "";
    },
    go(event, view) {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.open(view);
    },
    open(view) {
      this.active = view;
      this.$emit("open", view);
    },
    set(values) { Object.assign(this, values); },
  },
};
