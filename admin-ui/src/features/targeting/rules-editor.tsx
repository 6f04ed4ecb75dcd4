import type { FlagConfig } from '@glidepath/core';
import type { FlagWithEnvironments } from '@glidepath/server/api-types';
import { Text, Title } from '@mantine/core';
import { useDeferredValue, useMemo } from 'react';
import { useServices } from '../../lib/services.tsx';
import { ruleMessages } from '../rules/messages.ts';
import { EMPTY_CLAUSE } from '../rules/rule-draft.ts';
import { RuleList } from '../rules/rule-list.tsx';
import { useRuleSuggestions } from '../rules/use-rule-suggestions.ts';
import type { FlagRuleDraft } from './draft.ts';
import { targetingMessages } from './messages.ts';
import { NeverReached, unreachableOf } from './never-reached.tsx';
import { type PlacedProblem, problemsAt } from './problem-place.ts';
import { ServeEditor } from './serve-editor.tsx';
import classes from './targeting-editor.module.css';

const m = targetingMessages.rules;
const ID_CHARACTERS = 12;

export interface RulesEditorProps {
  readonly flag: FlagWithEnvironments;
  /** As saved. */
  readonly config: FlagConfig;
  readonly rules: readonly FlagRuleDraft[];
  readonly problems: readonly PlacedProblem[];
  readonly disabled: boolean;
  readonly onChange: (rules: readonly FlagRuleDraft[]) => void;
}

/** The rules of a flag: each serves a variation or a split to whom its conditions hold for. */
export function RulesEditor({ flag, config, rules, problems, disabled, onChange }: RulesEditorProps) {
  const { newId } = useServices();
  const used = useMemo(
    () => flag.environments.flatMap((other) => other.rules.flatMap(({ clauses }) => clauses)),
    [flag],
  );
  const suggestions = useRuleSuggestions(used);
  const settled = useDeferredValue(rules);
  const unreachable = useMemo(() => unreachableOf(settled), [settled]);
  const savedServe = (id: string) => config.rules.find((rule) => rule.id === id)?.serve ?? null;
  return (
    <section className={classes.part}>
      <Title order={3} size="h5">
        {m.title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {m.lead}
      </Text>
      <RuleList
        rules={rules}
        decision="first-match"
        suggestions={suggestions}
        disabled={disabled}
        newRule={(): FlagRuleDraft => ({
          id: newId().slice(0, ID_CHARACTERS),
          name: '',
          clauses: [EMPTY_CLAUSE],
          serve: { kind: 'variation', variation: flag.variations[0]?.key ?? config.offVariation },
        })}
        problemsOf={(rule) => problemsAt(problems, { rule: rule.id }).filter(isShownByList)}
        noteOf={(rule) => <NeverReached rule={unreachable.find(({ ruleId }) => ruleId === rule.id)} />}
        renderServe={(rule, { disabled: isLocked, onChange: serveInstead }) => (
          <ServeEditor
            whom={ruleMessages.rule(rules.indexOf(rule) + 1).toLowerCase()}
            variations={flag.variations}
            serve={rule.serve}
            saved={savedServe(rule.id)}
            offVariation={config.offVariation}
            disabled={isLocked}
            onChange={serveInstead}
          />
        )}
        onChange={onChange}
      />
    </section>
  );
}

/** What is wrong with a split is said beside its percentages. */
const isShownByList = ({ pointer }: PlacedProblem) => !pointer.startsWith('/serve/');
