import { Button, List, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Sentence } from '../../kit/sentence.tsx';
import type { Friction } from '../../lib/friction.ts';
import classes from './confirm-dialog.module.css';
import { rolloutMessages } from './messages.ts';

const m = rolloutMessages.confirm;

export interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** The verb with its object and place; also the button's text. */
  readonly action: string;
  /** What it leads to, in numbers. */
  readonly effect: string;
  /** What is left out by doing it now; null where nothing could be. */
  readonly skipped: readonly string[] | null;
  readonly friction: Friction;
  /** What is typed where the friction asks for it, or something is skipped. */
  readonly word: string;
  readonly isCritical: boolean;
  readonly sending: boolean;
  readonly failure: ReactNode;
  /** `typed` is null where nothing had to be typed. */
  readonly onConfirm: (comment: string, typed: string | null) => void;
}

/** Before more people get something: what it leads to, what is skipped, why, and the key where that matters. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.action} size="lg">
      <Content {...props} />
    </Modal>
  );
}

function Content(props: ConfirmDialogProps) {
  const { effect, skipped, friction, word, sending } = props;
  const [comment, setComment] = useState('');
  const [typed, setTyped] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isTyped = friction.typedKey || (skipped !== null && skipped.length > 0);
  const isReasoned = friction.comment === 'required';
  const commentMissing = isReasoned && comment.trim() === '';
  const wordMissing = isTyped && typed !== word;

  function submit(event: FormEvent) {
    event.preventDefault();
    setAsked(true);
    if (!commentMissing && !wordMissing && !sending) props.onConfirm(comment.trim(), isTyped ? typed : null);
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text>
          <Sentence text={effect} />
        </Text>
        {skipped !== null && <Skipped lines={skipped} />}
        <Textarea
          label={m.comment}
          description={isReasoned ? m.commentRequired : m.commentOptional}
          required={isReasoned}
          rows={2}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          error={isAsked && commentMissing ? m.commentMissing : null}
        />
        {isTyped && (
          <TextInput
            label={m.type(word)}
            required
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={isAsked && wordMissing ? m.typeWrong(word) : null}
          />
        )}
        {props.failure}
        <div className={classes.actions}>
          <Button variant="default" size="md" onClick={props.onClose}>
            {m.cancel}
          </Button>
          <Button type="submit" size="md" color={props.isCritical ? 'red' : 'indigo'} disabled={sending}>
            {sending ? rolloutMessages.actions.sending : props.action}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

function Skipped({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return <Text>{m.skipsNothing}</Text>;
  return (
    <div>
      <Text fw={600}>{m.skips}</Text>
      <List>
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </div>
  );
}
