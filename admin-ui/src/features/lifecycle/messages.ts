import { counted, grouped } from '@glidepath/core/change';
import type { LifecycleView } from '@glidepath/server/api-types';
import type { AGES, READINESS, SORTS } from './cleanup-search.ts';
import type { DebtChange } from './trend.ts';

type Readiness = LifecycleView['readiness'];

export const lifecycleMessages = {
  title: 'Clean-up',
  lead: 'Flags that have done their work, with what was looked at before they may go.',
  sections: 'Parts of the clean-up',
  tabs: { flags: 'Flags', digest: 'Digest and reminders' },
  settings: 'Settings',
  failed: 'The flags could not be loaded',
  loading: 'Loading the flags',
  counts: {
    overAge: (count: number) => `${counted(count, 'flag')} over ${count === 1 ? 'its' : 'their'} age`,
    ready: (count: number) => `${grouped(count)} ready to remove`,
    stale: (count: number, live: number) => `${grouped(count)} of ${counted(live, 'live flag')} stale`,
    archived: (count: number) => `${grouped(count)} archived`,
    debt: ({ by, days }: DebtChange) => {
      const since = days === 1 ? 'yesterday' : `${days} days ago`;
      if (by === 0) return `as many stale flags as ${since}`;
      return by < 0
        ? `${grouped(-by)} fewer stale flags than ${since}`
        : `${grouped(by)} more stale flags than ${since}`;
    },
  },
  trend: {
    title: 'Stale flags over time',
    chart: (first: number, last: number, days: number) =>
      `Stale flags: ${grouped(first)} at first, ${grouped(last)} now, over ${counted(days, 'day')}`,
    from: (day: string) => day,
    now: 'today',
  },
  ages: {
    title: 'Age in days',
    hint: 'Live flags that are not permanent. A bar shows only its flags.',
    range: (from: number, to: number | null) => (to === null ? `over ${from}` : `${from}–${to}`),
    bar: (from: number, to: number | null, count: number) =>
      `${to === null ? `Over ${from}` : `${from} to ${to}`} days: ${counted(count, 'flag')}`,
  },
  filters: {
    search: 'Search flags by name, key or tag',
    placeholder: 'Search name, key, tag…   /',
    ready: 'Readiness',
    owner: 'Owner',
    any: 'any',
    nobody: 'nobody',
    me: 'me',
    sort: 'Order of the list',
    clear: 'Clear filters',
    age: (age: (typeof AGES)[number]) =>
      `Age ${age.endsWith('-') ? `over ${age.slice(0, -1)}` : age.replace('-', '–')} d ×`,
    dismiss: 'Dismiss',
    ignored: (names: string) => `Not understood in the address: ${names.replaceAll(' ', ', ')}`,
    readiness: {
      safe: 'Ready to remove',
      caution: 'Ready with care',
      blocked: 'Not ready',
    } satisfies Record<(typeof READINESS)[number], string>,
    sorts: {
      '-age': 'Oldest first',
      age: 'Newest first',
      evaluated: 'Longest unasked first',
      key: 'Sorted by key',
    } satisfies Record<(typeof SORTS)[number], string>,
  },
  list: {
    label: 'Stale flags',
    none: 'Nothing to clean up',
    noneWhy: 'No live flag is over its age, settled or abandoned.',
    filtered: 'No flag matches these filters',
    more: 'Show more',
    shown: (shown: number, total: number) => `${grouped(shown)} of ${grouped(total)}`,
    select: (flag: string) => `Select ${flag}`,
  },
  card: {
    age: (days: number) => `${grouped(days)} d`,
    overAge: (days: number) => `over its ${days} d`,
    nobody: 'owned by nobody',
    keeps: (variation: string, value: string) => `Keeps \`${variation}\` = \`${value}\` in the code.`,
    keepsNothing: 'Nobody can say yet what the code would keep.',
    kept: 'Kept: nobody is reminded before',
    why: 'Why it stands here',
    checks: 'What was looked at',
    next: 'Next',
  },
  readiness: {
    safe: (count: string) => `Ready ${count}`,
    caution: (count: string) => `Ready with care ${count}`,
    blocked: (count: string) => `Not ready ${count}`,
  } satisfies Record<Readiness['kind'], (count: string) => string>,
  /** What the date beside a check is of. */
  dated: {
    'one-variation': 'since',
    'same-everywhere': 'since',
    'no-dependents': 'since',
    'no-rollout': 'since',
    'code-references': 'as of',
    evaluations: 'last',
  } satisfies Record<Readiness['checks'][number]['code'], string>,
  outcomes: {
    pass: 'Holds:',
    caution: 'To be weighed:',
    block: 'In the way:',
  } satisfies Record<Readiness['checks'][number]['outcome'], string>,
  stages: {
    new: 'New',
    'rolling-out': 'Rolling out',
    settled: 'Settled',
    abandoned: 'Abandoned',
    archived: 'Archived',
  } satisfies Record<LifecycleView['stage'], string>,
  stageMeanings: {
    new: 'Made, and no SDK has evaluated it yet.',
    'rolling-out': 'More than one variation is served, or one only for a short time.',
    settled: 'Everyone in every critical environment has been getting one variation for days.',
    abandoned: 'No SDK has evaluated it for long, though some are connected.',
    archived: 'Read-only and hidden from lists.',
  } satisfies Record<LifecycleView['stage'], string>,
  tab: {
    title: 'Lifecycle',
    stage: 'Stage',
    life: 'Life of the flag',
    readiness: 'May it go?',
    evidence: 'What is known',
    failed: 'The life of the flag could not be loaded',
    loading: 'Loading the life of the flag',
    since: 'Since',
    notStale: 'It is not stale.',
    asked: (count: number) => `${counted(count, 'evaluation')} in the last 7 days.`,
    lastAsked: 'Last evaluated',
    never: 'No SDK has evaluated it yet.',
    lifetime: (age: number, days: number | null) =>
      days === null
        ? `${counted(age, 'day')} old, and permanent.`
        : `${counted(age, 'day')} old, made to live for ${counted(days, 'day')}.`,
    references: (count: number) => counted(count, 'code reference'),
    notScanned: 'None of the code was scanned yet.',
    scanned: 'scanned',
    toCode: 'Where it is in the code',
  },
  askers: {
    list: 'Who has asked for it since',
    failed: 'Who asks for it could not be loaded',
    unnamed: 'An application without a name',
    asked: (count: number, sdk: string) => `${counted(count, 'evaluation')} by ${sdk}, last`,
    fallback: 'and got its fallback',
    connected: (instances: number) =>
      instances === 0 ? 'none connected now' : `${counted(instances, 'instance')} connected now`,
  },
  net: {
    title: (days: number) =>
      days > 0 ? `Archived: it goes on serving for ${counted(days, 'day')}` : 'Archived: no SDK receives it any more',
    until: 'It serves as it was configured until',
    ended: 'Code that still asks for it gets its fallback, since',
    asked: (count: number) => `Still asked for: ${counted(count, 'evaluation')} in the last 7 days, last`,
    notAsked: 'Nobody has asked for it in the last 7 days.',
    reserved: 'Its key stays reserved: no other flag can take it.',
  },
} as const;
