import { Button, CopyButton, Group } from '@mantine/core';
import { IconCheck, IconLink, IconTerminal2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { flagConfigPath } from '../../lib/paths.ts';
import { curlOf } from './curl.ts';
import { type EvaluationSubject, evaluationBody } from './evaluation-queries.ts';
import { playgroundMessages } from './messages.ts';

const m = playgroundMessages.result;

/** The question as an address for people, and as a command for machines. */
export function CopyButtons({ subject }: { readonly subject: EvaluationSubject }) {
  const { project, environment, flag, context, revision } = subject;
  const url = `${location.origin}${flagConfigPath(project, environment, flag)}/evaluate`;
  return (
    <Group gap="xs">
      <Copy label={m.copyLink} text={location.href} icon={<IconLink size={16} aria-hidden />} />
      <Copy
        label={m.copyCurl}
        text={curlOf(url, evaluationBody(context, revision))}
        icon={<IconTerminal2 size={16} aria-hidden />}
      />
    </Group>
  );
}

interface CopyProps {
  readonly label: string;
  readonly text: string;
  readonly icon: ReactNode;
}

function Copy({ label, text, icon }: CopyProps) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button
          size="xs"
          variant="default"
          leftSection={copied ? <IconCheck size={16} aria-hidden /> : icon}
          onClick={copy}
        >
          {copied ? m.copied : label}
        </Button>
      )}
    </CopyButton>
  );
}
