import { LIMITS } from '../model/limits.ts';
import type { ChangeFacts } from './facts.ts';
import { type Applied, applied, type ChangeProblem, refused } from './problem.ts';
import { code, grouped, oneOf } from './words.ts';

interface Identified {
  readonly id: string;
}

/** Rules of a release plan: nobody but its rollout writes them. */
const ROLLOUT_PREFIX = 'rollout:';

const RULE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** Whether a rule of this id may be written by who changes. */
function problemsOfOwner(id: string, facts: ChangeFacts, pointer: string): readonly ChangeProblem[] {
  if (!id.startsWith(ROLLOUT_PREFIX) || facts.origin === 'rollout') return [];
  const detail = `Rule ${code(id)} belongs to a rollout, which alone writes it. Stop the rollout; to go back, choose a revision without this rule; for a rule of your own, choose an id that does not begin with ${code(ROLLOUT_PREFIX)}.`;
  return [{ code: 'reserved', pointer, detail }];
}

export function problemsOfRuleId(id: string, pointer: string): readonly ChangeProblem[] {
  if (id === 'fallthrough') {
    const detail = 'The id `fallthrough` means what is served when no rule matched. Choose another id.';
    return [{ code: 'reserved', pointer, detail }];
  }
  if (RULE_ID.test(id)) return [];
  const detail = `${code(id)} cannot be the id of a rule. Use letters, digits, and . _ : - behind the first, at most 128, or leave it out.`;
  return [{ code: 'invalid', pointer, detail }];
}

export function insertRule<R extends Identified>(
  rules: readonly R[],
  rule: R,
  index: number | undefined,
  facts: ChangeFacts,
): Applied<readonly R[]> {
  const problems = [...problemsOfRuleId(rule.id, '/rule/id'), ...problemsOfOwner(rule.id, facts, '/rule/id')];
  if (problems.length > 0) return { kind: 'refused', problems };
  if (rules.some((present) => present.id === rule.id))
    return refused(
      'duplicate',
      '/rule/id',
      `There is a rule ${code(rule.id)} already. Update it, or choose another id.`,
    );
  if (rules.length >= LIMITS.rulesPerFlag)
    return refused('limit', '/rule', `There are ${grouped(rules.length)} rules, the most there may be. Use a segment.`);
  const at = index ?? rules.length;
  if (!isPlace(at, rules.length)) return refused('invalid', '/index', outOfPlace(at, rules.length));
  return applied([...rules.slice(0, at), rule, ...rules.slice(at)]);
}

/** Replaces one rule by what `change` makes of it. */
export function updateRule<R extends Identified>(
  rules: readonly R[],
  id: string,
  facts: ChangeFacts,
  change: (rule: R) => Applied<R>,
): Applied<readonly R[]> {
  const found = findRule(rules, id, facts, '/ruleId');
  if (found.kind === 'refused') return found;
  const changed = change(found.document);
  if (changed.kind === 'refused') return changed;
  return applied(rules.map((rule) => (rule.id === id ? changed.document : rule)));
}

export function removeRule<R extends Identified>(
  rules: readonly R[],
  id: string,
  facts: ChangeFacts,
): Applied<readonly R[]> {
  const found = findRule(rules, id, facts, '/ruleId');
  return found.kind === 'refused' ? found : applied(rules.filter((rule) => rule.id !== id));
}

/** Moves a rule to where it is the `index`-th of the list that results. */
export function moveRule<R extends Identified>(
  rules: readonly R[],
  id: string,
  index: number,
  facts: ChangeFacts,
): Applied<readonly R[]> {
  const found = findRule(rules, id, facts, '/ruleId');
  if (found.kind === 'refused') return found;
  const others = rules.filter((rule) => rule.id !== id);
  if (!isPlace(index, others.length)) return refused('invalid', '/index', outOfPlace(index, others.length));
  return applied([...others.slice(0, index), found.document, ...others.slice(index)]);
}

/** A rule that exists and that who changes may write. */
export function findRule<R extends Identified>(
  rules: readonly R[],
  id: string,
  facts: ChangeFacts,
  pointer: string,
): Applied<R> {
  const rule = rules.find((present) => present.id === id);
  if (rule === undefined) {
    const known =
      rules.length === 0 ? 'There are no rules.' : `Use ${oneOf(rules.slice(0, 10).map((present) => present.id))}.`;
    return refused('unknown-rule', pointer, `There is no rule ${code(id)}. ${known}`);
  }
  const problems = problemsOfOwner(id, facts, pointer);
  return problems.length > 0 ? { kind: 'refused', problems } : applied(rule);
}

function isPlace(index: number, last: number): boolean {
  return Number.isInteger(index) && index >= 0 && index <= last;
}

function outOfPlace(index: number, last: number): string {
  return `There is no place ${index}. Give an index from 0 to ${last}.`;
}
