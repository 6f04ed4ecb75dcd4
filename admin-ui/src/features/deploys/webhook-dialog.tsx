import { Button, Checkbox, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../../kit/dialog.tsx';
import { Sentence } from '../../kit/sentence.tsx';
import classes from './deploys.module.css';
import { deployMessages } from './messages.ts';
import { type HookSubject, setUpSteps } from './set-up-steps.ts';

const m = deployMessages.webhooks.shown;

export interface ShownWebhook extends HookSubject {
  readonly name: string;
  readonly path: string;
  /** Null where it was shown before: then only the way to set it up is. */
  readonly secret: string | null;
}

interface WebhookDialogProps {
  readonly webhook: ShownWebhook;
  readonly onClose: () => void;
}

/** What to paste where: the address, a new secret once, and the steps over there. */
export function WebhookDialog({ webhook, onClose }: WebhookDialogProps) {
  const [isStored, setStored] = useState(false);
  const { name, path, secret } = webhook;
  const address = `${location.origin}${path}`;
  const isLocked = secret !== null;
  return (
    <Dialog
      opened
      onClose={onClose}
      title={isLocked ? m.title(name) : deployMessages.webhooks.howToOf(name)}
      size="xl"
      closeOnEscape={!isLocked}
      closeOnClickOutside={!isLocked}
      withCloseButton={!isLocked}
    >
      <Stack>
        {isLocked && <Text>{m.once}</Text>}
        <Copied name={m.address} text={address} />
        {secret !== null && <Copied name={m.secret} text={secret} />}
        <div>
          <Text fw={600}>{m.steps}</Text>
          <ol className={classes.steps}>
            {setUpSteps(webhook, address).map(({ text, code }) => (
              <li key={text}>
                <Sentence text={text} />
                {code !== undefined && <Block name={text.replaceAll('`', '')} text={code} />}
              </li>
            ))}
          </ol>
        </div>
        {isLocked && (
          <Group justify="space-between">
            <Checkbox
              label={m.stored}
              checked={isStored}
              onChange={(event) => setStored(event.currentTarget.checked)}
            />
            <Button disabled={!isStored} onClick={onClose}>
              {m.close}
            </Button>
          </Group>
        )}
      </Stack>
    </Dialog>
  );
}

interface CopiedProps {
  readonly name: string;
  readonly text: string;
}

function Copied({ name, text }: CopiedProps) {
  return (
    <div>
      <Text fw={600}>{name}</Text>
      <Block name={name} text={text} />
    </div>
  );
}

function Block({ name, text }: CopiedProps) {
  return (
    <div>
      <Code block className={classes.secret}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-sm" variant="subtle" aria-label={m.copyOf(name)} onClick={copy}>
            {copied ? m.copied : m.copy}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
