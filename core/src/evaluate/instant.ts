const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** The calendar repeats; and below the year 100 `Date.UTC` means another century. */
const CYCLE_YEARS = 400;
const CYCLE = 146_097 * DAY;

/** Milliseconds since epoch of an RFC 3339 date and time, or of what is milliseconds already; else NaN. */
export function instantOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !RFC_3339.test(value)) return Number.NaN;
  const end = value.length;
  const isUtc = value.endsWith('Z') || value.endsWith('z');
  const year = digits(value, 0, 4);
  const month = digits(value, 5, 7);
  const day = digits(value, 8, 10);
  const hour = digits(value, 11, 13);
  const minute = digits(value, 14, 16);
  const second = digits(value, 17, 19);
  const offsetHour = isUtc ? 0 : digits(value, end - 5, end - 3);
  const offsetMinute = isUtc ? 0 : digits(value, end - 2, end);
  const midnight = Date.UTC(year + CYCLE_YEARS, month - 1, day);
  const isPossible =
    month >= 1 && month <= 12 && day >= 1 && midnight < Date.UTC(year + CYCLE_YEARS, month) && hour < 24 && minute < 60;
  if (!isPossible || second > 60 || offsetHour > 23 || offsetMinute > 59) return Number.NaN;
  // Nanoseconds are enough.
  const fractionEnd = Math.min(end - (isUtc ? 1 : 6), 29);
  const fraction = fractionEnd > 20 ? digits(value, 20, fractionEnd) * 10 ** (23 - fractionEnd) : 0;
  const offset = (offsetHour * 60 + offsetMinute) * (value[end - 6] === '-' ? -1 : 1);
  return midnight - CYCLE + (hour * 60 + minute - offset) * MINUTE + second * 1_000 + fraction;
}

/** Reads in place: taking parts of the text would allocate. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i += 1) number = number * 10 + text.charCodeAt(i) - 48;
  return number;
}
