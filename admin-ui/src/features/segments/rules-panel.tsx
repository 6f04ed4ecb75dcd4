import type { SegmentRule } from '@glidepath/core';
import { Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { useServices } from '../../lib/services.tsx';
import { EMPTY_CLAUSE } from '../rules/rule-draft.ts';
import { RuleList } from '../rules/rule-list.tsx';
import { useRuleSuggestions } from '../rules/use-rule-suggestions.ts';
import { segmentMessages } from './messages.ts';
import { ALL, problemsOfRule, type SegmentRuleDraft } from './rules-draft.ts';
import classes from './rules-panel.module.css';
import { ShareEditor } from './share-editor.tsx';

const m = segmentMessages.rules;
const ID_CHARACTERS = 12;

export interface RulesPanelProps {
  readonly saved: readonly SegmentRule[];
  readonly drafts: readonly SegmentRuleDraft[];
  readonly disabled: boolean;
  readonly onChange: (drafts: readonly SegmentRuleDraft[]) => void;
}

/** The rules of a segment: each takes in everyone, or a share of those, for whom its conditions hold. */
export function RulesPanel({ saved, drafts, disabled, onChange }: RulesPanelProps) {
  const { newId } = useServices();
  const used = useMemo(() => saved.flatMap(({ clauses }) => clauses), [saved]);
  const suggestions = useRuleSuggestions(used);
  return (
    <div className={classes.rules}>
      <Title order={2} size="h5">
        {m.title}
      </Title>
      <Text size="sm" c="dimmed">
        {m.lead}
      </Text>
      <RuleList
        rules={drafts}
        decision="any-match"
        suggestions={suggestions}
        disabled={disabled}
        newRule={() => ({ id: newId().slice(0, ID_CHARACTERS), name: '', clauses: [EMPTY_CLAUSE], serve: ALL })}
        problemsOf={problemsOfRule}
        renderServe={(rule, slot) => (
          <ShareEditor
            serve={rule.serve}
            isSaved={saved.some(({ id, share }) => id === rule.id && share !== undefined)}
            disabled={slot.disabled}
            onChange={slot.onChange}
          />
        )}
        onChange={onChange}
      />
    </div>
  );
}
