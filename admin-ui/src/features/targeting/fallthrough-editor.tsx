import type { FlagConfig, Variation } from '@glidepath/core';
import { NativeSelect, SegmentedControl, Title } from '@mantine/core';
import { PercentageInputs } from '../../kit/percentage-inputs.tsx';
import { equalWeights } from '../../lib/percentages.ts';
import { type ServeDraft, splitDraftOf } from './draft.ts';
import { targetingMessages } from './messages.ts';
import classes from './targeting-editor.module.css';

const m = targetingMessages.everyone;

export interface FallthroughEditorProps {
  readonly config: FlagConfig;
  readonly variations: readonly Variation[];
  readonly serve: ServeDraft;
  readonly disabled: boolean;
  readonly onChange: (serve: ServeDraft) => void;
}

/** What everyone gets whom no name and no rule has caught. */
export function FallthroughEditor({ config, variations, serve, disabled, onChange }: FallthroughEditorProps) {
  const keys = variations.map((variation) => variation.key);

  function choose(kind: ServeDraft['kind']) {
    if (kind === serve.kind) return;
    if (kind === 'variation') onChange({ kind, variation: config.offVariation });
    else onChange(splitDraftOf(startOf(config, serve, keys), { variations }));
  }

  return (
    <section className={classes.part}>
      <Title order={3} size="h5" mb="xs">
        {m.title}
      </Title>
      <SegmentedControl
        aria-label={m.how}
        disabled={disabled}
        value={serve.kind}
        onChange={(kind) => choose(kind as ServeDraft['kind'])}
        data={[
          { value: 'variation', label: m.one },
          { value: 'split', label: m.split },
        ]}
        mb="sm"
      />
      {serve.kind === 'variation' ? (
        <NativeSelect
          className={classes.select}
          aria-label={m.variation}
          disabled={disabled}
          data={keys}
          value={serve.variation}
          onChange={(event) => onChange({ kind: 'variation', variation: event.currentTarget.value })}
        />
      ) : (
        <PercentageInputs
          texts={serve.texts}
          disabled={disabled}
          onChange={(texts) => onChange({ kind: 'split', texts })}
        />
      )}
    </section>
  );
}

/** A new split begins with what is served now, so that switching over changes nothing by itself. */
function startOf(config: FlagConfig, serve: ServeDraft, keys: readonly string[]): Readonly<Record<string, number>> {
  if ('split' in config.fallthrough) return config.fallthrough.split.weights;
  if (serve.kind === 'variation') return { [serve.variation]: 100_000 };
  return equalWeights(keys);
}
