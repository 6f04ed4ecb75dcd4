import type { ReleasePolicyView, Written } from '@glidepath/server/api-types';
import { Button, Group, Skeleton, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../kit/empty-state.tsx';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TypedConfirm } from '../../kit/typed-confirm.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { policiesPath, policiesQuery } from './deploy-queries.ts';
import { deployMessages } from './messages.ts';
import { PolicyDialog } from './policy-dialog.tsx';

const m = deployMessages.policies;

/** Which deploys start which rollouts. */
export function Policies() {
  const { api, newId } = useServices();
  const { project, may } = useSession();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(policiesQuery(api, project));
  const [edited, setEdited] = useState<ReleasePolicyView | 'new' | null>(null);
  const [removing, setRemoving] = useState<ReleasePolicyView | null>(null);
  const mayEdit = may('plan.edit');
  const refresh = () => queries.invalidateQueries({ queryKey: ['release-policies', project] });
  const turn = useMutation({
    mutationFn: ({ id, revision, isEnabled }: ReleasePolicyView) =>
      api.patch<Written<ReleasePolicyView>>(`${policiesPath(project)}/${id}`, {
        body: { isEnabled: !isEnabled },
        revision,
        idempotencyKey: newId(),
      }),
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: ({ id }: ReleasePolicyView) =>
      api.remove(`${policiesPath(project)}/${id}`, { idempotencyKey: newId() }),
    onSuccess() {
      setRemoving(null);
      return refresh();
    },
  });

  if (!data) {
    if (error) return <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />;
    return <Skeleton height={200} />;
  }
  return (
    <>
      <Text c="dimmed">{m.lead}</Text>
      <Group>
        <Button leftSection={<IconPlus size={18} aria-hidden />} disabled={!mayEdit} onClick={() => setEdited('new')}>
          {m.create}
        </Button>
        {!mayEdit && <Text c="dimmed">{m.mayNot}</Text>}
      </Group>
      {turn.isError && <ErrorNotice failed={m.changeFailed} error={turn.error} />}
      {data.items.length === 0 ? (
        <EmptyState title={m.none}>
          <p>{m.noneWhy}</p>
        </EmptyState>
      ) : (
        <SimpleTable
          label={m.list}
          columns={[
            ...COLUMNS,
            {
              name: m.actions,
              cell: (policy) => (
                <Actions
                  policy={policy}
                  disabled={!mayEdit || turn.isPending}
                  onEdit={() => setEdited(policy)}
                  onTurn={() => turn.mutate(policy)}
                  onRemove={() => setRemoving(policy)}
                />
              ),
            },
          ]}
          rows={data.items}
          idOf={({ id }) => id}
        />
      )}
      {edited && <PolicyDialog policy={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
      {removing && (
        <TypedConfirm
          opened
          onClose={() => {
            remove.reset();
            setRemoving(null);
          }}
          action={m.removeOf(removing.name)}
          effect={m.removeWhy}
          word={removing.name}
          sending={remove.isPending}
          failure={remove.isError && <ErrorNotice failed={m.changeFailed} error={remove.error} />}
          onConfirm={() => remove.mutate(removing)}
        />
      )}
    </>
  );
}

const COLUMNS: readonly Column<ReleasePolicyView>[] = [
  { name: m.name, cell: ({ name }) => name },
  {
    name: m.isEnabled,
    cell: ({ isEnabled }) => <StatusMark state={isEnabled ? 'on' : 'off'} label={isEnabled ? m.on : m.off} />,
  },
  { name: m.environment, cell: ({ environment }) => <EnvironmentName environment={environment} /> },
  { name: m.releases, cell: ({ tag, service }) => <Sentence text={m.what(tag, service ?? m.anyService)} /> },
  {
    name: m.manner,
    cell: ({ template, coverage, delayMinutes }) => <Sentence text={m.how(template, coverage, delayMinutes)} />,
  },
];

interface ActionsProps {
  readonly policy: ReleasePolicyView;
  readonly disabled: boolean;
  readonly onEdit: () => void;
  readonly onTurn: () => void;
  readonly onRemove: () => void;
}

function Actions({ policy: { name, isEnabled }, disabled, onEdit, onTurn, onRemove }: ActionsProps) {
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" disabled={disabled} aria-label={m.editOf(name)} onClick={onEdit}>
        {m.edit}
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={disabled}
        aria-label={isEnabled ? m.turnOffOf(name) : m.turnOnOf(name)}
        onClick={onTurn}
      >
        {isEnabled ? m.turnOff : m.turnOn}
      </Button>
      <Button
        size="xs"
        variant="outline"
        color="red"
        disabled={disabled}
        aria-label={m.removeOf(name)}
        onClick={onRemove}
      >
        {m.remove}
      </Button>
    </Group>
  );
}
