import type { ApiTokenView, Page } from '@glidepath/server/api-types';
import { Button, Skeleton } from '@mantine/core';
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
import { useServices } from '../../lib/services.tsx';
import { useNow } from '../../lib/use-now.ts';
import { CreateApiToken } from './create-api-token.tsx';
import { settingsMessages } from './messages.ts';

const m = settingsMessages.tokens;

function apiTokensQuery(api: Api) {
  return queryOptions({
    queryKey: ['api-tokens'],
    queryFn: ({ signal }) => api.get<Page<ApiTokenView>>('/api/v1/api-tokens', { signal }),
  });
}

/** Tokens with which scripts and pipelines use the HTTP API. */
export function ApiTokens() {
  const { api } = useServices();
  const queries = useQueryClient();
  const tokens = useQuery(apiTokensQuery(api));
  const [isCreating, setCreating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [removing, setRemoving] = useState<ApiTokenView | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: ['api-tokens'] });
  const remove = useMutation({
    mutationFn: (token: ApiTokenView) => api.remove(`/api/v1/api-tokens/${token.id}`),
    onSuccess: () => {
      setRemoving(null);
      return refresh();
    },
  });

  if (tokens.isPending) return <Skeleton height={200} />;
  if (tokens.isError) {
    return <ErrorNotice failed={m.failed} error={tokens.error} onRetry={() => void tokens.refetch()} />;
  }
  return (
    <>
      <div>
        <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setCreating(true)}>
          {m.create}
        </Button>
      </div>
      {tokens.data.items.length === 0 ? (
        <EmptyState title={m.none} />
      ) : (
        <TokenTable tokens={tokens.data.items} onRemove={setRemoving} />
      )}
      <CreateApiToken
        opened={isCreating}
        onClose={() => setCreating(false)}
        onCreated={(made) => {
          setCreating(false);
          setSecret(made);
          void refresh();
        }}
      />
      <SecretDialog title={m.secret} secret={secret} onClose={() => setSecret(null)} />
      <TypedConfirm
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        action={m.removeOf(removing?.name ?? '')}
        effect={m.removeWhy}
        word={removing?.name ?? ''}
        sending={remove.isPending}
        failure={remove.isError && <ErrorNotice failed={m.failed} error={remove.error} />}
        onConfirm={() => removing && remove.mutate(removing)}
      />
    </>
  );
}

interface TokenTableProps {
  readonly tokens: readonly ApiTokenView[];
  readonly onRemove: (token: ApiTokenView) => void;
}

function TokenTable({ tokens, onRemove }: TokenTableProps) {
  const now = useNow();
  const columns: readonly Column<ApiTokenView>[] = [
    { name: m.name, cell: (token) => token.name },
    { name: m.token, cell: (token) => <code>{`gp_api_…${token.lastFour}`}</code> },
    { name: m.role, cell: ({ role, only }) => (only === null ? role : m.onlyFor(role, only)) },
    { name: m.expires, cell: (token) => <TimeText at={token.expiresAt} now={now} /> },
    {
      name: m.actions,
      cell: (token) => (
        <Button
          size="xs"
          variant="outline"
          color="red"
          aria-label={m.removeOf(token.name)}
          onClick={() => onRemove(token)}
        >
          {m.remove}
        </Button>
      ),
    },
  ];
  return <SimpleTable label={m.list} columns={columns} rows={tokens} idOf={(token) => token.id} />;
}
