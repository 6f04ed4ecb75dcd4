import { Button, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { MarkdownText } from '../../kit/markdown-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useKept } from '../../lib/kept.ts';
import { useSession } from '../../lib/session.tsx';
import { absoluteTime } from '../../lib/time.ts';
import classes from './incident.module.css';
import type { IncidentPartProps } from './incident-facts.tsx';
import { incidentMessages } from './messages.ts';
import { useIncidentStep } from './use-incident-step.ts';

const m = incidentMessages.notes;

/** What people wrote down, in the order in which they did: each line has an address. */
export function IncidentNotes({ incident: { id, notes }, disabled }: IncidentPartProps) {
  return (
    <TitledPart title={m.title}>
      {notes.length === 0 ? (
        <Text c="dimmed" mb="md">
          {m.none}
        </Text>
      ) : (
        <ol className={classes.notes}>
          {notes.map((note) => {
            const at = absoluteTime(Date.parse(note.at));
            return (
              <li key={note.id} id={`note-${note.id}`} className={classes.note}>
                <span className={classes.noteHead}>
                  <a href={`#note-${note.id}`} aria-label={m.link(at)}>
                    <time dateTime={note.at}>{at}</time>
                  </a>
                  <span>{note.by}</span>
                </span>
                <MarkdownText text={note.text} />
              </li>
            );
          })}
        </ol>
      )}
      <AddNote id={id} disabled={disabled} />
    </TitledPart>
  );
}

function AddNote({ id, disabled }: { readonly id: string; readonly disabled: boolean }) {
  const { project } = useSession();
  const [kept, keep] = useKept<string>(`note ${project} ${id}`);
  const [text, setText] = useState(kept ?? '');
  const write = (next: string) => {
    setText(next);
    keep(next === '' ? null : next);
  };
  const step = useIncidentStep(id, () => write(''));

  function submit(event: FormEvent) {
    event.preventDefault();
    if (text.trim() !== '' && !step.isPending) step.mutate({ kind: 'note', text: text.trim() });
  }

  return (
    <form onSubmit={submit}>
      <Textarea
        label={m.text}
        description={m.hint}
        rows={3}
        disabled={disabled}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
      />
      {step.isError && <ErrorNotice failed={m.failed} error={step.error} />}
      <Button type="submit" mt="sm" disabled={disabled || step.isPending || text.trim() === ''}>
        {m.add}
      </Button>
    </form>
  );
}
