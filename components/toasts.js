// Short notices with Undo and the seconds that are left; and the map of keys.
import { MAP, isOurs } from "mailroom-ui";

export default {
  template: `
  <div class="toasts" role="status" aria-live="polite">
    <div v-for="toast in list" :key="toast.id" class="toast" :class="{ problem: toast.problem }">
      <q-icon :name="toast.problem ? 'sym_o_error' : toast.counts ? 'sym_o_schedule_send' : 'sym_o_check_circle'" aria-hidden="true" />
      <span>{{ toast.text }}</span>
      <span v-if="toast.counts" class="toast-left" aria-hidden="true">{{ toast.left }} s</span>
      <button v-if="toast.undo" type="button" class="toast-undo" @click="undo(toast)">Undo<kbd v-if="toast === latest">z</kbd></button>
      <button type="button" class="toast-close" aria-label="Dismiss" @click="drop(toast.id)"><q-icon name="sym_o_close" /></button>
      <i v-if="toast.undo" class="toast-bar" :style="{ animationDuration: toast.seconds + 's' }"></i>
    </div>
    <q-dialog v-model="map" aria-label="Keys"><div class="dialog wide keymap"><header><h3>Keys</h3><button v-close-popup type="button" class="icon-btn" aria-label="Close"><q-icon name="sym_o_close" /></button></header>
      <div class="keymap-groups"><section v-for="[title, keys] in groups" :key="title"><h4>{{ title }}</h4><dl><template v-for="[key, words] in keys" :key="key"><dt><kbd>{{ key }}</kbd></dt><dd>{{ words }}</dd></template></dl></section></div></div></q-dialog>
  </div>`,
  props: { initial: Object },
  emits: ["undo"],
  data() { return { list: [], map: false, groups: MAP }; },
  computed: { latest() { return this.list.findLast((toast) => toast.undo); } },
  mounted() {
    this.clock = setInterval(() => this.tick(), 250);
    this.onKey = (event) => {
      if (!isOurs(event)) return;
      if (event.key === "?") { event.preventDefault(); this.map = true; }
      else if (event.key === "z" && this.latest) { event.preventDefault(); this.undo(this.latest); }
    };
    document.addEventListener("keydown", this.onKey);
    window.addEventListener("mailroom:said", this.onSaid);
  },
  unmounted() { window.removeEventListener("mailroom:said", this.onSaid); clearInterval(this.clock); document.removeEventListener("keydown", this.onKey); },
  methods: {
    show(toast) { this.list = [...this.list.slice(-2), { ...toast, until: Date.now() + toast.seconds * 1000, left: Math.ceil(toast.seconds) }]; },
    /** What the browser did by itself; numbers below zero are its own. */
    onSaid({ detail }) { this.show({ ...detail, id: (this.own = (this.own || 0) - 1) }); },
    tick() {
      const now = Date.now();
      if (this.list.some((toast) => toast.until <= now)) this.list = this.list.filter((toast) => toast.until > now);
      this.list.forEach((toast) => { toast.left = Math.max(0, Math.ceil((toast.until - now) / 1000)); });
    },
    undo(toast) { this.drop(toast.id); this.$emit("undo", toast.id); },
    drop(id) { this.list = this.list.filter((toast) => toast.id !== id); },
  },
};
