import { type FlagConfig, KIND_PATTERN, type Variation } from '@glidepath/core';
import { Button, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { TextListField } from '../../kit/text-list-field.tsx';
import { keysOfTarget, type TargetingDraft, type TargetName, targetId, targetNameOf } from './draft.ts';
import { targetingMessages } from './messages.ts';
import type { PlacedProblem } from './problem-place.ts';
import classes from './targeting-editor.module.css';

const m = targetingMessages.byName;
const USER = 'user';

export interface TargetsEditorProps {
  readonly config: FlagConfig;
  readonly variations: readonly Variation[];
  readonly edited: TargetingDraft['targets'];
  readonly problems: readonly PlacedProblem[];
  readonly disabled: boolean;
  readonly onChange: (target: TargetName, keys: readonly string[]) => void;
}

/** People and things named one by one, per variation and kind of context. */
export function TargetsEditor({ config, variations, edited, problems, disabled, onChange }: TargetsEditorProps) {
  const [more, setMore] = useState<readonly string[]>([]);
  const kinds = [...new Set([USER, ...kindsOf(config, edited), ...more])];
  return (
    <section className={classes.part}>
      <Title order={3} size="h5">
        {m.title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {m.lead}
      </Text>
      {kinds.map((contextKind) => (
        <div key={contextKind} className={classes.targets}>
          {variations.map(({ key: variation }) => {
            const target = { contextKind, variation };
            return (
              <TextListField
                key={variation}
                label={m.keysOf(contextKind, variation)}
                visibleLabel
                placeholder={m.placeholder}
                values={edited[targetId(target)] ?? keysOfTarget(config, target)}
                disabled={disabled}
                onChange={(keys) => onChange(target, keys)}
              />
            );
          })}
        </div>
      ))}
      {problems.map(({ detail }) => (
        <Text key={detail} size="sm" c="red">
          {detail}
        </Text>
      ))}
      {!disabled && <AddKind onAdd={(kind) => setMore([...more, kind])} />}
    </section>
  );
}

function kindsOf(config: FlagConfig, edited: TargetingDraft['targets']): readonly string[] {
  return [
    ...config.targets.map(({ contextKind }) => contextKind),
    ...Object.keys(edited).map((id) => targetNameOf(id).contextKind),
  ];
}

function AddKind({ onAdd }: { readonly onAdd: (kind: string) => void }) {
  const [kind, setKind] = useState('');
  const [isWrong, setWrong] = useState(false);

  function add(event: FormEvent) {
    event.preventDefault();
    const isKind = KIND_PATTERN.test(kind) && kind !== 'kind' && kind !== 'multi';
    setWrong(!isKind);
    if (!isKind) return;
    onAdd(kind);
    setKind('');
  }

  return (
    <details className={classes.addKind}>
      <summary className={classes.summary}>{m.addKind}</summary>
      <form className={classes.addKindForm} onSubmit={add} noValidate>
        <TextInput
          aria-label={m.addKind}
          description={m.addKindHint}
          inputWrapperOrder={['input', 'error', 'description']}
          autoComplete="off"
          spellCheck={false}
          error={isWrong && m.kindWrong}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value.trim())}
        />
        <Button type="submit" variant="default">
          {m.addKindAction}
        </Button>
      </form>
    </details>
  );
}
