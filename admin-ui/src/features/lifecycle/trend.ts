import type { CleanUpView } from '@glidepath/server/api-types';

type Trend = CleanUpView['trend'];

const DAYS_BACK = 30;

/** How the number of stale flags moved. */
export interface DebtChange {
  /** Days between the two numbers: 30, or as many as are known. */
  readonly days: number;
  readonly by: number;
}

/** The stale flags of today against those of a month ago; null while only one day is known. */
export function debtChangeOf(trend: Trend): DebtChange | null {
  const last = trend.at(-1);
  if (last === undefined || trend.length < 2) return null;
  const from = Date.parse(last.day) - DAYS_BACK * 86_400_000;
  const before = trend.find(({ day }) => Date.parse(day) >= from);
  if (before === undefined || before === last) return null;
  return {
    days: Math.round((Date.parse(last.day) - Date.parse(before.day)) / 86_400_000),
    by: last.stale - before.stale,
  };
}

/** The points of a line over the whole width and height: days to the right, numbers up. */
export function linePoints(numbers: readonly number[], { width, height }: Size): string {
  const most = Math.max(1, ...numbers);
  const step = width / Math.max(1, numbers.length - 1);
  return numbers.map((n, i) => `${round(i * step)},${round(height - (n / most) * height)}`).join(' ');
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}
