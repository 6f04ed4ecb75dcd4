const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Milliseconds since 1970 of an RFC 3339 date and time, or of a number that is milliseconds; undefined for the rest. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const found = typeof value === 'string' ? DATE_TIME.exec(value) : null;
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as Parts;
  const [fraction = '.0', zone = 'Z'] = found.slice(7);
  const date = new Date(0);
  // Days that a month does not have would be carried into the next one.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  // 60 is a leap second: the moment at which the next minute begins.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const offset = offsetMinutes(zone);
  if (offset === undefined) return undefined;
  const minutes = hour * 60 + minute - offset;
  return date.getTime() + minutes * 60_000 + second * 1_000 + Number(`0${fraction}`) * 1_000;
}

type Parts = [number, number, number, number, number, number];

function offsetMinutes(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
