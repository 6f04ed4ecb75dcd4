import type { FlagType } from '@glidepath/core';
import { ActionIcon, Badge, Button, Group, Input, Text, Textarea, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { LazyJsonEditor } from '../../kit/lazy-json-editor.tsx';
import { variationMessages as m } from './messages.ts';
import type { Usage } from './usage.ts';
import type { SharedProblem, VariationDraft } from './variation-draft.ts';
import classes from './variations.module.css';

export interface VariationCardProps {
  readonly type: FlagType;
  readonly variation: VariationDraft;
  readonly usage: Usage;
  readonly problems: readonly SharedProblem[];
  readonly disabled: boolean;
  /** Whether its value and its existence may change. */
  readonly fixed: boolean;
  readonly onChange: (variation: VariationDraft) => void;
  readonly onRemove: () => void;
}

export function VariationCard(props: VariationCardProps) {
  const { variation, usage, problems, disabled, fixed, onChange } = props;
  const detailOf = (part: SharedProblem['part']) => problems.find((problem) => problem.part === part)?.detail;
  const label = m.variation(variation.key);
  if (variation.isRemoved) {
    return (
      <li className={classes.card} aria-label={label} data-removed>
        <Group gap="sm">
          <Text span fw={600} className={classes.key} td="line-through">
            {variation.key}
          </Text>
          <Text span size="sm" c="dimmed">
            {m.removed}
          </Text>
          <Button size="compact-sm" variant="subtle" onClick={() => onChange({ ...variation, isRemoved: false })}>
            {m.bringBack}
          </Button>
        </Group>
        <Details problems={problems} />
      </li>
    );
  }
  return (
    <li className={classes.card} aria-label={label}>
      <div className={classes.head}>
        {variation.isNew ? (
          <Text span fw={600}>
            {label}
          </Text>
        ) : (
          <Text span fw={600} className={classes.key}>
            {variation.key}
          </Text>
        )}
        {!fixed && (
          <ActionIcon
            className={classes.remove}
            aria-label={m.remove(variation.key)}
            disabled={disabled}
            onClick={props.onRemove}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        )}
      </div>
      {!variation.isNew && <UsageLine usage={usage} />}
      <div className={classes.fields}>
        {variation.isNew && (
          <TextInput
            label={m.key}
            description={m.keyHint}
            required
            autoComplete="off"
            spellCheck={false}
            disabled={disabled}
            error={detailOf('key')}
            value={variation.key}
            onChange={(event) => onChange({ ...variation, key: event.currentTarget.value.trim() })}
          />
        )}
        <TextInput
          label={m.name}
          autoComplete="off"
          placeholder={variation.key}
          disabled={disabled}
          value={variation.name}
          onChange={(event) => onChange({ ...variation, name: event.currentTarget.value })}
        />
        <TextInput
          label={m.description}
          autoComplete="off"
          disabled={disabled}
          value={variation.description}
          onChange={(event) => onChange({ ...variation, description: event.currentTarget.value })}
        />
      </div>
      <ValueEditor {...props} />
      <Details problems={problems.filter(({ part }) => part === 'whole')} />
    </li>
  );
}

function Details({ problems }: { readonly problems: readonly SharedProblem[] }) {
  return problems.map(({ detail }) => (
    <Text key={detail} size="sm" c="red" mt={4} className={classes.problem}>
      {detail}
    </Text>
  ));
}

/** Where it is safe, and where somebody may be served it. */
function UsageLine({ usage: { safeIn, servedIn } }: { readonly usage: Usage }) {
  return (
    <Group gap={8}>
      {safeIn.length > 0 && (
        <Badge variant="light" color="green" tt="none">
          {m.safe}
        </Badge>
      )}
      <Text span size="sm" c="dimmed">
        {[
          ...(safeIn.length > 0 ? [m.safeIn(safeIn.join(', '))] : []),
          servedIn.length > 0 ? m.servedIn(servedIn.join(', ')) : m.unused,
        ].join(' · ')}
      </Text>
    </Group>
  );
}

function ValueEditor({ type, variation, problems, disabled, fixed, onChange }: VariationCardProps) {
  const label = m.valueOf(variation.key);
  const errors = problems.filter(({ part }) => part === 'value');
  const set = (text: string) => onChange({ ...variation, text });
  const isLocked = disabled || fixed;
  if (type === 'json') {
    return (
      <div>
        <Input.Label component="div">{m.value}</Input.Label>
        <LazyJsonEditor label={label} value={variation.text} disabled={isLocked} onChange={set} />
        <Details problems={errors} />
      </div>
    );
  }
  const shared = {
    label: m.value,
    'aria-label': label,
    spellCheck: false,
    autoComplete: 'off',
    disabled: isLocked,
    error: errors.map(({ detail }) => detail).join(' ') || null,
    value: variation.text,
  } as const;
  return type === 'string' ? (
    <Textarea {...shared} rows={linesOf(variation.text)} onChange={(event) => set(event.currentTarget.value)} />
  ) : (
    <TextInput
      {...shared}
      className={classes.number}
      inputMode={type === 'number' ? 'decimal' : 'text'}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

const MOST_LINES = 8;

const linesOf = (text: string): number => Math.min(MOST_LINES, text.split('\n').length + Math.floor(text.length / 90));
