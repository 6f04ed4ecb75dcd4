import { Group, SegmentedControl, Text, Textarea, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { UserContext } from '../../lib/user-context.ts';
import { AttributeFields } from './attribute-fields.tsx';
import { type AttributeRow, readRows, rowsOf } from './attribute-rows.ts';
import { playgroundMessages as m } from './messages.ts';
import classes from './playground.module.css';
import { parseObject } from './playground-search.ts';

export interface ContextEditorProps {
  readonly context: UserContext;
  /** Attributes that the flag asks for, to choose from. */
  readonly asked: readonly string[];
  /** Called once nobody has typed for a moment, with what can be evaluated. */
  readonly onChange: (context: UserContext) => void;
}

type Draft =
  | { readonly kind: 'rows'; readonly key: string; readonly rows: readonly AttributeRow[] }
  | { readonly kind: 'json'; readonly text: string };

const TYPING_PAUSE_MS = 300;

/** Who is asked about: key and attributes, or the whole context as JSON. */
export function ContextEditor({ context, asked, onChange }: ContextEditorProps) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(context));
  const [told, setTold] = useState<readonly string[]>([]);
  const present = JSON.stringify(context);
  const [seen, setSeen] = useState(present);
  const tell = useDebouncedCallback((next: UserContext) => {
    setTold((before) => [...before, JSON.stringify(next)]);
    onChange(next);
  }, TYPING_PAUSE_MS);
  const reading = readDraft(draft);

  if (seen !== present) {
    setSeen(present);
    // What was typed here comes back by the address; anything else was chosen elsewhere and replaces what is typed.
    if (!told.includes(present)) {
      setTold([]);
      setDraft(draftOf(context));
    }
  }

  function edit(next: Draft) {
    setDraft(next);
    const read = readDraft(next);
    if (read.kind === 'context') tell(read.context);
  }

  return (
    <section className={classes.editor} aria-label={m.context.title}>
      <Group justify="space-between" gap="xs">
        <Text fw={650}>{m.context.title}</Text>
        <SegmentedControl
          size="xs"
          aria-label={m.context.how}
          value={draft.kind}
          onChange={(kind) => setDraft(kind === 'json' ? jsonDraftOf(context) : draftOf(context))}
          data={[
            { value: 'rows', label: m.context.rows, disabled: rowsOf(context) === null },
            { value: 'json', label: m.context.json },
          ]}
        />
      </Group>
      {draft.kind === 'rows' ? (
        <>
          <TextInput
            label={m.context.key}
            autoComplete="off"
            spellCheck={false}
            value={draft.key}
            onChange={(event) => edit({ ...draft, key: event.currentTarget.value })}
          />
          <AttributeFields
            rows={draft.rows}
            unreadable={reading.kind === 'unreadable' ? reading.rows : []}
            asked={asked}
            onChange={(rows) => edit({ ...draft, rows })}
          />
        </>
      ) : (
        <Textarea
          label={m.context.whole}
          description={m.context.wholeHow}
          classNames={{ input: classes.json ?? '' }}
          rows={8}
          spellCheck={false}
          value={draft.text}
          error={reading.kind === 'unreadable' ? m.context.unreadable : null}
          onChange={(event) => edit({ kind: 'json', text: event.currentTarget.value })}
        />
      )}
    </section>
  );
}

function draftOf(context: UserContext): Draft {
  const rows = rowsOf(context);
  if (rows === null) return jsonDraftOf(context);
  return { kind: 'rows', key: typeof context['key'] === 'string' ? context['key'] : '', rows };
}

function jsonDraftOf(context: UserContext): Draft {
  return { kind: 'json', text: JSON.stringify(context, null, 2) };
}

function readDraft(draft: Draft): ReturnType<typeof readRows> {
  if (draft.kind === 'rows') return readRows(draft.key, draft.rows);
  const context = parseObject(draft.text);
  return context === null ? { kind: 'unreadable', rows: [] } : { kind: 'context', context };
}
