import type { IncidentView } from '@glidepath/server/api-types';
import { NativeSelect, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { TextListField } from '../../kit/text-list-field.tsx';
import { criticalFirst, useEnvironment, useSession } from '../../lib/session.tsx';
import { incidentMessages } from './messages.ts';

const m = incidentMessages.opening;

export type Severity = IncidentView['severity'];

export interface IncidentDraft {
  readonly title: string;
  readonly severity: Severity;
  readonly environment: string;
  readonly flags: readonly string[];
}

const SEVERITIES = Object.entries(incidentMessages.severities).map(([value, label]) => ({ value, label }));

/** What is missing in a draft. */
export const INCIDENT_RULES = {
  title: (title: string) => (title.trim() === '' ? m.titleMissing : null),
  environment: (environment: string) => (environment === '' ? m.environmentMissing : null),
};

export interface IncidentFieldsProps {
  readonly form: UseFormReturnType<IncidentDraft>;
  /** Whether it can still be said where it hurts. */
  readonly hasPlace: boolean;
}

/** What an incident is, where, and what it touches: with what follows for rollouts. */
export function IncidentFields({ form, hasPlace }: IncidentFieldsProps) {
  const { environments } = useSession();
  const { environment, flags } = form.getValues();
  const place = useEnvironment(environment);
  return (
    <>
      <TextInput label={m.title} description={m.titleHint} autoComplete="off" {...form.getInputProps('title')} />
      <NativeSelect label={m.severity} data={SEVERITIES} {...form.getInputProps('severity')} />
      {hasPlace && (
        <NativeSelect
          label={m.environment}
          data={[
            { value: '', label: m.choose },
            ...criticalFirst(environments).map((one) => ({ value: one.key, label: environmentWord(one) })),
          ]}
          {...form.getInputProps('environment')}
        />
      )}
      <TextListField
        visibleLabel
        label={m.flags}
        placeholder={m.flagsHint}
        values={flags}
        onChange={(keys) => form.setFieldValue('flags', keys)}
      />
      <Text size="sm">{effectWords(flags, place === null ? null : environmentWord(place))}</Text>
    </>
  );
}

function effectWords(flags: readonly string[], environment: string | null): string {
  if (environment === null) return m.effectNowhere;
  return flags.length === 0 ? m.effectAll(environment) : m.effect(flags.join(', '), environment);
}
