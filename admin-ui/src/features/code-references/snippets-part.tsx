import type { FlagWithEnvironments } from '@glidepath/server/api-types';
import { Code, Group, SegmentedControl, Text } from '@mantine/core';
import { useState } from 'react';
import { CopyText } from '../../kit/copy-text.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import classes from './code-references.module.css';
import { codeMessages } from './messages.ts';
import { type Snippet, snippetsOf } from './snippets.ts';

const m = codeMessages.snippets;

/** How code asks for the flag, for each SDK that can. */
export function Snippets({ flag }: { readonly flag: FlagWithEnvironments }) {
  const snippets = snippetsOf(flag, location.origin);
  const [chosen, setChosen] = useState<Snippet['id']>('node');
  const snippet = snippets.find(({ id }) => id === chosen) ?? snippets[0];
  return (
    <TitledPart title={m.title}>
      <div className={classes.repository}>
        <Group justify="space-between" gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={m.language}
            data={snippets.map(({ id, name }) => ({ value: id, label: name }))}
            value={chosen}
            onChange={(id) => setChosen(id as Snippet['id'])}
          />
          <CopyText label={m.copy} text={snippet?.code ?? ''} />
        </Group>
        {/* A long line is scrolled to by keyboard too. */}
        <Code block className={classes.snippet} tabIndex={0}>
          {snippet?.code}
        </Code>
        <Text size="sm" c="dimmed">
          {m.key}
        </Text>
      </div>
    </TitledPart>
  );
}
