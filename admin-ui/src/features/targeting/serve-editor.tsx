import type { BucketBy, Serve, Variation } from '@glidepath/core';
import { Alert, NativeSelect, SegmentedControl, Text, TextInput } from '@mantine/core';
import { PercentageInputs } from '../../kit/percentage-inputs.tsx';
import { targetingMessages } from './messages.ts';
import { DEFAULT_BY, dealsAnew, problemsOfServe, type ServeDraft, splitDraftOf } from './serve-draft.ts';
import classes from './serve-editor.module.css';

const m = targetingMessages.serve;

export interface ServeEditorProps {
  /** Whom it serves, in the names of its fields: `everyone else`, `rule 2`. */
  readonly whom: string;
  readonly variations: readonly Variation[];
  readonly serve: ServeDraft;
  /** What is saved at this place; null where nothing is yet. */
  readonly saved: Serve | null;
  /** What a switch to one variation begins with. */
  readonly offVariation: string;
  readonly disabled: boolean;
  readonly onChange: (serve: ServeDraft) => void;
}

/** One variation, or exact percentages of several. */
export function ServeEditor(props: ServeEditorProps) {
  const { whom, variations, serve, saved, disabled, onChange } = props;

  function choose(kind: string) {
    if (kind === serve.kind) return;
    onChange(kind === 'variation' ? { kind, variation: props.offVariation } : startOf(serve, saved, variations));
  }

  return (
    <div className={classes.serve}>
      <SegmentedControl
        size="sm"
        className={classes.how}
        aria-label={m.how(whom)}
        disabled={disabled}
        value={serve.kind}
        onChange={choose}
        data={[
          { value: 'variation', label: m.one },
          { value: 'split', label: m.split },
        ]}
      />
      {serve.kind === 'variation' ? (
        <NativeSelect
          className={classes.select}
          aria-label={m.variation(whom)}
          disabled={disabled}
          data={variations.map(({ key }) => key)}
          value={serve.variation}
          onChange={(event) => onChange({ kind: 'variation', variation: event.currentTarget.value })}
        />
      ) : (
        <div className={classes.split}>
          <PercentageInputs
            texts={serve.texts}
            disabled={disabled}
            onChange={(texts) => onChange({ ...serve, texts })}
          />
          <Advanced serve={serve} saved={saved} disabled={disabled} onChange={onChange} />
        </div>
      )}
    </div>
  );
}

/** A new split begins with what is served now, so that switching over changes nothing by itself. */
function startOf(serve: ServeDraft, saved: Serve | null, variations: readonly Variation[]): ServeDraft {
  if (saved !== null && 'split' in saved)
    return { ...splitDraftOf(saved.split.weights, { variations }), ...howOf(saved) };
  const all = serve.kind === 'variation' ? { [serve.variation]: 100_000 } : {};
  return splitDraftOf(all, { variations });
}

function howOf({ split: { by, salt } }: Extract<Serve, { split: unknown }>) {
  return { ...(by === undefined ? {} : { by }), ...(salt === undefined ? {} : { salt }) };
}

type SplitDraft = Extract<ServeDraft, { kind: 'split' }>;

interface AdvancedProps {
  readonly serve: SplitDraft;
  readonly saved: Serve | null;
  readonly disabled: boolean;
  readonly onChange: (serve: ServeDraft) => void;
}

/** Whom a split hashes, and by which salt: rarely touched, and never without a warning. */
function Advanced({ serve, saved, disabled, onChange }: AdvancedProps) {
  const { by = DEFAULT_BY, salt } = serve;
  const problems = problemsOfServe(serve);
  const detailOf = (part: string) => problems.find((problem) => problem.part === part)?.detail;
  const setBy = (change: Partial<BucketBy>) => {
    const { by: _, ...rest } = serve;
    const next = { ...by, ...change };
    const isDefault = next.contextKind === DEFAULT_BY.contextKind && next.attribute === DEFAULT_BY.attribute;
    onChange(isDefault ? rest : { ...rest, by: next });
  };
  return (
    <details className={classes.advanced}>
      <summary className={classes.summary}>
        {m.advanced}{' '}
        <Text span size="sm" c="dimmed">
          {m.dealtBy(`${by.attribute} of the ${by.contextKind}`, salt ?? null)}
        </Text>
      </summary>
      <div className={classes.how}>
        <TextInput
          label={m.kind}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          error={detailOf('kind')}
          value={by.contextKind}
          onChange={(event) => setBy({ contextKind: event.currentTarget.value.trim() })}
        />
        <TextInput
          label={m.attribute}
          description={m.attributeHint}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          error={detailOf('attribute')}
          value={by.attribute}
          onChange={(event) => setBy({ attribute: event.currentTarget.value.trim() })}
        />
        <TextInput
          label={m.salt}
          description={m.saltHint}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          error={detailOf('salt')}
          value={salt ?? ''}
          onChange={(event) => {
            const { salt: _, ...rest } = serve;
            const typed = event.currentTarget.value;
            onChange(typed === '' ? rest : { ...rest, salt: typed });
          }}
        />
      </div>
      {dealsAnew(serve, saved) && (
        <Alert color="orange" mt="sm" role="alert">
          {m.reshuffles}
        </Alert>
      )}
    </details>
  );
}
