import { type UnreachableRule, unreachableRules } from '@glidepath/core/effect';
import { Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { clausesOf, problemsOfConditions } from '../rules/rule-draft.ts';
import type { FlagRuleDraft } from './draft.ts';
import { targetingMessages } from './messages.ts';
import classes from './targeting-editor.module.css';

const m = targetingMessages.rules;

/** Which rules decide for nobody. One that is not complete yet takes nobody away from the others, and is not judged. */
export function unreachableOf(rules: readonly FlagRuleDraft[]): readonly UnreachableRule[] {
  const incomplete = new Set(rules.filter((rule) => problemsOfConditions(rule).length > 0).map(({ id }) => id));
  const judged = rules.map(({ id, clauses }) => ({
    id,
    clauses: incomplete.has(id) ? NOBODY : clausesOf(clauses, []),
  }));
  return unreachableRules(judged).filter(({ ruleId }) => !incomplete.has(ruleId));
}

const NOBODY = [{ attribute: '', operator: 'in', values: [] }];

/** The advice beside a rule that is never reached. */
export function NeverReached({ rule }: { readonly rule: UnreachableRule | undefined }) {
  if (rule === undefined) return null;
  const places = rule.because.map(({ ruleIndex }) => ruleIndex + 1);
  return (
    <details className={classes.neverReached}>
      <summary className={classes.neverReachedWords}>
        <IconAlertTriangle size={18} aria-hidden />
        <span>
          {places.length === 0 ? m.impossible : m.takenBy(places)}. <span className={classes.why}>{m.why}</span>
        </span>
      </summary>
      <Text size="sm" pl={26}>
        {rule.why.replaceAll('`', '')} {m.advice}
      </Text>
    </details>
  );
}
