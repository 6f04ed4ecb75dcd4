import { Button, Text, Title } from '@mantine/core';
import { LazyJsonEditor } from '../../kit/lazy-json-editor.tsx';
import { variationMessages as m } from './messages.ts';
import type { SharedProblem } from './variation-draft.ts';
import classes from './variations.module.css';

const NEW_SCHEMA = `${JSON.stringify({ type: 'object', properties: {}, required: [] }, null, 2)}`;

export interface SchemaEditorProps {
  readonly text: string;
  readonly problems: readonly SharedProblem[];
  readonly disabled: boolean;
  readonly onChange: (text: string) => void;
}

/** The JSON Schema that all values of the flag must satisfy. */
export function SchemaEditor({ text, problems, disabled, onChange }: SchemaEditorProps) {
  return (
    <section className={classes.schema} aria-label={m.schema}>
      <Title order={3} size="h5">
        {m.schema}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {text === '' ? m.schemaNone : m.schemaLead}
      </Text>
      {text !== '' && <LazyJsonEditor label={m.schema} value={text} disabled={disabled} onChange={onChange} />}
      {problems.map(({ detail }) => (
        <Text key={detail} size="sm" c="red" mt={4}>
          {detail}
        </Text>
      ))}
      <Button
        mt="xs"
        size="compact-sm"
        variant="subtle"
        disabled={disabled}
        onClick={() => onChange(text === '' ? NEW_SCHEMA : '')}
      >
        {text === '' ? m.addSchema : m.removeSchema}
      </Button>
    </section>
  );
}
