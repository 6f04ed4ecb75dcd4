import { Button, Group, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { useAnnounce } from '../../lib/announce.tsx';
import { ruleMessages as m } from './messages.ts';
import { RuleCard } from './rule-card.tsx';
import type { RuleDraft, RuleProblem } from './rule-draft.ts';
import { type RuleDecision, withMoved } from './rule-order.ts';
import classes from './rules.module.css';

/** What has been used elsewhere, offered while typing. */
export interface RuleSuggestions {
  readonly kinds: readonly string[];
  readonly attributes: readonly string[];
  /** Keys of the segments that there are. */
  readonly segments: readonly string[];
}

export interface RuleListProps<S> {
  readonly rules: readonly RuleDraft<S>[];
  readonly decision: RuleDecision;
  readonly suggestions: RuleSuggestions;
  readonly disabled: boolean;
  /** A rule to begin with, under an id that no other has. */
  readonly newRule: () => RuleDraft<S>;
  /** Pointers lead into the rule. */
  readonly problemsOf: (rule: RuleDraft<S>) => readonly RuleProblem[];
  readonly noteOf?: (rule: RuleDraft<S>) => ReactNode;
  readonly renderServe: (
    rule: RuleDraft<S>,
    slot: { readonly disabled: boolean; readonly onChange: (serve: S) => void },
  ) => ReactNode;
  readonly onChange: (rules: readonly RuleDraft<S>[]) => void;
}

/** The rules of a flag or of a segment, in the order in which they are tried. N adds one, Alt and an arrow moves one. */
export function RuleList<S>(props: RuleListProps<S>) {
  const { rules, disabled, onChange } = props;
  const announce = useAnnounce();
  const list = useRef<HTMLOListElement>(null);
  const refocus = useRefocus();

  function add() {
    if (disabled) return;
    const rule = props.newRule();
    onChange([...rules, rule]);
    announce(m.added(rules.length + 1));
    refocus.after(() => ruleElement(list.current, rule.id)?.querySelector('fieldset input') ?? null);
  }

  function move(from: number, to: number) {
    const rule = rules[from];
    if (rule === undefined || to < 0 || to >= rules.length) return;
    const focused = document.activeElement;
    onChange(withMoved(rules, from, to));
    announce(m.moved(from + 1, to + 1, rules.length));
    refocus.after(() => {
      const element = ruleElement(list.current, rule.id);
      const isUsable = element?.contains(focused) && !(focused instanceof HTMLButtonElement && focused.disabled);
      return isUsable ? focused : (element?.querySelector('button[data-move]:not(:disabled)') ?? null);
    });
  }

  function remove(index: number) {
    onChange(rules.filter((_, at) => at !== index));
    announce(m.removed(index + 1));
  }

  useHotkeys([['n', add]]);

  return (
    <>
      {rules.length === 0 && (
        <Text size="sm" c="dimmed">
          {m.none}
        </Text>
      )}
      <ol className={classes.rules} ref={list} aria-label={m.title}>
        {rules.map((rule, index) => {
          const change = (changed: RuleDraft<S>) =>
            onChange(rules.map((other) => (other.id === rule.id ? changed : other)));
          return (
            <RuleCard
              key={rule.id}
              rule={rule}
              decision={props.decision}
              index={index}
              count={rules.length}
              problems={props.problemsOf(rule)}
              suggestions={props.suggestions}
              disabled={disabled}
              note={props.noteOf?.(rule)}
              serve={props.renderServe(rule, { disabled, onChange: (serve) => change({ ...rule, serve }) })}
              onChange={change}
              onMove={(to) => move(index, to)}
              onRemove={() => remove(index)}
            />
          );
        })}
      </ol>
      <Group gap="sm" mt="xs">
        <Button variant="light" disabled={disabled} leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
          {m.add}
        </Button>
        <Text span size="sm" c="dimmed">
          {m.addHint}
        </Text>
      </Group>
    </>
  );
}

function ruleElement(list: HTMLElement | null, id: string): HTMLElement | null {
  return list?.querySelector<HTMLElement>(`[data-rule="${CSS.escape(id)}"]`) ?? null;
}

/** A moved element loses the focus: it is given back once the list is drawn anew. */
function useRefocus() {
  const wanted = useRef<(() => Element | null) | null>(null);
  useLayoutEffect(() => {
    const element = wanted.current?.();
    wanted.current = null;
    if (element instanceof HTMLElement && document.activeElement !== element) element.focus();
  });
  return {
    after(find: () => Element | null) {
      wanted.current = find;
    },
  };
}
