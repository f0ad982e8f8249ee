// What the Vue components of the inbox share; imported by them as "mailroom-ui".
export * from "./people.js";
export * from "./times.js";
export * from "./keys.js";
export * from "./picker.js";
export * from "./message.js";
export * from "./authentication.js";
export * from "./chips.js";

/** What every component of one page knows: when somebody last typed here. */
export const shared = { typedAt: 0 };

export const STATUS = {
  open: "Open", in_progress: "In progress", waiting: "Waiting", snoozed: "Snoozed",
  resolved: "Resolved", closed: "Closed", spam: "Spam",
};
export const PRIORITY = { urgent: "Urgent", high: "High", normal: "Normal", low: "Low" };

export function size(bytes) {
  if (bytes < 1024) return bytes + " B";
  const units = ["KB", "MB", "GB"];
  let at = -1;
  do { bytes /= 1024; at += 1; } while (bytes >= 1024 && at < units.length - 1);
  return bytes.toFixed(bytes < 10 ? 1 : 0) + " " + units[at];
}
