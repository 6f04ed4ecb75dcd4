import { usage } from './failure.ts';

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds in such as `90s`, `10m`, `1.5h`, `2d`. */
export function durationMs(text: string, option: string): number {
  const [, count, unit] = /^(\d{1,6}(?:\.\d{1,3})?)([smhd])$/.exec(text.trim()) ?? [];
  if (count === undefined) throw usage(`--${option} takes a time such as 90s, 10m, 1.5h or 2d, not \`${text}\`.`);
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
