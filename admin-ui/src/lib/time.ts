const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });

/** How long ago (or in how long), in the largest unit that fits: `3 minutes ago`, `yesterday`. */
export function relativeTime(at: number, now: number): string {
  const distance = at - now;
  const size = Math.abs(distance);
  if (size < 10_000) return 'just now';
  if (size < MINUTE) return relative.format(Math.round(distance / 1000), 'second');
  if (size < HOUR) return relative.format(Math.round(distance / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.round(distance / HOUR), 'hour');
  if (size < 60 * DAY) return relative.format(Math.round(distance / DAY), 'day');
  return relative.format(Math.round(distance / (30 * DAY)), 'month');
}

/** A whole age in one short unit, for columns: `12 d`, `3 h`. */
export function shortAge(at: number, now: number): string {
  const age = Math.max(0, now - at);
  if (age < MINUTE) return 'now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h`;
  return `${Math.floor(age / DAY)} d`;
}

const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** `1 Mar 2026`, in UTC. */
export function dayWords(at: number): string {
  return days.format(at);
}

const shortDays = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** `1 Mar 14:05:09`, in UTC: along an axis. */
export function shortMoment(at: number): string {
  return `${shortDays.format(at)} ${new Date(at).toISOString().slice(11, 19)}`;
}

/** `1 Mar 2026 14:05:09 UTC`. */
export function absoluteTime(at: number): string {
  return `${dayWords(at)} ${new Date(at).toISOString().slice(11, 19)} UTC`;
}

/** `14:05:09.123`, in UTC: what a commit is quoted with. */
export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

/** `06:41`, and `1:06:41` from an hour on; rounded up, so that it reads 0 only when it is. */
export function clockWords(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3_600);
  return [...(hours === 0 ? [] : [String(hours)]), ...parts].join(':');
}

/** `2 h 05 min`, `12 min`, `48 s`: how long something lasted. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min` : `${Math.floor(hours / 24)} d`;
}
