import { type Applied, type ChangeProblem, unless } from '../change/problem.ts';
import { code } from '../change/words.ts';
import type { MemberList, SegmentConfig } from '../model/model.ts';
import type { MembershipDefinition } from './definition.ts';
import { problemsOfIds, repeated } from './repeated.ts';

/** Who is to belong to a segment: lists of keys that the definition leaves out stay. Problems point into it. */
export function wantedMembership(present: SegmentConfig, definition: MembershipDefinition): Applied<SegmentConfig> {
  const { included, excluded, rules = [] } = definition;
  return unless(
    [...problemsOfLists(definition, 'included'), ...problemsOfLists(definition, 'excluded'), ...problemsOfIds(rules)],
    () => ({
      included: listsOf(included) ?? present.included,
      excluded: listsOf(excluded) ?? present.excluded,
      rules: rules.map(({ name = '', ...rule }) => ({ ...rule, name })),
    }),
  );
}

function listsOf(lists: readonly MemberList[] | undefined): readonly MemberList[] | undefined {
  return lists
    ?.map(({ contextKind, keys }) => ({ contextKind, keys: [...new Set(keys)] }))
    .filter(({ keys }) => keys.length > 0);
}

function problemsOfLists(definition: MembershipDefinition, field: 'included' | 'excluded'): readonly ChangeProblem[] {
  const seen = new Set<string>();
  return (definition[field] ?? []).flatMap(({ contextKind }, index) =>
    repeated(seen, [contextKind], `/${field}/${index}`, `There are two lists of ${code(contextKind)}. Make them one.`),
  );
}
