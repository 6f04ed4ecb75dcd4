import type { FlagView, Written } from '@glidepath/server/api-types';
import { Button, Group, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../kit/dialog.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { flagPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { actionMessages } from './action-messages.ts';
import { type BulkOutcome, inTurn, ofKind } from './bulk.ts';
import { FLAG_CHANGES } from './flag-changes.ts';
import classes from './lifecycle.module.css';
import { rehearse } from './rehearse.ts';
import { useEverywhere } from './use-flag-change.ts';

const m = actionMessages.bulk;
const TRIES = 3;
const { instruction } = FLAG_CHANGES.archive;

export interface BulkArchiveProps {
  readonly flags: readonly string[];
  readonly onClear: () => void;
}

/** What is selected, and the one thing that can be done about all of it. */
export function BulkArchive({ flags, onClear }: BulkArchiveProps) {
  const { may } = useSession();
  const [asked, setAsked] = useState<readonly string[] | null>(null);
  return (
    <section className={classes.bulk} aria-label={m.label}>
      <Text span fw={600} role="status">
        {m.selected(flags.length)}
      </Text>
      <Group gap="xs">
        <Button disabled={!may('flag.edit')} onClick={() => setAsked(flags)}>
          {m.archive}
        </Button>
        <Button variant="subtle" color="gray" onClick={onClear}>
          {m.clear}
        </Button>
      </Group>
      {asked && <BulkDialog flags={asked} onClose={() => setAsked(null)} onDone={onClear} />}
    </section>
  );
}

interface BulkDialogProps {
  /** As they were when the dialog was opened. */
  readonly flags: readonly string[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function BulkDialog({ flags, onClose, onDone }: BulkDialogProps) {
  const { api } = useServices();
  const { project } = useSession();
  const [comment, setComment] = useState('');
  const [isAsked, setAsked] = useState(false);
  const { critical } = useEverywhere();
  const check = useQuery({
    queryKey: ['bulk-rehearsal', project, flags],
    queryFn: ({ signal }) =>
      inTurn(flags, {
        async act(flag) {
          const { typedBecause } = await rehearse(api, { project, flag, instruction, signal });
          return { needsTyping: typedBecause !== null };
        },
      }),
    gcTime: 0,
    retry: false,
  });
  const { work, done } = useBulkArchive();
  const ready = check.data ? ofKind(check.data, 'done').length : 0;
  const isCommentMissing = critical && comment.trim() === '';

  function close() {
    if (work.isSuccess) onDone();
    onClose();
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setAsked(true);
    if (!isCommentMissing && check.data) work.mutate({ checked: check.data, comment: comment.trim() });
  }

  return (
    <Dialog opened onClose={close} title={m.title(flags.length)} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack>
          {check.isPending && <Skeleton height={80} role="status" aria-label={m.checking} />}
          {check.isError && (
            <ErrorNotice failed={m.checkFailed} error={check.error} onRetry={() => void check.refetch()} />
          )}
          {check.data && !work.data && <Counts outcomes={check.data} done={m.will} refused={m.refused} />}
          {work.data && <Counts outcomes={work.data} done={m.done} refused={m.failed} />}
          {!work.data && (
            <>
              <Text size="sm">{m.net}</Text>
              <Textarea
                label={m.comment}
                required={critical}
                rows={2}
                value={comment}
                onChange={(event) => setComment(event.currentTarget.value)}
                error={isAsked && isCommentMissing ? m.commentMissing : null}
              />
            </>
          )}
          <Group justify="space-between">
            <Button variant="default" onClick={close}>
              {work.isSuccess ? m.close : m.cancel}
            </Button>
            {!work.isSuccess && (
              <Button type="submit" disabled={ready === 0 || work.isPending}>
                {work.isPending ? m.working(done, ready) : m.action(ready)}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

interface Order {
  readonly checked: readonly BulkOutcome[];
  readonly comment: string;
}

/** Archives what was not left out, and tells how far it is. */
function useBulkArchive() {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const [done, setDone] = useState(0);
  const work = useMutation({
    async mutationFn({ checked, comment }: Order): Promise<readonly BulkOutcome[]> {
      const body = { instructions: [instruction(null)], ...(comment !== '' && { comment }) };
      const ready = ofKind(checked, 'done').map(({ flag }) => flag);
      const outcomes = await inTurn(ready, {
        async act(flag) {
          const sent = { body, idempotencyKey: newId(), tries: TRIES };
          await api.patch<Written<FlagView>>(flagPath(project, flag), sent);
          return { needsTyping: false };
        },
        onStep: setDone,
      });
      return [...outcomes, ...checked.filter(({ kind }) => kind !== 'done')];
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['lifecycle', project] }),
        queries.invalidateQueries({ queryKey: ['flags', project] }),
        queries.invalidateQueries({ queryKey: ['flag', project] }),
      ]),
  });
  return { work, done };
}

interface CountsProps {
  readonly outcomes: readonly BulkOutcome[];
  readonly done: (count: number) => string;
  readonly refused: (count: number) => string;
}

/** Three counts, and why some are not done. */
function Counts({ outcomes, done, refused }: CountsProps) {
  const refusals = ofKind(outcomes, 'refused');
  const typed = ofKind(outcomes, 'typed');
  return (
    <div role="status">
      <ul className={classes.counted}>
        <li>{done(ofKind(outcomes, 'done').length)}</li>
        <li>
          {m.typed(typed.length)}
          {typed.length > 0 && <>: {typed.map(({ flag }) => flag).join(', ')}</>}
        </li>
        <li>
          {refused(refusals.length)}
          {refusals.length > 0 && (
            <ul>
              {refusals.map(({ flag, why }) => (
                <li key={flag}>
                  {flag}: <Sentence text={why} />
                </li>
              ))}
            </ul>
          )}
        </li>
      </ul>
    </div>
  );
}
