// One file at a time as the body of a PUT; XMLHttpRequest, because fetch tells nothing of what was sent so far.
export default {
  template: `
  <div class="uploader">
    <input ref="file" type="file" class="hidden" :accept="accept" :aria-label="words" @change="choose" />
    <button v-if="share === null" type="button" class="button button-brand uploader-choose" @click="$refs.file.click()"><q-icon name="sym_o_upload_file" aria-hidden="true" /> {{ words }}</button>
    <template v-else>
      <div class="row"><span class="strong">{{ name }}</span><span class="muted tabular">{{ share }} %</span></div>
      <div class="meter" role="progressbar" aria-label="Upload" aria-valuemin="0" aria-valuemax="100" :aria-valuenow="share"><div class="meter-fill" data-tone="good" :style="{ width: share + '%' }"></div></div>
      <button type="button" class="button button-quiet" @click="stop">Stop</button>
    </template>
    <p v-if="problem" class="rule-problem" role="alert">{{ problem }}</p>
  </div>`,
  props: { initial: Object },
  emits: ["chosen", "done"],
  data() { return { words: "", accept: "", share: null, name: "", problem: "", turn: 0, ...this.initial }; },
  beforeUnmount() { this.stop(); },
  methods: {
    choose() {
      this.file = this.$refs.file.files[0];
      if (!this.file) return;
      Object.assign(this, { share: 0, name: this.file.name, problem: "" });
      this.$refs.file.value = "";
      this.$emit("chosen", ++this.turn);
    },
    send(address, turn) {
      if (turn !== this.turn) return; // stopped meanwhile
      const file = this.file;
      const request = this.request = new XMLHttpRequest();
      request.upload.onprogress = (event) => { if (event.total) this.share = Math.floor(100 * event.loaded / event.total); };
      request.onload = () => this.finish(request);
      request.onerror = () => { this.share = null; this.problem = "The connection broke off. Choose the file again."; };
      request.open("PUT", address + "&name=" + encodeURIComponent(file.name));
      request.send(file);
    },
    finish(request) {
      this.share = null;
      if (request.status < 300) return this.$emit("done");
      try { this.problem = JSON.parse(request.responseText).message; } catch { this.problem = "The file was not taken."; }
    },
    stop() { this.turn += 1; if (this.request) this.request.abort(); this.share = null; },
  },
};
