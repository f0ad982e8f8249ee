// The right pane: the conversation's head with everything one does to it, then its messages, notes and activity.
import { AuthenticityDetails, Face, MailMessage, MomentPicker, Picker, PRIORITY, STATUS, full, hold, isOurs, isPrefixed, local, presets, release, shared, spoken } from "mailroom-ui";

const HEARTBEAT = 8000;
const STEPS = {
  parse: "Reading", refuse_loop: "Loop", judge_automatic: "Automatic mail", expand_alias: "Address", decide_rules: "Rules", run_actions: "Rule",
  file: "Conversation", hand_out: "Whose turn", send_on: "Forwarding", relay_on: "Passed on",
};
const ANSWERS = ["r", "R", "a", "f", "n"];
const SETTABLE = ["open", "in_progress", "waiting", "resolved", "closed"];

export default {
  components: { AuthenticityDetails, Face, MailMessage, MomentPicker, Picker },
  template: `
  <section class="view" aria-label="Conversation">
    <div v-if="!c" class="blank tall"><template v-if="!composing"><q-icon name="sym_o_mark_email_read" aria-hidden="true" /><b>No conversation open</b><span>Choose one on the left, or move with <kbd>j</kbd> and <kbd>k</kbd>. <kbd>?</kbd> shows every key.</span></template></div>
    <template v-else>
      <header class="view-head">
        <div class="view-bar" role="toolbar" aria-label="Conversation">
          <button type="button" class="icon-btn only-phone" aria-label="Back to the list" @click="$emit('back')"><q-icon name="sym_o_arrow_back" /></button>
          <template v-if="worker && c.deleted"><button type="button" class="btn" @click="act('restore')"><q-icon name="sym_o_restore_from_trash" aria-hidden="true" />Restore</button></template>
          <template v-else-if="worker">
            <button v-if="!c.owner" type="button" class="btn primary" @click="act('claim')"><q-icon name="sym_o_back_hand" aria-hidden="true" />Claim</button>
            <button type="button" class="btn owner" :aria-label="c.owner ? 'Assigned to ' + c.owner.name : 'Assign'">
              <template v-if="c.owner"><Face :name="c.owner.name" :address="c.owner.address" small /><span class="btn-words">{{ c.owner.id === me.id ? 'You' : c.owner.name }}</span></template>
              <template v-else><q-icon name="sym_o_person_add" aria-hidden="true" /><span class="btn-words">Assign</span></template><q-icon name="sym_o_expand_more" class="caret" aria-hidden="true" />
              <q-menu ref="assign" class="popover" no-focus :offset="[0, 4]"><Picker :options="owners" searchable placeholder="Assign to" @take="(id) => act('assign', id)" /></q-menu></button>
            <button type="button" class="btn status" :data-status="c.status" :aria-label="'Status: ' + status[c.status]"><span class="status-dot"></span><span>{{ status[c.status] }}</span><q-icon name="sym_o_expand_more" class="caret" aria-hidden="true" />
              <q-menu ref="statuses" class="popover" no-focus :offset="[0, 4]"><Picker :options="statuses" placeholder="Status" @take="(value) => act('status', value)" /></q-menu></button>
          </template>
          <span class="grow"></span>
          <template v-if="worker && !c.deleted">
            <button type="button" class="icon-btn" aria-label="Snooze"><q-icon name="sym_o_schedule" /><q-tooltip>Snooze (s)</q-tooltip>
              <q-menu ref="snooze" class="popover" no-focus :offset="[0, 4]"><MomentPicker title="Snooze until" verb="Snooze" :presets="moments()" :local="local" @take="(until) => act('snooze', { until, keep: keeps })">
                <label class="menu-check"><input type="checkbox" v-model="keeps" />Stay asleep if they answer</label></MomentPicker></q-menu></button>
            <button type="button" class="icon-btn" aria-label="Tags"><q-icon name="sym_o_sell" /><q-tooltip>Tag (l)</q-tooltip>
              <q-menu ref="tag" class="popover" no-focus :offset="[0, 4]"><Picker :options="labels" searchable creates placeholder="Tag" @take="(name) => act(c.tags.some((tag) => tag.name === name) ? 'untag' : 'tag', name)" /></q-menu></button>
          </template>
          <button v-if="worker && !c.deleted && macros.length" type="button" class="icon-btn" aria-label="Macros"><q-icon name="sym_o_bolt" /><q-tooltip>Macros (m)</q-tooltip>
            <q-menu ref="macro" class="popover" no-focus :offset="[0, 4]"><Picker :options="macros" searchable placeholder="Run a macro" @take="(id) => act('macro', id)" /></q-menu></button>
          <button type="button" class="icon-btn wide" aria-label="Customer" @click="person"><q-icon name="sym_o_contact_page" /><q-tooltip>Customer (p)</q-tooltip></button>
          <button type="button" class="icon-btn wide" :class="{ on: c.starred }" :aria-label="c.starred ? 'Remove the star' : 'Star'" :aria-pressed="c.starred ? 'true' : 'false'" @click="act('star', !c.starred)"><q-icon :name="c.starred ? 'star' : 'sym_o_star'" /><q-tooltip>Star (*)</q-tooltip></button>
          <button v-if="worker && !c.deleted && !isDone" type="button" class="icon-btn" aria-label="Close" @click="act('close')"><q-icon name="sym_o_check_circle" /><q-tooltip>Close (e)</q-tooltip></button>
          <button v-else-if="worker && !c.deleted" type="button" class="icon-btn" aria-label="Reopen" @click="act('open')"><q-icon name="sym_o_undo" /><q-tooltip>Reopen (e)</q-tooltip></button>
          <button type="button" class="icon-btn" aria-label="More"><q-icon name="sym_o_more_horiz" /><q-tooltip>More</q-tooltip>
            <q-menu ref="more" class="popover" anchor="bottom right" self="top right" :offset="[0, 4]"><div class="menu-list" role="menu">
              <button v-for="item in tools" :key="item.label" v-close-popup type="button" role="menuitem" class="menu-item" :class="{ danger: item.danger, narrow: item.narrow }" @click="item.run"><q-icon :name="item.icon" aria-hidden="true" />{{ item.label }}<kbd v-if="item.key">{{ item.key }}</kbd></button>
            </div></q-menu></button>
        </div>
        <div class="view-title"><h2 dir="auto">{{ c.subject || '(no subject)' }}</h2><span class="view-number">#{{ c.number }}</span></div>
        <div class="view-facts">
          <button v-if="worker" type="button" class="prio" :data-priority="c.priority" :aria-label="'Priority: ' + priority[c.priority]"><q-icon :name="prioIcon" aria-hidden="true" />{{ priority[c.priority] }}
            <q-menu class="popover" no-focus :offset="[0, 4]" ref="prio"><Picker :options="priorities" placeholder="Priority" @take="(value) => act('priority', value)" /></q-menu></button>
          <span v-for="tag in c.tags" :key="tag.id" class="tag" :data-colour="tag.colour" :title="tag.name"><span>{{ tag.name }}</span><button v-if="worker" type="button" :aria-label="'Remove the tag ' + tag.name" @click="act('untag', tag.name)"><q-icon name="sym_o_close" /></button></span>
          <span v-if="c.mailbox" class="muted"><q-icon name="sym_o_inbox" aria-hidden="true" />{{ c.mailbox }}</span>
          <span v-if="c.followers.length" class="muted" :title="c.followers.join(', ')"><q-icon name="sym_o_notifications" aria-hidden="true" />{{ c.followers.length }} following</span>
          <span v-if="c.snoozed" class="muted"><q-icon name="sym_o_schedule" aria-hidden="true" />Snoozed until {{ spoken(c.snoozed) }}</span>
          <span v-if="c.rating" class="rating-chip" :data-score="c.rating.score" :title="c.rating.comment"><q-icon :name="c.rating.icon" aria-hidden="true" />Rated {{ c.rating.words }}</span>
          <span v-for="each in c.promises" :key="each.kind" class="chip" :data-promise="each.state"><q-icon name="sym_o_timer" aria-hidden="true" />{{ each.words }} {{ each.state === "paused" ? "waits for the customer" : (each.state === "late" ? "was due " : "due ") + spoken(each.due) }}</span>
        </div>
        <div v-if="c.presence.length" class="collision" role="status" :class="{ typing: typing.length }">
          <Face v-for="person in c.presence.slice(0, 4)" :key="person.id" :name="person.name" :address="person.address" small />
          <span v-if="typing.length">{{ names(typing) }} {{ typing.length > 1 ? 'are' : 'is' }} writing an answer</span><span v-else>{{ names(c.presence) }} {{ c.presence.length > 1 ? 'are' : 'is' }} looking at this too</span>
        </div>
        <div v-if="c.merged_into" class="banner"><q-icon name="sym_o_merge" aria-hidden="true" /><span>This conversation was merged into</span><a href="#" @click.prevent="$emit('open', c.merged_into.id)">#{{ c.merged_into.number }} {{ c.merged_into.subject }}</a></div>
        <div v-if="c.follows" class="banner"><q-icon name="sym_o_history" aria-hidden="true" /><span>Continues the closed conversation</span><a href="#" @click.prevent="$emit('open', c.follows.id)">#{{ c.follows.number }} {{ c.follows.subject }}</a></div>
        <div v-for="next in c.followed_by" :key="'n' + next.id" class="banner"><q-icon name="sym_o_update" aria-hidden="true" /><span>Goes on in</span><a href="#" @click.prevent="$emit('open', next.id)">#{{ next.number }} {{ next.subject }}</a></div>
        <div v-if="c.merged.length" class="banner"><q-icon name="sym_o_merge" aria-hidden="true" /><span>Holds what was merged from {{ c.merged.map((each) => '#' + each.number).join(', ') }}</span></div>
        <div v-if="c.split && worker && !dismissed.has(c.split.message_id)" class="banner"><q-icon name="sym_o_call_split" aria-hidden="true" /><span>“{{ c.split.subject }}” came under another subject and may be about something else.</span>
          <button type="button" class="link-btn" @click="act('split', c.split.message_id)">Split it off</button><button type="button" class="link-btn" @click="dismiss(c.split.message_id)">Keep it here</button></div>
      </header>
      <div ref="scroll" class="thread" tabindex="-1">
        <template v-for="item in shown" :key="item.key">
          <button v-if="item.hidden" type="button" class="older" @click="all = true"><span>{{ item.hidden }} earlier {{ item.hidden === 1 ? 'message' : 'messages' }}</span></button>
          <div v-else-if="item.type === 'event'" class="activity" :class="{ undone: item.undone }"><q-icon :name="item.icon" aria-hidden="true" /><span>{{ item.text }}</span><time :datetime="item.at" :title="full(item.at)">{{ tick >= 0 && spoken(item.at) }}</time></div>
          <MailMessage v-else :entry="item" :open="isOpen(item)" :worker="worker" :tick="tick" @toggle="fold(item)" @reply="(kind) => write(kind, item.id)" @trust="$emit('trust', item.id)" @why="why = item"
            @split="act('split', item.id)" @cancel="$emit('cancel', item.id)" />
        </template>
        <div v-for="draft in c.drafts.filter((each) => !each.mine)" :key="'d' + draft.id" class="their-draft"><q-icon name="sym_o_edit_note" aria-hidden="true" /><div><b>{{ draft.author }} is drafting {{ draft.kind === 'note' ? 'a note' : 'an answer' }}</b><p dir="auto">{{ draft.text || '(nothing written yet)' }}</p></div></div>
        <div v-if="worker && !composing && !c.deleted" class="answer-bar">
          <button type="button" class="btn" @click="write('reply')"><q-icon name="sym_o_reply" aria-hidden="true" />Reply<kbd>r</kbd></button>
          <button v-if="c.several" type="button" class="btn" @click="write('reply_all')"><q-icon name="sym_o_reply_all" aria-hidden="true" />Reply all<kbd>a</kbd></button>
          <button type="button" class="btn" @click="write('forward')"><q-icon name="sym_o_forward" aria-hidden="true" />Forward<kbd>f</kbd></button>
          <button type="button" class="btn note" @click="write('note')"><q-icon name="sym_o_sticky_note_2" aria-hidden="true" />Note<kbd>n</kbd></button>
        </div>
      </div>
      <q-dialog aria-label="Why this message is here" :model-value="Boolean(why)" @update:model-value="why = null"><div v-if="why" class="dialog trace"><header><h3>Why this message is here</h3><button v-close-popup type="button" class="icon-btn" aria-label="Close"><q-icon name="sym_o_close" /></button></header>
        <ol v-if="why.trace.length"><li v-for="(line, index) in why.trace" :key="index"><b>{{ step(line.step) }}</b><span class="chip">{{ line.outcome }}</span><p>{{ line.reason }} <a v-if="line.rule" :href="'/rules/' + line.rule">Open the rule</a></p></li></ol>
        <template v-if="why.authentication"><h4>Authentication</h4><p>{{ why.authentication.sentence }}</p><AuthenticityDetails :found="why.authentication" /></template>
        <footer><a v-if="why.raw" class="btn" :href="why.raw + '?view=1'" target="_blank" rel="noopener">Show the source</a></footer></div></q-dialog>
      <q-dialog v-model="merging" aria-label="Merge into another conversation"><div class="dialog"><header><h3>Merge into another conversation</h3><button v-close-popup type="button" class="icon-btn" aria-label="Close"><q-icon name="sym_o_close" /></button></header>
        <p class="muted">Its messages move there. You can undo this.</p>
        <input class="input" v-model="target" placeholder="Search by subject, person or #number" aria-label="Search" @input="$emit('candidates', target)" />
        <div class="picker-list"><button v-for="each in candidates" :key="each.id" type="button" class="picker-item" @click="merge(each.id)"><Face :name="each.name" :address="each.address" small /><span class="picker-label">{{ each.subject }}</span><span class="picker-hint">#{{ each.number }}</span></button>
          <div v-if="!candidates.length" class="picker-none">Nothing found</div></div></div></q-dialog>
    </template>
  </section>`,
  props: { initial: Object },
  emits: ["act", "back", "open", "write", "trust", "here", "candidates", "cancel"],
  data() {
    return { c: null, macros: [], candidates: [], composing: false, awaited: 0, pending: "", folded: {}, all: false, tick: 0, why: null, merging: false, target: "", keeps: false, dismissed: new Set(), status: STATUS, priority: PRIORITY, ...this.initial };
  },
  computed: {
    isDone() { return ["resolved", "closed", "spam"].includes(this.c.status); },
    typing() { return this.c.presence.filter((person) => person.state === "typing"); },
    owners() { return [{ label: "Nobody", value: 0, icon: "sym_o_person_off", chosen: !this.c.owner }, ...this.people.map((each) => ({ label: each.id === this.me.id ? each.name + " (you)" : each.name, value: each.id, address: each.email, chosen: this.c.owner?.id === each.id }))]; },
    statuses() { return SETTABLE.map((value) => ({ label: STATUS[value], value, icon: { open: "sym_o_inbox", in_progress: "sym_o_pending", waiting: "sym_o_hourglass_empty", resolved: "sym_o_task_alt", closed: "sym_o_check_circle" }[value], chosen: value === this.c.status })); },
    priorities() { return Object.entries(PRIORITY).map(([value, label]) => ({ value, label, icon: icons[value], chosen: value === this.c.priority })); },
    prioIcon() { return icons[this.c.priority]; },
    labels() { return this.tags.map((each) => ({ label: each.name, value: each.name, colour: each.colour, chosen: this.c.tags.some((tag) => tag.id === each.id) })); },
    shown() {
      const items = this.c.timeline, messages = items.filter((item) => item.type === "message");
      if (this.all || messages.length <= 12) return items;
      const first = items.indexOf(messages.at(-8));
      return [...items.slice(0, items.indexOf(messages[0]) + 1), { key: "older", hidden: messages.length - 9 }, ...items.slice(first)];
    },
    tools() {
      const c = this.c, list = [], worker = this.worker && !c.deleted;
      list.push({ icon: "sym_o_contact_page", label: "Customer", narrow: true, run: () => this.person() });
      list.push({ icon: "sym_o_star", label: c.starred ? "Remove the star" : "Star", narrow: true, run: () => this.act("star", !c.starred) });
      list.push({ icon: "sym_o_mark_email_unread", label: "Mark unread", key: "U", run: () => this.act("unread") });
      list.push({ icon: c.following ? "sym_o_notifications_off" : "sym_o_notifications", label: c.following ? "Stop following" : "Follow", run: () => this.act("follow", !c.following) });
      list.push({ icon: "sym_o_link", label: "Copy link", run: () => this.copy(location.origin + "/t/" + c.key) });
      if (worker) {
        if (c.owner) list.push({ icon: "sym_o_person_off", label: "Back to the queue", run: () => this.act("assign", 0) });
        list.push({ icon: "sym_o_merge", label: "Merge into…", run: () => { this.target = ""; this.merging = true; this.$emit("candidates", ""); } });
        list.push(c.status === "spam" ? { icon: "sym_o_thumb_up", label: "Not spam", run: () => this.act("open") } : { icon: "sym_o_report", label: "Spam", key: "!", run: () => this.act("spam") });
        list.push({ icon: "sym_o_delete", label: "Delete", key: "#", danger: true, run: () => this.act("delete") });
      }
      return list;
    },
  },
  mounted() {
    document.addEventListener("keydown", this.onKey);
    window.addEventListener("mailroom:opening", this.onOpening);
    this.beat = setInterval(() => this.here(), HEARTBEAT);
    this.clock = setInterval(() => { this.tick += 1; }, 30000);
    if (this.c) this.begin();
  },
  unmounted() { document.removeEventListener("keydown", this.onKey); window.removeEventListener("mailroom:opening", this.onOpening); clearInterval(this.beat); clearInterval(this.clock); },
  methods: {
    step(name) { const words = name.replaceAll("_", " "); return STEPS[name] || (name.startsWith("match_") ? "Conversation" : words[0].toUpperCase() + words.slice(1)); },
    full, spoken, local, moments: presets,
    set(values) {
      const before = this.c?.id, count = this.c?.timeline.length, box = this.$refs.scroll;
      const isLow = box && box.scrollTop + box.clientHeight > box.scrollHeight - 80;
      Object.assign(this, values);
      if (!("c" in values)) return;
      if (!this.c || this.c.id === this.awaited) this.$nextTick(this.arrived);
      if (this.c?.id !== before) this.begin();
      else if (this.c && this.c.timeline.length > count && isLow) this.$nextTick(() => { box.scrollTop = box.scrollHeight; });
    },
    begin() {
      Object.assign(this, { folded: {}, all: false, why: null, merging: false });
      if (!this.c) return;
      this.here();
      this.$nextTick(() => {
        const fresh = this.c.timeline.filter((item) => item.type === "message" && this.isOpen(item));
        const target = document.getElementById("message-" + (fresh.find((item) => item.fresh) || fresh.at(-1))?.id);
        if (this.$refs.scroll) this.$refs.scroll.scrollTop = this.c.timeline.length > 3 && target ? target.offsetTop - 12 : 0;
      });
    },
    names(people) { const list = people.map((each) => each.name); return list.length > 1 ? list.slice(0, -1).join(", ") + " and " + list.at(-1) : list[0]; },
    isOpen(item) { return this.folded[item.id] ?? (item.last || item.fresh || item.direction === "note"); },
    fold(item) { this.folded = { ...this.folded, [item.id]: !this.isOpen(item) }; },
    dismiss(id) { this.dismissed = new Set([...this.dismissed, id]); },
    here() { if (this.c && !document.hidden) this.$emit("here", { ticket: this.c.id, typing: Date.now() - shared.typedAt < HEARTBEAT }); },
    /** Only pages that came by https, or from this machine, may use the clipboard. */
    async copy(link) {
      const copied = await (navigator.clipboard?.writeText(link).then(() => true, () => false) ?? false);
      window.dispatchEvent(new CustomEvent("mailroom:said", { detail: copied ? { text: "Link copied", seconds: 3 } : { text: "Your browser did not copy it: " + link, seconds: 20, problem: true } }));
    },
    person() { window.dispatchEvent(new CustomEvent("mailroom:person")); },
    /** Another conversation was asked for: what is pressed until it is here is meant for it. */
    onOpening({ detail: id }) { this.forget(); this.awaited = id === this.c?.id ? 0 : id; },
    arrived() { const key = this.pending; this.awaited = 0; this.pending = ""; if (key) (this.c && this.keys()[key] || release)(); },
    forget() { if (ANSWERS.includes(this.pending)) release(); this.pending = ""; },
    write(kind, message = null) { hold(); this.answer(kind, message); },
    answer(kind, message = null) { this.$emit("write", { ticket: this.c.id, kind, message }); },
    merge(id) { this.merging = false; this.act("merge", id); },
    act(verb, value = null) {
      ["assign", "statuses", "snooze", "tag", "prio", "macro"].forEach((name) => this.$refs[name]?.hide());
      const c = this.c;
      if (verb === "claim") c.owner = { ...this.me, address: this.me.email };
      else if (verb === "star") c.starred = value;
      else if (verb === "status") c.status = value;
      else if (verb === "priority") c.priority = value;
      else if (verb === "untag") c.tags = c.tags.filter((tag) => tag.name !== value);
      this.$emit("act", { ticket: c.id, verb, value });
    },
    keys() {
      const show = (name) => () => this.$refs[name]?.show();
      const everybody = { p: () => this.person(), u: () => this.$emit("back"), Escape: () => this.$emit("back"), U: () => this.act("unread"), "*": () => this.act("star", !this.c.starred) };
      const workers = {
        r: () => this.answer("reply"), R: () => this.answer("reply_all"), a: () => this.answer(this.c.several ? "reply_all" : "reply"), f: () => this.answer("forward"), n: () => this.answer("note"),
        c: () => this.act("claim"), i: show("assign"), s: show("snooze"), l: show("tag"), m: show("macro"), e: () => this.act(this.isDone ? "open" : "close"), "#": () => this.act("delete"), "!": () => this.act("spam"),
      };
      return this.worker && !this.c?.deleted ? { ...everybody, ...workers } : everybody;
    },
    onKey(event) {
      if (!(this.c || this.awaited) || !isOurs(event) || isPrefixed()) return;
      const key = event.key, run = this.keys()[key];
      if (!run) return;
      event.preventDefault();
      if (ANSWERS.includes(key)) hold();
      if (this.awaited && !["u", "Escape"].includes(key)) this.pending = key; else run();
    },
  },
};

const icons = { urgent: "sym_o_priority_high", high: "sym_o_keyboard_arrow_up", normal: "sym_o_drag_handle", low: "sym_o_keyboard_arrow_down" };
