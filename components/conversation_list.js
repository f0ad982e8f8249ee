// The middle pane: search, rows that page by scrolling, selection with bulk actions, and the keys that move.
import { Face, MomentPicker, Picker, PRIORITY, STATUS, brief, full, isOurs, isPrefixed, local, presets, spoken } from "mailroom-ui";

const OPERATORS = [
  ["from:", "who wrote"], ["to:", "whom it went to"], ["subject:", "words of the subject"], ["tag:", "a tag"], ["in:", "inbox, done, spam, a mailbox…"],
  ["has:attachment", "with files"], ["is:unread", "or open, late, starred…"], ["before:", "2026-01-31"], ["after:", "2026-01-01"], ['"…"', "exact words"], ["-", "not"],
];
const VERBS = { c: "claim", i: "assign", s: "snooze", e: "close", "#": "delete", "!": "spam", l: "tag", m: "macro" };
const OWN = { "*": "star", I: "read", U: "unread" };
const AT_ONCE = { c: "claim", e: "close", "#": "delete", "!": "spam" };
const MENUS = ["assign", "snooze", "tag", "macro", "more"];

export default {
  components: { Face, Picker, MomentPicker },
  template: `
  <section class="list-pane" :aria-label="title">
    <header class="list-head">
      <button type="button" class="icon-btn folders-toggle" aria-label="Folders" @click="$emit('folders')"><q-icon name="sym_o_menu" /></button>
      <h1 class="list-title">{{ heading }}</h1>
      <span class="grow"></span>
      <button type="button" class="icon-btn only-phone" aria-label="New conversation" @click="$emit('compose')"><q-icon name="sym_o_edit_square" /></button>
      <button v-if="found" type="button" class="icon-btn" aria-label="Keep this search as a view" @click="$emit('keep', found)"><q-icon name="sym_o_bookmark_add" /><q-tooltip>Keep this search as a view</q-tooltip></button>
    </header>
    <div class="search" role="search">
      <q-icon name="sym_o_search" aria-hidden="true" />
      <input ref="search" type="search" v-model="words" placeholder="Search all mail" aria-label="Search all mail" autocomplete="off" spellcheck="false"
             @focus="helps = true" @blur="leaveSearch" @input="searchSoon" @keydown.enter.prevent="searchNow" @keydown.esc.stop.prevent="clearSearch" @keydown.down.prevent="toRows" />
      <kbd v-if="!words">/</kbd>
      <button v-else type="button" class="icon-btn tiny" aria-label="Clear search" @mousedown.prevent="clearSearch"><q-icon name="sym_o_close" /></button>
      <div v-if="helps && !words.trim()" class="search-help popover">
        <div class="menu-title">Narrow the search</div>
        <button v-for="[word, about] in operators" :key="word" type="button" tabindex="-1" class="search-word" @mousedown.prevent="add(word)"><code>{{ word }}</code><span>{{ about }}</span></button>
      </div>
    </div>
    <div v-if="chosen.size" class="bulk" role="toolbar" aria-label="Selected conversations">
      <label class="check"><input type="checkbox" :checked="chosen.size === items.length" aria-label="Select all shown" @change="chooseAll($event.target.checked)" /></label>
      <span class="bulk-count">{{ chosen.size }}<span class="bulk-word"> selected</span></span><span class="grow"></span>
      <button v-for="each in bulk" :key="each.verb" type="button" class="icon-btn" :aria-label="each.label" @click="each.menu ? null : act(each.verb)">
        <q-icon :name="each.icon" /><q-tooltip>{{ each.label }}</q-tooltip>
        <q-menu v-if="each.menu" :ref="'menu-' + each.verb" class="popover" no-focus anchor="bottom right" self="top right" :offset="[0, 6]">
          <Picker v-if="each.verb === 'assign'" :options="owners" searchable placeholder="Assign to" @take="(value) => act('assign', value)" />
          <Picker v-if="each.verb === 'tag'" :options="labels" searchable creates placeholder="Add a tag" @take="(value) => act('tag', value)" />
          <Picker v-if="each.verb === 'macro'" :options="macros" searchable placeholder="Run a macro" @take="(value) => act('macro', value)" />
          <MomentPicker v-if="each.verb === 'snooze'" title="Snooze until" verb="Snooze" :presets="moments()" :local="local" @take="(value) => act('snooze', { until: value })" />
          <div v-if="each.verb === 'more'" class="menu-list" role="menu">
            <button v-for="item in others" :key="item.label" v-close-popup type="button" role="menuitem" class="menu-item" :class="{ danger: item.danger }" @click="act(item.verb, item.value)"><q-icon :name="item.icon" aria-hidden="true" />{{ item.label }}<kbd v-if="item.key">{{ item.key }}</kbd></button></div>
        </q-menu>
      </button>
      <button type="button" class="icon-btn" aria-label="Clear selection" @click="chosen = new Set()"><q-icon name="sym_o_close" /></button>
    </div>
    <div ref="box" class="rows" :class="{ choosing: chosen.size }" :role="items.length ? 'listbox' : 'group'" :aria-multiselectable="items.length ? 'true' : null" :aria-label="heading" tabindex="0" @scroll.passive="onScroll" :aria-activedescendant="at && items.some((row) => row.id === at) ? 'row-' + at : null">
      <div v-if="waiting && !items.length" aria-hidden="true"><div v-for="n in 7" :key="n" class="conv bones"><span></span><i class="bone face"></i><span class="conv-main"><i class="bone" style="width: 55%"></i><i class="bone" style="width: 85%"></i><i class="bone" style="width: 70%"></i></span></div></div>
      <div v-else-if="!items.length" class="blank">
        <q-icon :name="empty.icon" aria-hidden="true" /><b>{{ empty.title }}</b><span>{{ empty.text }}</span>
        <a v-if="empty.href" class="btn" :href="empty.href">{{ empty.action }}</a>
        <button v-else-if="empty.action" type="button" class="btn" @click="$emit('compose')">{{ empty.action }}</button>
      </div>
      <div v-for="row in items" :key="row.id" :id="'row-' + row.id" class="conv" role="option" :data-id="row.id" :aria-selected="row.id === at || chosen.has(row.id) ? 'true' : 'false'"
           :class="{ 'is-at': row.id === at, 'is-unread': row.unread, 'is-chosen': chosen.has(row.id) }" @click="pick(row, $event)">
        <span class="conv-dot" :title="row.unread ? 'Unread' : null"></span>
        <span class="conv-face">
          <Face :name="row.name" :address="row.address" />
          <span class="check" aria-hidden="true" @click.stop="choose(row.id, $event)"><q-icon :name="chosen.has(row.id) ? 'sym_o_check_box' : 'sym_o_check_box_outline_blank'" /></span>
        </span>
        <span class="conv-main">
          <span class="conv-top"><span class="conv-name">{{ row.name || row.address }}</span><span v-if="row.count > 1" class="conv-number">{{ row.count }}</span>
            <time class="conv-time" :datetime="row.at" :title="full(row.at)">{{ brief(row.at) }}</time></span>
          <span class="conv-sub"><q-icon v-if="row.priority === 'urgent' || row.priority === 'high'" :name="row.priority === 'urgent' ? 'sym_o_priority_high' : 'sym_o_keyboard_arrow_up'" class="conv-prio" :data-priority="row.priority" :title="priority[row.priority] + ' priority'" /><span class="conv-subject">{{ row.subject || '(no subject)' }}</span></span>
          <span class="conv-snip">{{ row.snippet || ' ' }}</span>
          <span class="conv-foot">
            <span v-for="person in row.presence" :key="person.id" class="conv-presence" :class="person.state"><q-icon :name="person.state === 'typing' ? 'sym_o_edit' : 'sym_o_visibility'" aria-hidden="true" />{{ person.name }}<span class="sr"> is {{ person.state }}</span></span>
            <span v-for="tag in row.tags.slice(0, 3)" :key="tag.id" class="tag" :data-colour="tag.colour" :title="tag.name"><span>{{ tag.name }}</span></span>
            <span v-if="row.tags.length > 3" class="tag rest">+{{ row.tags.length - 3 }}</span>
            <span class="grow"></span>
            <span v-if="pressing(row)" class="conv-sign" :class="'is-' + pressing(row)" :title="(pressing(row) === 'late' ? 'Was due ' : 'Due ') + spoken(row.due)"><q-icon name="sym_o_timer" aria-hidden="true" />{{ pressing(row) === 'late' ? 'Late' : 'Due soon' }}</span>
            <span v-if="row.snoozed" class="conv-sign" :title="'Until ' + full(row.snoozed)"><q-icon name="sym_o_schedule" /><span class="sr">Snoozed</span></span>
            <span v-if="row.draft" class="conv-sign draft" title="Somebody is writing an answer"><q-icon name="sym_o_edit_note" />Draft</span>
            <span v-if="row.files" class="conv-sign" title="Has attachments"><q-icon name="sym_o_attach_file" /><span class="sr">Has attachments</span></span>
            <span v-if="row.starred" class="conv-sign star" title="Starred"><q-icon name="sym_o_star" /><span class="sr">Starred</span></span>
            <span v-if="shows(row.status)" class="chip" :data-status="row.status">{{ status[row.status] }}</span>
            <Face v-if="row.owner" :name="row.owner" :address="row.ownerAddress" small :title="'Assigned to ' + row.owner" />
          </span>
        </span>
      </div>
      <div v-if="more && items.length" class="rows-more"><q-spinner-dots size="20px" aria-hidden="true" /><span class="sr">Loading more</span></div>
      <div v-else-if="items.length > 12" class="rows-more">That is everything</div>
    </div>
  </section>`,
  props: { initial: Object },
  emits: ["open", "more", "act", "search", "compose", "folders", "keep", "back", "visit"],
  data() {
    const { rows, selected, query, ...rest } = this.initial;
    return { items: rows, at: selected, words: query, found: query, helps: false, chosen: new Set(), anchor: 0, opening: 0, asked: false, waiting: false, minute: 0,
             status: STATUS, priority: PRIORITY, operators: OPERATORS, ...rest };
  },
  computed: {
    heading() { return this.found ? "Search" : this.title; },
    owners() { return [{ label: "Nobody", value: 0, icon: "sym_o_person_off" }, ...this.people.map((each) => ({ label: each.name, value: each.id, address: each.email }))]; },
    labels() { return this.tags.map((each) => ({ label: each.name, value: each.name, colour: each.colour })); },
    picked() { return this.items.filter((row) => this.chosen.has(row.id)); },
    others() {
      const any = (test) => this.picked.some(test), list = [];
      if (any((row) => row.unread)) list.push({ verb: "read", label: "Mark read", icon: "sym_o_mark_email_read", key: "I" });
      if (any((row) => !row.unread)) list.push({ verb: "unread", label: "Mark unread", icon: "sym_o_mark_email_unread", key: "U" });
      if (any((row) => !row.starred)) list.push({ verb: "star", value: true, label: "Star", icon: "sym_o_star", key: "*" });
      if (any((row) => row.starred)) list.push({ verb: "star", value: false, label: "Remove the star", icon: "sym_o_star", key: list.some((each) => each.key === "*") ? "" : "*" });
      list.push({ verb: "follow", value: true, label: "Follow", icon: "sym_o_notifications" }, { verb: "follow", value: false, label: "Stop following", icon: "sym_o_notifications_off" });
      if (!this.worker || this.view === "trash") return list;
      if (this.chosen.size > 1) list.push({ verb: "merge", label: "Merge", icon: "sym_o_merge" });
      list.push({ verb: "spam", label: "Spam", icon: "sym_o_report", key: "!" }, { verb: "delete", label: "Delete", icon: "sym_o_delete", key: "#", danger: true });
      return list;
    },
    bulk() {
      const more = { verb: "more", label: "More", icon: "sym_o_more_horiz", menu: true };
      if (!this.worker) return [more];
      if (this.view === "trash") return [{ verb: "restore", label: "Restore", icon: "sym_o_restore_from_trash" }, more];
      return [
        { verb: "claim", label: "Claim (c)", icon: "sym_o_back_hand" }, { verb: "assign", label: "Assign (i)", icon: "sym_o_person_add", menu: true },
        { verb: "tag", label: "Tag (l)", icon: "sym_o_sell", menu: true }, { verb: "snooze", label: "Snooze (s)", icon: "sym_o_schedule", menu: true },
        ...(this.macros.length ? [{ verb: "macro", label: "Macros (m)", icon: "sym_o_bolt", menu: true }] : []),
        this.view === "done" ? { verb: "open", label: "Reopen", icon: "sym_o_undo" } : { verb: "close", label: "Close (e)", icon: "sym_o_check_circle" },
        more,
      ];
    },
  },
  mounted() {
    document.addEventListener("keydown", this.onKey, true);
    this.onPop = () => this.$emit("visit", location.pathname + location.search);
    window.addEventListener("popstate", this.onPop);
    this.clock = setInterval(() => { this.minute += 1; }, 60000);
  },
  unmounted() {
    document.removeEventListener("keydown", this.onKey, true);
    window.removeEventListener("popstate", this.onPop);
    clearInterval(this.clock);
    clearTimeout(this.timer);
  },
  methods: {
    brief(text) { return this.minute >= 0 && brief(text); },
    full, local, spoken,
    pressing({ due, amber }) { return this.minute >= 0 && due && Date.parse(due) <= Date.now() ? "late" : amber && Date.parse(amber) <= Date.now() ? "soon" : ""; },
    moments: presets,
    shows(status) { return ["resolved", "closed", "waiting", "spam"].includes(status) && (this.found || ["all", "sent", "starred", "mentions", "drafts"].includes(this.view) || this.view.includes(":")); },

    // what the server says
    set({ rows, query, ...rest }) {
      Object.assign(this, rest);
      if (!rows) return;
      Object.assign(this, { items: rows, asked: false, waiting: false, opening: 0, found: query });
      if (document.activeElement !== this.$refs.search) this.words = query;
      this.chosen = new Set();
      this.$refs.box.scrollTop = 0;
    },
    append(rows, more) { this.more = more; const known = new Set(this.items.map((row) => row.id)); this.items = [...this.items, ...rows.filter((row) => !known.has(row.id))]; this.asked = false; },
    /** The first page as it is now; what was scrolled to beneath it stays. */
    sync({ order, rows, gone }) {
      const known = new Map(this.items.map((row) => [row.id, row]));
      rows.forEach((row) => known.set(row.id, row));
      const top = new Set(order), out = new Set(gone);
      this.items = [...order.map((id) => known.get(id)), ...this.items.filter((row) => !top.has(row.id) && !out.has(row.id))].filter(Boolean);
      if (this.chosen.size) this.chosen = new Set([...this.chosen].filter((id) => this.items.some((row) => row.id === id)));
      this.asked = false;
    },
    /** Where the server is; unless people went on meanwhile, and it will follow. */
    point(id) {
      if (this.opening && id !== this.opening) return;
      this.opening = 0;
      this.at = id;
      if (id) this.$nextTick(() => document.getElementById("row-" + id)?.scrollIntoView({ block: "nearest" }));
    },
    travel(path, replace) { if (path !== location.pathname + location.search) history[replace ? "replaceState" : "pushState"](history.state, "", path); },
    loading() { this.items = []; this.waiting = true; },

    // what people do
    pick(row, event) {
      if (event.shiftKey || event.metaKey || event.ctrlKey) { this.choose(row.id, event); return; }
      this.open(row.id);
    },
    open(id, delay = 0) {
      this.at = id;
      this.anchor = id;
      this.opening = id;
      window.dispatchEvent(new CustomEvent("mailroom:opening", { detail: id }));
      const row = this.items.find((each) => each.id === id);
      if (row) row.unread = false;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.$emit("open", id), delay);
    },
    step(by) {
      const index = this.items.findIndex((row) => row.id === this.at);
      const next = this.items[index < 0 ? 0 : Math.max(0, Math.min(this.items.length - 1, index + by))];
      if (!next || next.id === this.at) return;
      this.open(next.id, 80);
      this.$nextTick(() => document.getElementById("row-" + next.id)?.scrollIntoView({ block: "nearest" }));
      if (index + by > this.items.length - 10) this.askMore();
    },
    choose(id, event) {
      const next = new Set(this.chosen);
      if (event?.shiftKey && this.anchor) {
        const [from, to] = [this.anchor, id].map((each) => this.items.findIndex((row) => row.id === each)).sort((a, b) => a - b);
        this.items.slice(Math.max(from, 0), to + 1).forEach((row) => next.add(row.id));
      } else if (!next.delete(id)) next.add(id);
      this.anchor = id;
      this.chosen = next;
    },
    chooseAll(all) { this.chosen = new Set(all ? this.items.map((row) => row.id) : []); },
    act(verb, value = null) {
      const ids = this.picked.map((row) => row.id);
      MENUS.forEach((name) => this.$refs["menu-" + name]?.[0]?.hide());
      this.$emit("act", { ids, verb, value });
      if (["close", "delete", "spam", "snooze", "restore", "open"].includes(verb)) this.leave(ids);
      this.chosen = new Set();
    },
    /** Take rows away before the server answers; open what comes next. */
    leave(ids) {
      if (this.found || ["all", "starred", "mentions", "sent"].includes(this.view)) return;
      const index = this.items.findIndex((row) => ids.includes(row.id)), wasOpen = ids.includes(this.at);
      this.items = this.items.filter((row) => !ids.includes(row.id));
      if (!wasOpen || window.matchMedia("(max-width: 760px)").matches) return;
      const next = this.items[Math.min(index, this.items.length - 1)];
      if (next) this.open(next.id); else { this.at = 0; this.$emit("back"); }
    },
    askMore() { if (this.more && !this.asked) { this.asked = true; this.$emit("more"); } },
    onScroll() { const box = this.$refs.box; if (box.scrollTop + box.clientHeight > box.scrollHeight - 600) this.askMore(); },

    // search
    searchSoon() { clearTimeout(this.searching); this.searching = setTimeout(this.searchNow, 220); },
    searchNow() { clearTimeout(this.searching); if (this.words.trim() !== this.found) this.$emit("search", this.words.trim()); },
    clearSearch() { this.words = ""; this.helps = false; this.$refs.search.blur(); clearTimeout(this.searching); if (this.found) this.$emit("search", ""); },
    leaveSearch() { this.helps = false; },
    toRows() { this.$refs.search.blur(); this.$refs.box.focus(); this.step(1); },
    add(word) { this.words = (this.words.trimEnd() + " " + word).trimStart() + (word.endsWith(":") || word === "-" || word.startsWith('"') ? "" : " "); if (!word.endsWith(":")) this.searchSoon(); },

    // keys
    onKey(event) {
      if (!isOurs(event) || isPrefixed()) return;
      const done = () => { event.preventDefault(); event.stopImmediatePropagation(); };
      const key = event.key;
      if (key === "/") { done(); this.$refs.search.focus(); this.$refs.search.select(); }
      else if (key === "j" || (key === "ArrowDown" && document.activeElement === this.$refs.box)) { done(); this.step(1); }
      else if (key === "k" || (key === "ArrowUp" && document.activeElement === this.$refs.box)) { done(); this.step(-1); }
      else if ((key === "o" || key === "Enter") && this.at && (key === "o" || document.activeElement === this.$refs.box)) { done(); this.open(this.at); }
      else if ((key === "x" || key === "X") && this.at) { done(); this.choose(this.at, event); }
      else if (key === "C") { done(); this.$emit("compose"); }
      else if (key === "Escape" && this.chosen.size) { done(); this.chosen = new Set(); }
      else if (this.opening && !this.chosen.size && AT_ONCE[key] && this.worker) { done(); this.chosen = new Set([this.opening]); this.act(AT_ONCE[key]); }
      else if (this.chosen.size && OWN[key]) { done(); this.act(OWN[key], OWN[key] !== "star" || this.picked.some((row) => !row.starred)); }
      else if (this.chosen.size && VERBS[key] && this.worker) {
        done();
        if (MENUS.includes(VERBS[key])) this.$refs["menu-" + VERBS[key]]?.[0]?.show(); else this.act(VERBS[key]);
      }
    },
  },
};
