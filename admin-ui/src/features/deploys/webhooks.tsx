import type { Created, IntegrationView } from '@glidepath/server/api-types';
import { Button, Group, Skeleton, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../kit/empty-state.tsx';
import { EnvironmentName } from '../../kit/environment-name.tsx';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { TimeText } from '../../kit/time-text.tsx';
import { TypedConfirm } from '../../kit/typed-confirm.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { CreateWebhook } from './create-webhook.tsx';
import { integrationsPath, integrationsQuery } from './deploy-queries.ts';
import { deployMessages } from './messages.ts';
import { type ShownWebhook, WebhookDialog } from './webhook-dialog.tsx';

const m = deployMessages.webhooks;

type Step = { readonly verb: 'rotate' | 'revoke'; readonly webhook: IntegrationView };

/** Systems that report deploys. A secret is shown once, with what to do with it. */
export function Webhooks() {
  const { api } = useServices();
  const { project, may } = useSession();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(integrationsQuery(api, project));
  const [isCreating, setCreating] = useState(false);
  const [shown, setShown] = useState<ShownWebhook | null>(null);
  const [step, setStep] = useState<Step | null>(null);
  const mayEdit = may('integration.edit');

  function show({ document, secret }: Created<IntegrationView>) {
    setShown({ ...document, secret });
    void queries.invalidateQueries({ queryKey: ['integrations', project] });
  }

  if (!data) {
    if (error) return <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />;
    return <Skeleton height={200} />;
  }
  return (
    <>
      <Text c="dimmed">{m.lead}</Text>
      <Group>
        <Button leftSection={<IconPlus size={18} aria-hidden />} disabled={!mayEdit} onClick={() => setCreating(true)}>
          {m.create}
        </Button>
        {!mayEdit && <Text c="dimmed">{m.mayNot}</Text>}
      </Group>
      {data.items.length === 0 ? (
        <EmptyState title={m.none}>
          <p>{m.noneWhy}</p>
        </EmptyState>
      ) : (
        <WebhookTable
          webhooks={data.items}
          mayEdit={mayEdit}
          onStep={setStep}
          onShow={(webhook) => setShown({ ...webhook, secret: null })}
        />
      )}
      {isCreating && (
        <CreateWebhook
          onClose={() => setCreating(false)}
          onCreated={(made) => {
            setCreating(false);
            show(made);
          }}
        />
      )}
      {step && <StepDialog step={step} onClose={() => setStep(null)} onSecret={show} />}
      {shown && <WebhookDialog webhook={shown} onClose={() => setShown(null)} />}
    </>
  );
}

interface StepDialogProps {
  readonly step: Step;
  readonly onClose: () => void;
  readonly onSecret: (made: Created<IntegrationView>) => void;
}

function StepDialog({ step: { verb, webhook }, onClose, onSecret }: StepDialogProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const [idempotencyKey] = useState(newId);
  const path = `${integrationsPath(project)}/${webhook.id}`;
  const take = useMutation({
    async mutationFn(): Promise<Created<IntegrationView> | null> {
      if (verb === 'rotate') return api.post<Created<IntegrationView>>(`${path}/rotate`, { body: {}, idempotencyKey });
      await api.remove(path, { idempotencyKey });
      return null;
    },
    onSuccess(made) {
      onClose();
      if (made !== null) onSecret(made);
      return queries.invalidateQueries({ queryKey: ['integrations', project] });
    },
  });
  const isRevoked = verb === 'revoke';
  return (
    <TypedConfirm
      opened
      onClose={onClose}
      action={isRevoked ? m.revokeOf(webhook.name) : m.rotateOf(webhook.name)}
      effect={isRevoked ? m.revokeWhy : m.rotateWhy}
      word={webhook.name}
      sending={take.isPending}
      failure={take.isError && <ErrorNotice failed={m.changeFailed} error={take.error} />}
      onConfirm={() => take.mutate()}
    />
  );
}

interface WebhookTableProps {
  readonly webhooks: readonly IntegrationView[];
  readonly mayEdit: boolean;
  readonly onStep: (step: Step) => void;
  readonly onShow: (webhook: IntegrationView) => void;
}

function WebhookTable({ webhooks, mayEdit, onStep, onShow }: WebhookTableProps) {
  const now = useNow();
  const columns: readonly Column<IntegrationView>[] = [
    { name: m.name, cell: ({ name }) => name },
    { name: m.kind, cell: ({ kind }) => m.kinds[kind] },
    { name: m.for, cell: (webhook) => <Subject webhook={webhook} /> },
    { name: m.secret, cell: ({ lastFour }) => <code>{`…${lastFour}`}</code> },
    {
      name: m.used,
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? m.never : <TimeText at={lastUsedAt} now={now} />),
    },
    {
      name: m.actions,
      cell: (webhook) => (
        <Group gap="xs">
          <Button size="xs" variant="default" aria-label={m.howToOf(webhook.name)} onClick={() => onShow(webhook)}>
            {m.howTo}
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={!mayEdit}
            aria-label={m.rotateOf(webhook.name)}
            onClick={() => onStep({ verb: 'rotate', webhook })}
          >
            {m.rotate}
          </Button>
          <Button
            size="xs"
            variant="outline"
            color="red"
            disabled={!mayEdit}
            aria-label={m.revokeOf(webhook.name)}
            onClick={() => onStep({ verb: 'revoke', webhook })}
          >
            {m.revoke}
          </Button>
        </Group>
      ),
    },
  ];
  return <SimpleTable label={m.list} columns={columns} rows={webhooks} idOf={({ id }) => id} />;
}

function Subject({ webhook: { service, environment } }: { readonly webhook: IntegrationView }) {
  if (service === null && environment === null) return m.asMessage;
  return (
    <>
      {service} {environment !== null && <EnvironmentName environment={environment} />}
    </>
  );
}
