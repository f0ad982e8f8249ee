// People as a list shows them: initials in a colour of their own.
export function initials(name, address = "") {
  const words = (name || "").replace(/["'()<>]/g, " ").split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  if (!words.length) return (address[0] || "?").toUpperCase();
  const first = [...words[0]][0], last = words.length > 1 ? [...words.at(-1)][0] : "";
  return (first + last).toUpperCase();
}

let table = null;
function crc32(text) {
  table ??= Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const hues = new Map();
/** The same hue as the server's avatars have for this address. */
export function hue(address) {
  const key = (address || "").trim().toLowerCase();
  if (!hues.has(key)) hues.set(key, crc32(key) % 360);
  return hues.get(key);
}

export const Face = {
  template: `<span class="avatar" :class="{ small }" :style="{ '--h': hue(address || name) }" :title="title || null" :data-initials="initials(name, address)" aria-hidden="true"></span>`,
  props: { name: String, address: String, small: Boolean, title: String },
  methods: { hue, initials },
};
