import { Alert, Button, CopyButton, Drawer, Skeleton, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCheck, IconMarkdown, IconShieldCheck } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Friction } from '../lib/friction.ts';
import { Difference } from './difference.tsx';
import { type EnvironmentIdentity, environmentWord } from './environment-chip.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { HoldButton } from './hold-button.tsx';
import type { Documents } from './json-diff.tsx';
import { kitMessages as m } from './messages.ts';
import { reviewMarkdown } from './review-markdown.ts';
import { type ReviewSection, ReviewSections } from './review-sections.tsx';
import classes from './review-sheet.module.css';
import { Sentences } from './sentence.tsx';

/** What the server says a change would do. */
export type Forecast =
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      readonly retry: () => void;
      /** What this page works out by itself, where the change may be made without the server's forecast. */
      readonly standIn?: ReadyForecast | null;
    }
  | ReadyForecast;

export interface ReadyForecast {
  readonly kind: 'ready';
  readonly summary: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly towardSafe: boolean;
  readonly friction: Friction;
  readonly details?: ReviewDetails | null;
}

/** What is known about a change beyond who gets what. */
export interface ReviewDetails {
  /** Which document, from which revision to which: `checkout · v43 → v44`. */
  readonly heading: string;
  /** Why the key must be typed, where that is not how many people it reaches. */
  readonly typedBecause?: string;
  /** What the states before and after answer, where that is not who gets what. */
  readonly question?: string;
  /** Whom it moves, what it takes down, what is odd about it. */
  readonly sections: readonly ReviewSection[];
  /** The stored state before and after. */
  readonly documents: Documents | null;
}

export interface ReviewSheetProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly environment: EnvironmentIdentity;
  /** What must be typed where the friction asks for it. */
  readonly flagKey: string;
  /** The verb of the button with its place: `Save to PRODUCTION`. */
  readonly action: string;
  readonly forecast: Forecast;
  /** What is still to be chosen, above what it would do. */
  readonly choice?: ReactNode;
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
      size={small ? '100%' : 640}
      title={m.review.title(environmentWord(props.environment))}
      classNames={{ header: classes.header, title: classes.title }}
      mod={{ critical: props.environment.critical }}
    >
      {props.environment.critical && <div className={classes.hatch} aria-hidden="true" />}
      {props.choice && <div className={classes.choice}>{props.choice}</div>}
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
          <ErrorNotice
            failed={forecast.standIn ? m.review.previewMissing : m.review.previewFailed}
            error={forecast.error}
            onRetry={forecast.retry}
          />
          {forecast.standIn ? <Ready {...props} forecast={forecast.standIn} /> : props.failure}
        </Stack>
      );
    default:
      return <Ready {...props} forecast={forecast} />;
  }
}

type ReadyProps = ReviewSheetProps & { readonly forecast: ReadyForecast };

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
      <Heading environment={props.environment} flagKey={flagKey} forecast={forecast} />
      <Changes forecast={forecast} />
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
          description={forecast.details?.typedBecause ?? m.review.typeKeyWhy}
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

type HeadingProps = Pick<ReadyProps, 'environment' | 'flagKey' | 'forecast'>;

/** Which revision of what is changed, and its text for a pull request or a chat. */
function Heading({ environment, flagKey, forecast }: HeadingProps) {
  const { summary, before, after, details } = forecast;
  const heading = details?.heading ?? flagKey;
  const markdown = reviewMarkdown({
    heading: `${heading} · ${environmentWord(environment)}`,
    summary,
    ...(details?.question === undefined ? {} : { question: details.question }),
    before,
    after,
    sections: details?.sections ?? [],
  });
  return (
    <div className={classes.heading}>
      <Text span fw={650} className={classes.subject}>
        {heading}
      </Text>
      <CopyButton value={markdown}>
        {({ copied, copy }) => (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconMarkdown size={16} aria-hidden />}
            onClick={copy}
          >
            {copied ? m.review.copied : m.review.copyMarkdown}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

function Changes({ forecast }: Pick<ReadyProps, 'forecast'>) {
  const question = forecast.details?.question ?? m.review.whoGetsWhat;
  return (
    <>
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
          {question}
        </Title>
        <Difference
          before={forecast.before}
          after={forecast.after}
          documents={forecast.details?.documents ?? null}
          label={question}
        />
      </section>
      <ReviewSections sections={forecast.details?.sections ?? []} />
    </>
  );
}
