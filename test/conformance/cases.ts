import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Case, CaseFile, Expected, ExpectedReason } from './case.ts';
import { untagged } from './tags.ts';

const FOLDER = new URL('./cases/', import.meta.url);

/** A case with the name of its file, which together name it. */
export interface NamedCase extends Case {
  readonly title: string;
}

export function readCaseFile(file: string): CaseFile {
  return JSON.parse(readFileSync(new URL(`${file}.json`, FOLDER), 'utf8')) as CaseFile;
}

export const CASE_FILES: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

export const CASES: readonly NamedCase[] = CASE_FILES.flatMap((file) =>
  readCaseFile(file).cases.map((one) => ({ ...one, title: `${file}: ${one.name}` })),
);

/** What an evaluator answered, as far as cases know it. */
export interface Answer {
  readonly value: unknown;
  readonly variation: string | null;
  readonly flagVersion: number | null;
  readonly reason: { readonly kind: string };
}

/** The answer in the form of the expected one: without words for people, and with any error that is allowed. */
export function comparable({ value, variation, flagVersion, reason }: Answer, expected: Expected): Expected {
  return { value, variation, flagVersion, reason: comparableReason(reason, expected.reason) };
}

/** What `comparable` has to be. */
export function wanted(expected: Expected): Expected {
  return { ...expected, value: untagged(expected.value) };
}

export function isExpected(answer: Answer, expected: Expected): boolean {
  return isDeepStrictEqual(comparable(answer, expected), wanted(expected));
}

function comparableReason(reason: Answer['reason'], expected: ExpectedReason): ExpectedReason {
  if (!('errorKind' in reason)) return { ...reason };
  const allowed = [expected.errorKind].flat();
  const { errorKind } = reason as ExpectedReason;
  const isAllowed = typeof errorKind === 'string' && allowed.includes(errorKind);
  return isAllowed ? expected : { kind: reason.kind, ...(errorKind !== undefined && { errorKind }) };
}
