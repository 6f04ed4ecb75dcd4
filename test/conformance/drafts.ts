import type { Case, CaseFile, Expected } from './case.ts';
import { expectedOf } from './reference.ts';
import type { Draft, Table } from './tables/kit.ts';
import { hasTags } from './tags.ts';

/** The file of a table: its drafts with the answers of the reference, each of which must be the one given by hand. */
export function caseFileOf({ about, drafts }: Table): CaseFile {
  return { about, cases: drafts.map(caseOf) };
}

function caseOf(draft: Draft): Case {
  const { name, shows, before, items, flagKey = 'flag', context, fallback = false, gives } = draft;
  const question = { name, shows, ...(before && { before }), items, flagKey, context, fallback };
  const expected = expectedOf(question);
  if (gistOf(expected) !== gives) throw new Error(`"${name}" gives ${gistOf(expected)}, not ${gives}`);
  const isOfHost = hasTags(context) || hasTags(fallback);
  // What JSON cannot say, HTTP cannot carry; and our server takes neither NUL nor a property `__proto__` from anybody.
  const isTaken = !/\\u0000|"__proto__":/.test(JSON.stringify(context));
  const isRemote = !isOfHost && draft.remote !== false && isTaken;
  return {
    ...question,
    // A fallback that is returned may be a tag.
    expected: expected.variation === null ? { ...expected, value: fallback } : expected,
    ...(isOfHost && { host: 'javascript' as const }),
    ...(!isRemote && { remote: false as const }),
  };
}

/** An answer in the words of a draft. */
function gistOf({ variation, reason }: Expected): string {
  if (variation === null) return `ERROR ${[reason.errorKind].flat().join('|')}`;
  const rollout = reason.rollout === undefined ? '' : ` ${reason.rollout?.bucket ?? null}`;
  return `${variation} ${reason.kind}${rollout}`;
}
