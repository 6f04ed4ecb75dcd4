import { ActionIcon, Alert, Button, Group, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { ClauseRow } from './clause-row.tsx';
import { ruleMessages as m } from './messages.ts';
import { type ClauseDraft, EMPTY_CLAUSE, type RuleDraft, type RuleProblem } from './rule-draft.ts';
import type { RuleSuggestions } from './rule-list.tsx';
import type { RuleDecision } from './rule-order.ts';
import classes from './rules.module.css';

const ROLLOUT_PREFIX = 'rollout:';

export interface RuleCardProps<S> {
  readonly rule: RuleDraft<S>;
  readonly decision: RuleDecision;
  /** From 0. */
  readonly index: number;
  readonly count: number;
  readonly problems: readonly RuleProblem[];
  readonly suggestions: RuleSuggestions;
  readonly disabled: boolean;
  /** What is known about the rule: that it can never be reached. */
  readonly note: ReactNode;
  /** What it serves. */
  readonly serve: ReactNode;
  readonly onChange: (rule: RuleDraft<S>) => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}

export function RuleCard<S>(props: RuleCardProps<S>) {
  const { rule, decision, index, count, problems, onChange, onMove } = props;
  const isOfRollout = rule.id.startsWith(ROLLOUT_PREFIX);
  const disabled = props.disabled || isOfRollout;
  const place = index + 1;
  const setClauses = (clauses: readonly ClauseDraft[]) => onChange({ ...rule, clauses });

  function onKeyDown(event: KeyboardEvent<HTMLLIElement>) {
    const step = event.altKey ? STEPS[event.key] : undefined;
    if (step === undefined || disabled || opensList(event.target)) return;
    event.preventDefault();
    onMove(index + step);
  }

  return (
    // The keys move the rule from wherever the focus is inside it.
    <li
      id={`rule-${rule.id}`}
      className={classes.rule}
      data-rule={rule.id}
      aria-label={m.rule(place)}
      onKeyDown={onKeyDown}
    >
      <div className={classes.head}>
        <span className={classes.number} aria-hidden="true">
          {place}
        </span>
        <Text span fw={600} size="sm" className={classes.word}>
          {index === 0 ? m.if : m.otherwise[decision]}
        </Text>
        <TextInput
          className={classes.name}
          variant="unstyled"
          size="sm"
          aria-label={m.name}
          placeholder={m.namePlaceholder}
          autoComplete="off"
          maxLength={256}
          disabled={disabled}
          value={rule.name}
          onChange={(event) => onChange({ ...rule, name: event.currentTarget.value })}
        />
        <Group gap={2} wrap="nowrap" className={classes.moves}>
          <ActionIcon
            data-move="up"
            aria-label={m.up(place)}
            disabled={disabled || index === 0}
            onClick={() => onMove(index - 1)}
          >
            <IconArrowUp size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon
            data-move="down"
            aria-label={m.down(place)}
            disabled={disabled || place === count}
            onClick={() => onMove(index + 1)}
          >
            <IconArrowDown size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon aria-label={m.remove(place)} disabled={disabled} onClick={props.onRemove}>
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        </Group>
      </div>
      {isOfRollout && <Alert color="gray">{m.ofRollout}</Alert>}
      {props.note}
      {rule.clauses.map((clause, at) => (
        <ClauseRow
          key={at}
          clause={clause}
          index={at}
          problems={within(problems, `/clauses/${at}`)}
          suggestions={props.suggestions}
          disabled={disabled}
          onChange={(changed) => setClauses(rule.clauses.map((other, place) => (place === at ? changed : other)))}
          onRemove={() => setClauses(rule.clauses.filter((_, place) => place !== at))}
        />
      ))}
      {problems
        .filter(({ pointer }) => !/^\/clauses\/\d/.test(pointer))
        .map(({ detail }) => (
          <Text key={detail} size="sm" c="red" className={classes.indented}>
            {detail}
          </Text>
        ))}
      <Button
        className={classes.addClause}
        size="compact-sm"
        variant="subtle"
        disabled={disabled}
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => setClauses([...rule.clauses, EMPTY_CLAUSE])}
      >
        {m.addClause}
      </Button>
      <div className={classes.serve}>{props.serve}</div>
    </li>
  );
}

const STEPS: Readonly<Record<string, -1 | 1>> = { ArrowUp: -1, ArrowDown: 1 };

/** Where Alt and an arrow open a list of choices, they are not ours. */
function opensList(target: EventTarget): boolean {
  return target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.list !== null);
}

/** The problems below a pointer, their pointers leading on from there. */
function within(problems: readonly RuleProblem[], pointer: string): readonly RuleProblem[] {
  return problems
    .filter((problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`))
    .map((problem) => ({ ...problem, pointer: problem.pointer.slice(pointer.length) }));
}
