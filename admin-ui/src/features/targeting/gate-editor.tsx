import type { Variation } from '@glidepath/core';
import { Badge, Group, NativeSelect, SegmentedControl, Text, Title } from '@mantine/core';
import { targetingMessages as m } from './messages.ts';
import classes from './targeting-editor.module.css';

export interface GateEditorProps {
  readonly on: boolean;
  readonly offVariation: string;
  readonly variations: readonly Variation[];
  readonly mayToggle: boolean;
  readonly mayEdit: boolean;
  readonly onToggle: (on: boolean) => void;
  readonly onOffVariation: (variation: string) => void;
}

/** Whether the flag does anything at all, and what everyone gets while it does not. */
export function GateEditor(props: GateEditorProps) {
  return (
    <section className={classes.part}>
      <Group gap="md">
        <Title order={3} size="h5">
          {m.flagIs}
        </Title>
        <SegmentedControl
          aria-label={m.flagIs}
          disabled={!props.mayToggle}
          value={props.on ? 'on' : 'off'}
          onChange={(value) => props.onToggle(value === 'on')}
          data={[
            { value: 'on', label: m.on },
            { value: 'off', label: m.off },
          ]}
        />
      </Group>
      <Group gap="xs" mt="xs">
        <Text span size="sm">
          {m.ifOff}
        </Text>
        <NativeSelect
          size="sm"
          aria-label={m.ifOff}
          disabled={!props.mayEdit}
          data={props.variations.map(({ key }) => key)}
          value={props.offVariation}
          onChange={(event) => props.onOffVariation(event.currentTarget.value)}
        />
        <Badge variant="light" color="green" tt="none">
          {m.safe}
        </Badge>
      </Group>
    </section>
  );
}
