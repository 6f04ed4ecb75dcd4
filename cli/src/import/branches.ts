import type { EnvironmentDefinition, RuleDefinition, ServeDefinition } from '@glidepath/core/definition';
import { conjunctionsOf, type Expression } from './expression.ts';
import { listed } from './listed.ts';

/** What is served to whom a condition holds for, the first that does. */
export interface Branch {
  readonly id: string;
  readonly name: string;
  readonly when: Expression;
  readonly serve: ServeDefinition;
}

/** The rules that branches become, and what is served to all others: branches behind one for everybody reach nobody. */
export function rulesFrom(
  branches: readonly Branch[],
  otherwise: ServeDefinition,
): Pick<EnvironmentDefinition, 'rules' | 'fallthrough'> {
  const rules: RuleDefinition[] = [];
  for (const { id, name, when, serve } of branches) {
    const conjunctions = conjunctionsOf(when);
    if (conjunctions.some(({ length }) => length === 0)) return { ...listed('rules', rules), fallthrough: serve };
    for (const [index, clauses] of conjunctions.entries())
      rules.push({
        id: index === 0 ? id : `${id}-${index + 1}`,
        ...(name !== '' && { name: name.slice(0, 256) }),
        clauses,
        serve,
      });
  }
  return { ...listed('rules', rules), fallthrough: otherwise };
}
