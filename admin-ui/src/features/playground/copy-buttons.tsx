import { Group } from '@mantine/core';
import { IconLink, IconTerminal2 } from '@tabler/icons-react';
import { CopyText } from '../../kit/copy-text.tsx';
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
      <CopyText label={m.copyLink} text={location.href} icon={<IconLink size={16} aria-hidden />} />
      <CopyText
        label={m.copyCurl}
        text={curlOf(url, evaluationBody(context, revision))}
        icon={<IconTerminal2 size={16} aria-hidden />}
      />
    </Group>
  );
}
