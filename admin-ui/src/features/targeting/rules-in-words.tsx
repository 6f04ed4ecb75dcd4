import type { FlagConfig } from '@glidepath/core';
import { describeServing } from '@glidepath/core/change';
import type { FlagView } from '@glidepath/server/api-types';
import { Text, Title } from '@mantine/core';
import { Sentences } from '../../kit/sentence.tsx';
import { flagOf } from '../../lib/flag-model.ts';
import { targetingMessages } from './messages.ts';
import classes from './targeting-editor.module.css';

const m = targetingMessages.rules;

/** The rules as sentences, the same ones as everywhere. */
export function RulesInWords({ flag, config }: { readonly flag: FlagView; readonly config: FlagConfig }) {
  // Described as if nothing else were there, so that one line is left per rule and one for the rest.
  const alone: FlagConfig = { ...config, on: true, killed: null, targets: [], prerequisites: [] };
  const lines = describeServing(flagOf(flag), alone).slice(0, config.rules.length);
  return (
    <section className={classes.part}>
      <Title order={3} size="h5" mb="xs">
        {m.title}
      </Title>
      {lines.length === 0 ? (
        <Text size="sm" c="dimmed">
          {m.none}
        </Text>
      ) : (
        <>
          <Sentences lines={lines} label={m.title} />
          <Text size="sm" c="dimmed" mt="xs">
            {m.readOnly}
          </Text>
        </>
      )}
    </section>
  );
}
