import { Alert, Button, Drawer, Skeleton, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconShieldCheck } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Friction } from '../lib/friction.ts';
import { DiffView } from './diff-view.tsx';
import { type EnvironmentIdentity, environmentWord } from './environment-chip.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { HoldButton } from './hold-button.tsx';
import { kitMessages as m } from './messages.ts';
import classes from './review-sheet.module.css';
import { Sentences } from './sentence.tsx';

/** What the server says a change would do. */
export type Forecast =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: unknown; readonly retry: () => void }
  | {
      readonly kind: 'ready';
      readonly summary: readonly string[];
      readonly before: readonly string[];
      readonly after: readonly string[];
      readonly towardSafe: boolean;
      readonly friction: Friction;
    };

export interface ReviewSheetProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly environment: EnvironmentIdentity;
  /** What must be typed where the friction asks for it. */
  readonly flagKey: string;
  /** The verb of the button with its place: `Save to PRODUCTION`. */
  readonly action: string;
  readonly forecast: Forecast;
  readonly sending: boolean;
  /** Why the last try failed, and what can be done about it. */
  readonly failure?: ReactNode;
  readonly onConfirm: (comment: string) => void;
}

/** The one surface on which what people are served is changed: what changes, for whom, why, and the confirmation. */
export function ReviewSheet(props: ReviewSheetProps) {
  const small = useMediaQuery('(max-width: 720px)');
  return (
    <Drawer
      opened={props.opened}
      onClose={props.onClose}
      position="right"
      size={small ? '100%' : 560}
      title={m.review.title(environmentWord(props.environment))}
      classNames={{ header: classes.header, title: classes.title }}
      mod={{ critical: props.environment.critical }}
    >
      {props.environment.critical && <div className={classes.hatch} aria-hidden="true" />}
      <Content {...props} />
    </Drawer>
  );
}

function Content(props: ReviewSheetProps) {
  const { forecast } = props;
  switch (forecast.kind) {
    case 'loading':
      return (
        <Stack aria-busy="true" aria-label={m.loading} role="status">
          <Skeleton height={22} width="60%" />
          <Skeleton height={120} />
        </Stack>
      );
    case 'failed':
      return (
        <Stack>
          <ErrorNotice failed={m.review.previewFailed} error={forecast.error} onRetry={forecast.retry} />
          {props.failure}
        </Stack>
      );
    default:
      return <Ready {...props} forecast={forecast} />;
  }
}

type ReadyProps = ReviewSheetProps & { readonly forecast: Extract<Forecast, { kind: 'ready' }> };

function Ready(props: ReadyProps) {
  const { forecast, flagKey, sending } = props;
  const { friction } = forecast;
  const [comment, setComment] = useState('');
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState(false);
  const commentMissing = friction.comment === 'required' && comment.trim() === '';
  const keyMissing = friction.typedKey && typed !== flagKey;

  function confirm() {
    setAsked(true);
    if (!commentMissing && !keyMissing && !sending) props.onConfirm(comment.trim());
  }

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        // A change that must be held is not sent by Enter in a field.
        if (friction.confirm === 'click') confirm();
      }}
    >
      <section>
        <Title order={3} size="h5" mb={6}>
          {m.review.changes}
        </Title>
        {forecast.summary.length > 0 ? (
          <Sentences lines={forecast.summary} label={m.review.changes} />
        ) : (
          <Text>{m.review.noChanges}</Text>
        )}
      </section>
      <section>
        <Title order={3} size="h5" mb={6}>
          {m.review.whoGetsWhat}
        </Title>
        <DiffView before={forecast.before} after={forecast.after} label={m.review.whoGetsWhat} />
      </section>
      {forecast.towardSafe && (
        <Alert color="green" variant="light" icon={<IconShieldCheck aria-hidden />}>
          {m.review.towardSafe}
        </Alert>
      )}
      <Textarea
        label={m.review.comment}
        description={friction.comment === 'required' ? m.review.commentRequired : m.review.commentOptional}
        required={friction.comment === 'required'}
        rows={2}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
        error={asked && commentMissing ? m.review.commentMissing : null}
      />
      {friction.typedKey && (
        <TextInput
          label={m.review.typeKey(flagKey)}
          description={m.review.typeKeyWhy}
          required
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={asked && keyMissing ? m.review.typeKeyWrong(flagKey) : null}
        />
      )}
      {props.failure}
      <div className={classes.actions}>
        <Button variant="default" size="md" onClick={props.onClose} disabled={sending}>
          {m.review.back}
        </Button>
        {friction.confirm === 'click' && (
          <Button type="submit" size="md" color={props.environment.critical ? 'red' : 'indigo'} disabled={sending}>
            {sending ? m.review.sending : props.action}
          </Button>
        )}
      </div>
      {friction.confirm === 'hold' && (
        <HoldButton
          action={props.action}
          label={sending ? m.review.sending : props.action}
          disabled={sending}
          onConfirm={confirm}
        />
      )}
    </form>
  );
}
