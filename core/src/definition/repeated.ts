import { type ChangeProblem, problem } from '../change/problem.ts';
import { code } from '../change/words.ts';

/** Rules are told apart by their ids. */
export function problemsOfIds(rules: readonly { readonly id: string }[]): readonly ChangeProblem[] {
  const seen = new Set<string>();
  return rules.flatMap(({ id }, index) =>
    repeated(seen, [id], `/rules/${index}/id`, `There are two rules ${code(id)}. Give each an id of its own.`),
  );
}

/** A problem where these names were seen before. */
export function repeated(
  seen: Set<string>,
  names: readonly string[],
  pointer: string,
  detail: string,
): readonly ChangeProblem[] {
  const name = JSON.stringify(names);
  if (seen.has(name)) return [problem('duplicate', pointer, detail)];
  seen.add(name);
  return [];
}
