import type { Created, Page, SdkKeyView } from '@glidepath/server/api-types';
import { Button, Group, Skeleton, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../kit/empty-state.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { SecretDialog } from '../../kit/secret-dialog.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TypedConfirm } from '../../kit/typed-confirm.tsx';
import type { Api } from '../../lib/api.ts';
import { environmentPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { CreateSdkKey } from './create-sdk-key.tsx';
import { settingsMessages } from './messages.ts';

const m = settingsMessages.keys;
const PREFIXES = { server: 'gp_srv_', client: 'gp_cli_' } as const;

function sdkKeysQuery(api: Api, project: string, environment: string) {
  return queryOptions({
    queryKey: ['sdk-keys', project, environment],
    queryFn: ({ signal }) => api.get<Page<SdkKeyView>>(`${environmentPath(project, environment)}/sdk-keys`, { signal }),
  });
}

type Step = { readonly verb: 'rotate' | 'revoke'; readonly key: SdkKeyView };

/** The SDK keys of one environment. Secrets are shown once; afterwards their last four characters. */
export function SdkKeys({ environment }: { readonly environment: string }) {
  const { api, newId } = useServices();
  const { project, may } = useSession();
  const queries = useQueryClient();
  const keys = useQuery(sdkKeysQuery(api, project, environment));
  const [isCreating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [step, setStep] = useState<Step | null>(null);
  const mayEdit = may('key.edit');

  const refresh = () => queries.invalidateQueries({ queryKey: ['sdk-keys', project, environment] });
  const take = useMutation({
    mutationFn: async ({ verb, key }: Step): Promise<string | null> => {
      const path = `${environmentPath(project, environment)}/sdk-keys/${key.id}`;
      if (verb === 'revoke') {
        await api.remove(path, { idempotencyKey: newId() });
        return null;
      }
      return (await api.post<Created<SdkKeyView>>(`${path}/rotate`, { body: {}, idempotencyKey: newId() })).secret;
    },
    onSuccess: (made) => {
      setSecret(made);
      setStep(null);
      return refresh();
    },
  });

  if (keys.isPending) return <Skeleton height={200} />;
  if (keys.isError) return <ErrorNotice failed={m.failed} error={keys.error} onRetry={() => void keys.refetch()} />;
  return (
    <>
      <Group>
        <Button leftSection={<IconPlus size={18} aria-hidden />} disabled={!mayEdit} onClick={() => setCreating(true)}>
          {m.create}
        </Button>
        {!mayEdit && <Text c="dimmed">{settingsMessages.mayNot}</Text>}
      </Group>
      {keys.data.items.length === 0 ? (
        <EmptyState title={m.none} />
      ) : (
        <KeyTable keys={keys.data.items} mayEdit={mayEdit} onStep={setStep} />
      )}
      <CreateSdkKey
        opened={isCreating}
        environment={environment}
        onClose={() => setCreating(false)}
        onCreated={(made) => {
          setCreating(false);
          setSecret(made);
          void refresh();
        }}
      />
      <SecretDialog title={m.secret} secret={secret} onClose={() => setSecret(null)} />
      <TypedConfirm
        opened={step !== null}
        onClose={() => {
          take.reset();
          setStep(null);
        }}
        action={step?.verb === 'revoke' ? m.revokeOf(step.key.name) : m.rotateOf(step?.key.name ?? '')}
        effect={step?.verb === 'revoke' ? m.revokeWhy : m.rotateWhy}
        word={step?.key.name ?? ''}
        sending={take.isPending}
        failure={take.isError && <ErrorNotice failed={m.createFailed} error={take.error} />}
        onConfirm={() => step && take.mutate(step)}
      />
    </>
  );
}

interface KeyTableProps {
  readonly keys: readonly SdkKeyView[];
  readonly mayEdit: boolean;
  readonly onStep: (step: Step) => void;
}

function KeyTable({ keys, mayEdit, onStep }: KeyTableProps) {
  const now = useNow();
  const columns: readonly Column<SdkKeyView>[] = [
    { name: m.name, cell: (key) => key.name },
    { name: m.key, cell: (key) => <code>{`${PREFIXES[key.kind]}…${key.lastFour}`}</code> },
    {
      name: m.kind,
      cell: (key) => (
        <>
          {m.kinds[key.kind]}
          {key.origins.length > 0 && (
            <Text size="sm" c="dimmed">
              {key.origins.join(', ')}
            </Text>
          )}
        </>
      ),
    },
    { name: m.created, cell: (key) => <TimeText at={key.createdAt} now={now} /> },
    { name: m.expires, cell: (key) => (key.expiresAt === null ? m.never : <TimeText at={key.expiresAt} now={now} />) },
    {
      name: m.actions,
      cell: (key) => (
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            disabled={!mayEdit}
            aria-label={m.rotateOf(key.name)}
            onClick={() => onStep({ verb: 'rotate', key })}
          >
            {m.rotate}
          </Button>
          <Button
            size="xs"
            variant="outline"
            color="red"
            disabled={!mayEdit}
            aria-label={m.revokeOf(key.name)}
            onClick={() => onStep({ verb: 'revoke', key })}
          >
            {m.revoke}
          </Button>
        </Group>
      ),
    },
  ];
  return <SimpleTable label={m.list} columns={columns} rows={keys} idOf={(key) => key.id} />;
}
