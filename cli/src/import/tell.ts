import type { EnvironmentDefinition, MembershipDefinition } from '@glidepath/core/definition';
import { type Paint, tame } from '../paint.ts';
import { type Imported, type Note, SEVERITIES, type Severity, type System } from './imported.ts';
import type { Verified } from './verify.ts';

/** Keys of the flags whose percentages give people other values than there: by name, or because of a segment. */
export function dealtAnew({ flags, segments }: Imported): readonly string[] {
  const dealt = new Set(
    segments.filter(({ environments = {} }) => Object.values(environments).some(hasShare)).map(({ key }) => key),
  );
  for (let before = -1; before !== dealt.size; ) {
    before = dealt.size;
    for (const { key, environments = {} } of segments)
      if (Object.values(environments).some(({ rules = [] }) => asks(rules, dealt))) dealt.add(key);
  }
  return flags
    .filter(({ environments = {} }) =>
      Object.values(environments).some((one) => splits(one) || asks(one.rules ?? [], dealt)),
    )
    .map(({ key }) => key);
}

const hasShare = ({ rules = [] }: MembershipDefinition): boolean => rules.some(({ share }) => share !== undefined);

function splits({ rules = [], fallthrough }: EnvironmentDefinition): boolean {
  return [...rules.map(({ serve }) => serve), fallthrough].some((serve) => 'split' in serve);
}

type Asking = readonly {
  readonly clauses: readonly { readonly operator: string; readonly values: readonly unknown[] }[];
}[];

function asks(rules: Asking, segments: ReadonlySet<string>): boolean {
  return rules.some(({ clauses }) =>
    clauses.some(
      ({ operator, values }) => operator === 'in-segment' && values.some((key) => segments.has(String(key))),
    ),
  );
}

interface Told {
  readonly system: System;
  readonly imported: Imported;
  readonly verified: Verified | null;
  readonly written: readonly string[];
  readonly isDry: boolean;
}

const TITLES: Readonly<Record<Severity, string>> = {
  'left-out': 'Left out',
  'turned-off': 'Turned off, because a part of it cannot be said here',
  changed: 'Changed',
  told: 'To know',
};

/** What became of an export, for people. */
export function linesFor({ system, imported, verified, written, isDry }: Told, paint: Paint): readonly string[] {
  const { flags, segments, notes } = imported;
  const dealt = dealtAnew(imported);
  return [
    `${counted(flags.length, 'flag')} and ${counted(segments.length, 'segment')} from ${system.name}`,
    ...SEVERITIES.flatMap((severity) => linesOf(severity, notes, paint)),
    ...(dealt.length === 0
      ? []
      : [
          paint('Dealt anew', 'strong'),
          `  ${counted(dealt.length, 'flag')} with percentages: the percentages hold, but another hash chooses the people.`,
        ]),
    ...(verified === null ? [] : verifiedLines(verified, paint)),
    ...written.map((file) => `${isDry ? 'would write' : 'wrote'} ${file}`),
  ];
}

function linesOf(severity: Severity, notes: readonly Note[], paint: Paint): readonly string[] {
  const of = notes.filter((note) => note.severity === severity);
  return of.length === 0 ? [] : [paint(`${TITLES[severity]} (${of.length})`, 'strong'), ...of.map(lineOf)];
}

function lineOf({ kind, key, environment, place, reason, done }: Note): string {
  const where = [environment === null ? '' : ` in ${environment}`, place === '' ? '' : `, ${place}`].join('');
  return tame(`  ${kind === 'segment' ? 'segment ' : ''}${key}${where}: ${reason} – ${done}`);
}

function verifiedLines(found: Verified, paint: Paint): readonly string[] {
  const { contexts, evaluations, same, dealtAnew: dealt, told, fallback, unexplained, differences } = found;
  return [
    paint(`${counted(evaluations, 'evaluation')} of ${counted(contexts, 'context')} on both sides`, 'strong'),
    `  ${number(same)} the same`,
    `  ${number(dealt)} dealt anew by a percentage`,
    `  ${number(told)} of what is left out, turned off or changed above`,
    ...(fallback === 0 ? [] : [`  ${number(fallback)} where applications there use their own fallback`]),
    paint(`  ${number(unexplained)} unexplained`, unexplained === 0 ? 'good' : 'bad'),
    ...differences.map(({ flag, environment, context, theirs, ours }) =>
      tame(
        `    ${flag}${environment === '' ? '' : ` in ${environment}`}: ${JSON.stringify(theirs)} there, ${JSON.stringify(ours)} here, for ${JSON.stringify(context)}`,
      ),
    ),
  ];
}

const number = (count: number): string => count.toLocaleString('en');
const counted = (count: number, what: string): string => `${number(count)} ${what}${count === 1 ? '' : 's'}`;
