import type { FlagConfig, Variation } from '@glidepath/core';
import { Text, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import { keysOfTarget, readKeys, type TargetingDraft, type TargetName, targetId } from './draft.ts';
import { targetingMessages } from './messages.ts';
import classes from './targeting-editor.module.css';

const m = targetingMessages.byName;
const USER = 'user';

export interface TargetsEditorProps {
  readonly config: FlagConfig;
  readonly variations: readonly Variation[];
  readonly edited: TargetingDraft['targets'];
  readonly disabled: boolean;
  readonly onChange: (target: TargetName, keys: readonly string[]) => void;
}

/** People and things named one by one, per variation. */
export function TargetsEditor({ config, variations, edited, disabled, onChange }: TargetsEditorProps) {
  return (
    <section className={classes.part}>
      <Title order={3} size="h5">
        {m.title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {m.lead}
      </Text>
      <div className={classes.targets}>
        {targetsToShow(config, variations).map((target) => (
          <KeysField
            key={targetId(target)}
            target={target}
            keys={edited[targetId(target)] ?? keysOfTarget(config, target)}
            disabled={disabled}
            onChange={(keys) => onChange(target, keys)}
          />
        ))}
      </div>
    </section>
  );
}

/** Users for every variation, and whatever other kinds are named already. */
function targetsToShow(config: FlagConfig, variations: readonly Variation[]): readonly TargetName[] {
  const users = variations.map(({ key }) => ({ contextKind: USER, variation: key }));
  const others = config.targets.filter((target) => target.contextKind !== USER);
  return [...users, ...others.map(({ contextKind, variation }) => ({ contextKind, variation }))];
}

interface KeysFieldProps {
  readonly target: TargetName;
  readonly keys: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (keys: readonly string[]) => void;
}

function KeysField({ target, keys, disabled, onChange }: KeysFieldProps) {
  const [text, setText] = useState(() => keys.join('\n'));
  const read = readKeys(text);
  const isShown = read.keys.length === keys.length && read.keys.every((key, index) => key === keys[index]);
  // Discarded or replaced from outside: what was typed is gone.
  if (!isShown) setText(keys.join('\n'));
  const counts = [m.count(read.keys.length), ...(read.duplicates > 0 ? [m.duplicates(read.duplicates)] : [])];
  return (
    <Textarea
      label={m.keysOf(target.contextKind, target.variation)}
      description={counts.join(' · ')}
      rows={Math.min(8, Math.max(2, read.keys.length))}
      spellCheck={false}
      disabled={disabled}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(readKeys(event.currentTarget.value).keys);
      }}
    />
  );
}
