// Who a message is from, as far as it is known: a line under its head, or a bar where it is doubtful; the details below.
const ICONS = { passed: "sym_o_verified_user", neutral: "sym_o_shield", waiting: "sym_o_hourglass_empty", doubtful: "sym_o_gpp_maybe", forged: "sym_o_gpp_bad" };

export const AuthenticityDetails = {
  template: `
  <dl v-if="found.lines.length" class="authenticity-details"><template v-for="(line, index) in found.lines" :key="index"><dt>{{ line.mechanism }}</dt>
    <dd><b :data-result="line.result">{{ line.result }}</b> {{ line.domain }} <span v-if="line.reason">{{ line.reason }}</span></dd></template></dl>`,
  props: { found: Object },
};

export const Authenticity = {
  components: { AuthenticityDetails },
  template: `
  <div class="authenticity" :data-level="found.level">
    <button v-if="found.lines.length" type="button" class="authenticity-line" :aria-expanded="open ? 'true' : 'false'" @click="open = !open">
      <q-icon :name="icon" aria-hidden="true" /><span>{{ found.sentence }}</span><q-icon name="sym_o_expand_more" class="caret" aria-hidden="true" /></button>
    <span v-else class="authenticity-line"><q-icon :name="icon" aria-hidden="true" /><span>{{ found.sentence }}</span></span>
    <AuthenticityDetails v-if="open" :found="found" />
  </div>`,
  props: { found: Object },
  data() { return { open: false }; },
  computed: { icon() { return ICONS[this.found.level]; } },
};
