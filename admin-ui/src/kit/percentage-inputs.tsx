import { BUCKETS } from '@glidepath/core';
import { Button, Group, Text, TextInput } from '@mantine/core';
import { balancedWeights, equalWeights, formatPercentage, parsePercentage, sumOfWeights } from '../lib/percentages.ts';
import { kitMessages } from './messages.ts';
import classes from './percentage-inputs.module.css';

const m = kitMessages.percentages;

export interface PercentageInputsProps {
  /** What was typed, by variation, in the order in which they are shown. */
  readonly texts: Readonly<Record<string, string>>;
  readonly disabled?: boolean;
  readonly onChange: (texts: Readonly<Record<string, string>>) => void;
}

/** One field per variation. What is typed is never altered; the sum is checked while it is typed. */
export function PercentageInputs({ texts, disabled = false, onChange }: PercentageInputsProps) {
  const names = Object.keys(texts);
  const weights = Object.fromEntries(names.map((name) => [name, parsePercentage(texts[name] ?? '') ?? 0]));
  const isReadable = names.every((name) => parsePercentage(texts[name] ?? '') !== null);
  const sum = sumOfWeights(weights);
  const balanced = balancedWeights(weights, names[0] ?? '');
  return (
    <div>
      <div className={classes.fields}>
        {names.map((name) => (
          <div key={name} className={classes.field}>
            <span className={classes.name}>{name}</span>
            <TextInput
              className={classes.input}
              aria-label={m.percentOf(name)}
              inputMode="decimal"
              autoComplete="off"
              disabled={disabled}
              error={parsePercentage(texts[name] ?? '') === null}
              value={texts[name] ?? ''}
              rightSection={<span aria-hidden="true">%</span>}
              onChange={(event) => onChange({ ...texts, [name]: event.currentTarget.value })}
            />
            <span className={classes.bar} aria-hidden="true">
              <span className={classes.share} style={{ width: `${(100 * (weights[name] ?? 0)) / BUCKETS}%` }} />
            </span>
          </div>
        ))}
      </div>
      <Group gap="xs" mt="xs">
        <Verdict isReadable={isReadable} sum={sum} />
        <Button
          size="compact-sm"
          variant="subtle"
          disabled={disabled}
          onClick={() => onChange(textsOf(names, equalWeights(names)))}
        >
          {m.equal}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          disabled={disabled || !isReadable || sum === BUCKETS || balanced === null}
          onClick={() => balanced && onChange(textsOf(names, balanced))}
        >
          {m.balance}
        </Button>
      </Group>
    </div>
  );
}

function textsOf(names: readonly string[], weights: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, formatPercentage(weights[name] ?? 0)]));
}

function Verdict({ isReadable, sum }: { readonly isReadable: boolean; readonly sum: number }) {
  const isRight = isReadable && sum === BUCKETS;
  const why = isReadable ? m.sumWrong : m.unreadable;
  return (
    <Text span size="sm" fw={600} c={isRight ? 'green' : 'red'} role="status">
      {isReadable && `${m.sum(formatPercentage(sum))} `}
      {isRight ? '✓' : why}
    </Text>
  );
}
