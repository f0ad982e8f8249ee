// Moments in the reader's own timezone.
const DAY = 86400000;

/** As in a list: the time today, the day this year, else the date. */
export function brief(text) {
  const at = new Date(text), now = new Date();
  if (at.toDateString() === now.toDateString()) return at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  if (now - at < 6 * DAY && at < now) return at.toLocaleDateString([], { weekday: "short" });
  const parts = { day: "numeric", month: "short" };
  if (at.getFullYear() !== now.getFullYear()) parts.year = "numeric";
  return at.toLocaleDateString([], parts);
}

/** As in a conversation: how long ago while it matters, then the day and the time. */
export function spoken(text) {
  const at = new Date(text), minutes = Math.round((Date.now() - at) / 60000);
  if (minutes >= 0 && minutes < 1) return "just now";
  if (minutes > 0 && minutes < 60) return minutes + " min ago";
  const clock = at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / DAY);
  if (days === 0) return "today, " + clock;
  if (days === 1) return "yesterday, " + clock;
  if (days === -1) return "tomorrow, " + clock;
  return at.toLocaleDateString([], { day: "numeric", month: "short", year: at.getFullYear() === new Date().getFullYear() ? undefined : "numeric" }) + ", " + clock;
}

export function full(text) {
  return new Date(text).toLocaleString([], { dateStyle: "full", timeStyle: "long" });
}

function at(days, hour) {
  const day = new Date();
  day.setDate(day.getDate() + days);
  day.setHours(hour, 0, 0, 0);
  return day;
}

/** [label, Date] of the times people put things off to. */
export function presets() {
  const now = new Date(), soon = new Date(now.getTime() + 3 * 3600000);
  const toMonday = ((8 - now.getDay()) % 7) || 7;
  const list = [["In 3 hours", soon]];
  if (now.getHours() < 16) list.push(["This evening", at(0, 18)]);
  list.push(["Tomorrow morning", at(1, 9)], ["Tomorrow afternoon", at(1, 14)]);
  list.push([now.getDay() === 0 ? "Monday" : "Next Monday", at(toMonday, 9)], ["In a week", at(7, 9)]);
  return list.map(([label, date]) => ({ label, date, hint: hint(date) }));
}

function hint(date) {
  return date.toLocaleDateString([], { weekday: "short" }) + " " + date.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

/** A Date as <input type=datetime-local> wants it. */
export function local(date) {
  const pad = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}
