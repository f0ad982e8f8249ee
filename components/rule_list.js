// The rules in their order: dragged by their handle, or moved by arrow keys on it; switched, copied, removed.
import { full, spoken } from "mailroom-ui";

export default {
  template: `
  <div class="card rule-list" :class="{ dragging: dragged !== null }">
    <ol ref="list" aria-label="Rules, in the order they look at a message">
      <li v-for="(row, index) in rows" :key="row.id" class="rule-line" :class="{ 'is-off': !row.active, 'is-dragged': row.id === dragged, 'is-lit': row.id === lit }">
        <button v-if="may" type="button" class="rule-handle" :aria-label="'Move ' + row.name" aria-describedby="rule-moving" @pointerdown="grab($event, row)" @pointermove="drag" @pointerup="release" @pointercancel="release"
                @keydown.up.prevent="move(index, -1)" @keydown.down.prevent="move(index, 1)"><q-icon name="sym_o_drag_indicator" aria-hidden="true" /></button>
        <span class="rule-place tabular" aria-hidden="true">{{ index + 1 }}</span>
        <div class="rule-line-main"><span class="rule-line-head"><a class="rule-name" :href="row.url">{{ row.name }}</a><span v-if="row.active && row.shadow" class="badge badge-busy" title="It only counts what it would have done">Shadow</span></span><span class="rule-line-words">{{ row.words }}</span></div>
        <div class="rule-line-counts muted tabular"><span>{{ counted(row) }}</span><time v-if="row.last" :datetime="row.last" :title="full(row.last)">Last hit {{ spoken(row.last) }}</time><span v-else>No hit yet</span></div>
        <template v-if="may">
          <button type="button" role="switch" class="rule-switch" :aria-checked="row.active ? 'true' : 'false'" :aria-label="row.name + ' is on'" @click="toggle(row)"><span></span></button>
          <button type="button" class="icon-btn" :aria-label="'More about ' + row.name"><q-icon name="sym_o_more_vert" />
            <q-menu class="popover" anchor="bottom right" self="top right" :offset="[0, 4]"><div class="menu-list" role="menu">
              <button v-for="item in tools(row, index)" :key="item.label" v-close-popup type="button" role="menuitem" class="menu-item" :class="{ danger: item.danger }" @click="item.run"><q-icon :name="item.icon" aria-hidden="true" />{{ item.label }}</button>
            </div></q-menu></button>
        </template>
        <span v-else-if="!row.active" class="badge">Off</span>
      </li>
    </ol>
    <span id="rule-moving" class="sr">Arrow up and down move it.</span><span class="sr" role="status">{{ told }}</span>
  </div>`,
  props: { initial: Object },
  emits: ["order", "toggle", "duplicate", "remove"],
  data() { return { rows: [], may: false, lit: 0, dragged: null, told: "", ...this.initial }; },
  methods: {
    full, spoken,
    counted(row) { return `${row.hits.toLocaleString("en")} ${row.hits === 1 ? "hit" : "hits"}` + (row.shadowHits ? ` · ${row.shadowHits.toLocaleString("en")} in shadow` : ""); },
    tools(row, index) {
      const list = [{ icon: "sym_o_edit", label: this.may ? "Edit" : "Show", run: () => { location.href = row.url; } }];
      if (index) list.push({ icon: "sym_o_arrow_upward", label: "Move up", run: () => this.move(index, -1) });
      if (index < this.rows.length - 1) list.push({ icon: "sym_o_arrow_downward", label: "Move down", run: () => this.move(index, 1) });
      list.push({ icon: "sym_o_content_copy", label: "Duplicate", run: () => this.$emit("duplicate", row.id) });
      return [...list, { icon: "sym_o_delete", label: "Delete", danger: true, run: () => this.$emit("remove", row.id) }];
    },
    toggle(row) { row.active = !row.active; this.$emit("toggle", { id: row.id, on: row.active }); },
    place(from, to) { const [row] = this.rows.splice(from, 1); this.rows.splice(to, 0, row); },
    tell() { this.$emit("order", this.rows.map((row) => row.id)); },
    move(from, by) {
      const to = from + by, row = this.rows[from];
      if (to < 0 || to >= this.rows.length) return;
      this.place(from, to);
      this.told = `${row.name} is now number ${to + 1} of ${this.rows.length}`;
      this.$nextTick(() => this.$refs.list.children[to].querySelector(".rule-handle").focus());
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { this.timer = null; this.tell(); }, 150);
    },
    grab(event, row) {
      if (event.button) return;
      event.target.setPointerCapture(event.pointerId);
      this.dragged = row.id;
      this.before = this.rows.map((each) => each.id).join();
    },
    drag(event) {
      if (this.dragged === null) return;
      const from = this.rows.findIndex((row) => row.id === this.dragged), lines = [...this.$refs.list.children];
      const middle = (line) => { const box = line.getBoundingClientRect(); return box.top + box.height / 2; };
      const box = this.$el.closest(".content")?.getBoundingClientRect();
      if (box && event.clientY > box.bottom - 40) this.$el.closest(".content").scrollTop += 12;
      if (box && event.clientY < box.top + 40) this.$el.closest(".content").scrollTop -= 12;
      if (from > 0 && event.clientY < middle(lines[from - 1])) this.place(from, from - 1);
      else if (from < lines.length - 1 && event.clientY > middle(lines[from + 1])) this.place(from, from + 1);
    },
    release() {
      if (this.dragged === null) return;
      this.dragged = null;
      if (this.before !== this.rows.map((each) => each.id).join()) this.tell();
      else this.show(this.waiting);
    },
    set(values) { this.show(values); },
    // what was read before a move is told must not undo it; after it, the server tells again
    show(values) {
      this.waiting = this.dragged === null ? null : values;
      if (values && this.dragged === null && !this.timer) Object.assign(this, values);
    },
  },
};
