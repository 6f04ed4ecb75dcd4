import type { ReleasePolicyView, Written } from '@glidepath/server/api-types';
import { NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { environmentWord } from '../../kit/environment-chip.tsx';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { useServices } from '../../lib/services.tsx';
import { criticalFirst, useSession } from '../../lib/session.tsx';
import { policiesPath, templatesQuery } from './deploy-queries.ts';
import { deployMessages } from './messages.ts';
import { draftOf, EMPTY_POLICY, needsSegment, type PolicyDraft, policyBody, policyRules } from './policy-draft.ts';

const m = deployMessages.policies;

export interface PolicyDialogProps {
  /** Null for a new one. */
  readonly policy: ReleasePolicyView | null;
  readonly onClose: () => void;
}

/** What a policy releases, where, by which plan, and what it waits for. */
export function PolicyDialog({ policy, onClose }: PolicyDialogProps) {
  const { api, newId } = useServices();
  const { project, environments } = useSession();
  const queries = useQueryClient();
  const [idempotencyKey] = useState(newId);
  const plans = useQuery(templatesQuery(api, project)).data?.items ?? [];
  const form = useForm<PolicyDraft>({
    initialValues: policy === null ? EMPTY_POLICY : draftOf(policy),
    validate: policyRules(plans),
  });
  const save = useMutation({
    mutationFn(draft: PolicyDraft) {
      const body = policyBody(draft, plans);
      if (policy === null) return api.post<Written<ReleasePolicyView>>(policiesPath(project), { body, idempotencyKey });
      const { id, revision } = policy;
      const path = `${policiesPath(project)}/${id}`;
      return api.patch<Written<ReleasePolicyView>>(path, { body, revision, idempotencyKey });
    },
    onSuccess() {
      onClose();
      return queries.invalidateQueries({ queryKey: ['release-policies', project] });
    },
  });
  const { template } = form.getValues();
  // A plan that is named and not loaded yet, or gone.
  const known = plans.some(({ id }) => id === template) ? [] : [{ value: template, label: template }];
  return (
    <FormDialog
      opened
      size="lg"
      title={policy === null ? m.create : m.editOf(policy.name)}
      action={policy === null ? m.create : m.save}
      failed={policy === null ? m.createFailed : m.changeFailed}
      creation={save}
      onSubmit={form.onSubmit((draft) => save.mutate(draft))}
      onClose={onClose}
    >
      <TextInput label={m.name} autoComplete="off" {...form.getInputProps('name')} />
      <TextInput label={m.tag} autoComplete="off" spellCheck={false} {...form.getInputProps('tag')} />
      <NativeSelect
        label={m.environment}
        data={[
          { value: '', label: m.choose },
          ...criticalFirst(environments).map((one) => ({ value: one.key, label: environmentWord(one) })),
        ]}
        {...form.getInputProps('environment')}
      />
      <TextInput
        label={m.service}
        description={m.serviceHint}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('service')}
      />
      <NativeSelect
        label={m.template}
        data={[...known, ...plans.map(({ id: value, name: label }) => ({ value, label }))]}
        {...form.getInputProps('template')}
      />
      {needsSegment(plans, template) && (
        <TextInput label={m.segment} autoComplete="off" spellCheck={false} {...form.getInputProps('segment')} />
      )}
      <TextInput label={m.coverage} inputMode="decimal" autoComplete="off" {...form.getInputProps('coverage')} />
      <TextInput label={m.delay} inputMode="numeric" autoComplete="off" {...form.getInputProps('delayMinutes')} />
    </FormDialog>
  );
}
