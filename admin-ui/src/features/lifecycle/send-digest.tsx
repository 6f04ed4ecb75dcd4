import type { DigestPreviewView, DigestSentView } from '@glidepath/server/api-types';
import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import { useAnnounce } from '../../lib/announce.tsx';
import { lifecyclePath } from '../../lib/lifecycle-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { settingsMessages } from './settings-messages.ts';

const m = settingsMessages.send;

/** Sends the digest that is shown, whatever is due. */
export function SendDigest({ digest: { channels, messages } }: { readonly digest: DigestPreviewView }) {
  const { api, newId } = useServices();
  const { project, may } = useSession();
  const announce = useAnnounce();
  /** Of one sending; null while nobody is asked. */
  const [idempotencyKey, setKey] = useState<string | null>(null);
  const send = useMutation({
    mutationFn: (key: string) =>
      api.post<DigestSentView>(`${lifecyclePath(project)}/digest/send`, { idempotencyKey: key }),
    onSuccess() {
      announce(m.sent);
      setKey(null);
    },
  });
  const mayNot = !may('channel.edit') || channels.length === 0 || messages.length === 0;
  return (
    <div>
      <Button variant="default" size="sm" disabled={mayNot} onClick={() => setKey(newId())}>
        {m.button}
      </Button>
      {send.isSuccess && (
        <Text span size="sm" c="dimmed" ml="sm">
          {m.sent}
        </Text>
      )}
      <FormDialog
        opened={idempotencyKey !== null}
        title={m.title}
        action={m.action}
        failed={m.failed}
        creation={send}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (idempotencyKey !== null) send.mutate(idempotencyKey);
        }}
        onClose={() => {
          send.reset();
          setKey(null);
        }}
      >
        <Text>
          <Sentence text={m.effect(channels)} />
        </Text>
      </FormDialog>
    </div>
  );
}
