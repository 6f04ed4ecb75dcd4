import type { CodeReferencesUploaded } from '@glidepath/server/api-types';
import { type Paint, tame } from '../paint.ts';
import type { Dynamic, Findings, Place } from './find.ts';
import { type Judged, type Problem, placeOf } from './judge.ts';
import type { Scanned } from './scan.ts';

const MOST_LISTED = 20;

/** What people read of a scan. */
export function linesFor({ findings, judged, changes }: Scanned, isCheck: boolean, paint: Paint): readonly string[] {
  const shown = changes === null ? (isCheck ? [] : findings.places.map(lineOf)) : changedLines(changes, paint);
  return [
    ...shown,
    ...judged.problems.flatMap((problem) => problemLines(problem, paint)),
    ...(isCheck ? [] : dynamicLines(findings.dynamic)),
    ...(isCheck || changes !== null ? [] : judgedLines(judged)),
    ...unreadLines(findings),
    summaryOf(findings, judged, paint),
  ].map(tame);
}

const lineOf = (place: Place): string => `${placeOf(place)}  ${place.key}  ${place.call}`;

function changedLines(changes: NonNullable<Scanned['changes']>, paint: Paint): readonly string[] {
  return [
    ...changes.removed.map((place) => paint(`- ${lineOf(place)}`, 'bad')),
    ...changes.added.map((place) => paint(`+ ${lineOf(place)}`, 'good')),
  ];
}

function problemLines({ path, line, sentence, mend }: Problem, paint: Paint): readonly string[] {
  const where = path === null || line === null ? '' : `${path}:${line}: `;
  return [`${paint('✗', 'bad')} ${where}${sentence}`, `    ${mend}`];
}

function dynamicLines(dynamic: readonly Dynamic[]): readonly string[] {
  return listed(
    'keys that the code alone does not tell',
    dynamic.map((one) => `${placeOf(one)} (${one.call}): ${one.why}`),
  );
}

function judgedLines({ unknownKeys, unusedKeys, archivedKeys, budgets }: Judged): readonly string[] {
  const inTests = (unknownKeys ?? []).filter(({ isOnlyInTests }) => isOnlyInTests).map(({ key }) => key);
  return [
    ...listed('archived, and still asked for', archivedKeys ?? []),
    ...listed('flags that this code does not name', unusedKeys ?? []),
    ...listed('only in tests, and no flags of the project', inTests),
    ...(budgets ?? []).map(({ of, flags, limit }) => `budget of ${of}: ${flags} of ${limit} flags`),
  ];
}

function unreadLines({ unread }: Findings): readonly string[] {
  return listed(
    'files that could not be read',
    unread.map(({ path, why }) => `${path}: ${why.split('\n')[0]}`),
  );
}

function listed(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length - MOST_LISTED;
  return [
    `${title}:`,
    ...items.slice(0, MOST_LISTED).map((one) => `  ${one}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function summaryOf({ files, places }: Findings, { problems, unknownKeys }: Judged, paint: Paint): string {
  const keys = new Set(places.map(({ key }) => key)).size;
  const found = `${counted(places.length, 'place')} of ${counted(keys, 'key')} in ${counted(files, 'file')}`;
  const known = unknownKeys === null ? '; whether the project has these flags was not asked' : '';
  if (problems.length > 0) return `${paint('✗', 'bad')} ${counted(problems.length, 'problem')}; ${found}${known}`;
  return `${paint('✓', 'good')} ${found}${known}`;
}

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const OUTCOMES: Readonly<Record<CodeReferencesUploaded['outcome'], string>> = {
  kept: 'kept',
  older: 'not kept: the service knows a newer scan of this repository',
  'other-branch': 'not kept: only the default branch counts',
};

/** What became of an upload. */
export function uploadLines(repository: string, answer: CodeReferencesUploaded, paint: Paint): readonly string[] {
  const mark = answer.outcome === 'kept' ? paint('✓', 'good') : '·';
  return [
    `${mark} sent ${counted(answer.references, 'reference')} of ${repository}: ${OUTCOMES[answer.outcome]}`,
    ...listed(
      'gone from all code: ready to be archived',
      answer.vanished.map(({ flag, since }) => `${flag} (since ${since.slice(0, 10)})`),
    ),
  ].map(tame);
}
