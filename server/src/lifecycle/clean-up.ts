import type { LifecycleStage, Readiness, StaleCode } from '@glidepath/core/lifecycle';
import type { LifeFilter } from '../flags/flag-routes.ts';
import type { CLEANUP_AGES, CleanUpView } from '../http/lifecycle-types.ts';
import { compareText } from '../store/canonical.ts';
import type { LifecycleDay } from '../store/lifecycle.ts';
import type { Life } from './lives.ts';

const DAY = 86_400_000;

/** Days, `to` exclusive; null = and older. */
const AGES = [
  { from: 0, to: 30 },
  { from: 30, to: 60 },
  { from: 60, to: 90 },
  { from: 90, to: 180 },
  { from: 180, to: null },
] as const;

/** Stands for flags that nobody owns. */
export const NOBODY = 'none';

/** What the list may be asked for. Several words of one filter mean any of them. */
export interface CleanUpFilter {
  readonly ready?: readonly Readiness['kind'][];
  readonly stage?: readonly LifecycleStage[];
  readonly stale?: readonly StaleCode[];
  /** Id of a member, or `none`. */
  readonly owner?: string;
  readonly age?: (typeof CLEANUP_AGES)[number];
  /** Part of the key, the name or a tag. */
  readonly q?: string;
}

export const CLEANUP_SORTS = ['age', 'key', 'evaluated'] as const;

export interface CleanUpOrder {
  readonly by: (typeof CLEANUP_SORTS)[number];
  readonly descending: boolean;
}

/** The flags that fit, in order: stale ones, unless a stage is asked for. */
export function cleanUpList(lives: readonly Life[], filter: CleanUpFilter, order: CleanUpOrder): readonly Life[] {
  const sign = order.descending ? -1 : 1;
  return lives
    .filter((life) => fits(life, filter))
    .sort((a, b) => sign * compared(a, b, order.by) || compareText(a.view.flag, b.view.flag));
}

/** Keys of flags by what is said of their lives. */
export function keysByLife(lives: readonly Life[], { stage, stale }: LifeFilter): ReadonlySet<string> {
  const fitting = lives.filter(
    ({ view }) =>
      (stage === undefined || stage.includes(view.stage)) && (stale === undefined || view.stale.length > 0 === stale),
  );
  return new Set(fitting.map(({ view }) => view.flag));
}

function fits({ view }: Life, filter: CleanUpFilter): boolean {
  const { ready, stage, stale, owner, age, q } = filter;
  return (
    (stage === undefined ? view.stale.length > 0 : stage.includes(view.stage)) &&
    (ready === undefined || ready.includes(view.readiness.kind)) &&
    (stale === undefined || view.stale.some(({ code }) => stale.includes(code))) &&
    (owner === undefined || (view.owner ?? NOBODY) === owner) &&
    (age === undefined || isOfAge(view.ageDays, age)) &&
    (q === undefined || mentions(view, q.toLowerCase()))
  );
}

function isOfAge(days: number, age: NonNullable<CleanUpFilter['age']>): boolean {
  const range = AGES.find(({ from, to }) => `${from}-${to ?? ''}` === age);
  return range !== undefined && isWithin(days, range);
}

function isWithin(days: number, { from, to }: (typeof AGES)[number]): boolean {
  return days >= from && (to === null || days < to);
}

function mentions({ flag, name, tags }: Life['view'], q: string): boolean {
  return [flag, name, ...tags].some((text) => text.toLowerCase().includes(q));
}

function compared(a: Life, b: Life, by: CleanUpOrder['by']): number {
  switch (by) {
    case 'key':
      return compareText(a.view.flag, b.view.flag);
    case 'age':
      return b.createdAt - a.createdAt;
    case 'evaluated':
      return compareText(a.view.evaluatedAt ?? '', b.view.evaluatedAt ?? '');
  }
}

/** How many flags of a project there are, by what is said of them. */
export function countsOf(lives: readonly Life[]): CleanUpView['counts'] {
  const live = lives.filter(isLive);
  const stale = live.filter(({ view }) => view.stale.length > 0);
  return {
    live: live.length,
    stale: stale.length,
    overAge: stale.filter(({ view }) => view.stale.some(({ code }) => code === 'over-age')).length,
    ready: stale.filter(({ view }) => view.readiness.kind === 'safe').length,
    archived: lives.length - live.length,
  };
}

export function agesOf(lives: readonly Life[]): CleanUpView['ages'] {
  const ageing = lives.filter((life) => isLive(life) && life.view.lifetimeDays !== null);
  return AGES.map((range) => ({ ...range, count: ageing.filter(({ view }) => isWithin(view.ageDays, range)).length }));
}

function isLive({ view }: Life): boolean {
  return view.archivedAt === null;
}

/** The first millisecond of the day, UTC. */
export function startOfDay(now: number): number {
  return now - (now % DAY);
}

/** The day that a moment belongs to, with what is said of flags at that moment. */
export function dayOf({ live, stale, ready }: CleanUpView['counts'], now: number): LifecycleDay {
  return { day: startOfDay(now), live, stale, ready };
}

/** How many days a trend shows. */
const TREND_DAYS = 90;

export function trendBegins(now: number): number {
  return startOfDay(now) - (TREND_DAYS - 1) * DAY;
}

/** What was written down of the days before today, and today as it is now. */
export function trendOf(days: readonly LifecycleDay[], today: LifecycleDay): CleanUpView['trend'] {
  return [...days.filter(({ day }) => day < today.day), today].map(({ day, ...counts }) => ({
    day: new Date(day).toISOString().slice(0, 10),
    ...counts,
  }));
}
