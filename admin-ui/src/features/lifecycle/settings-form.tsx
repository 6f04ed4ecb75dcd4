import type { LifecycleSettingsView, Written } from '@glidepath/server/api-types';
import { Button, Checkbox, Fieldset, Skeleton, Text, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { lifecycleSettingsQuery, settingsPath } from './digest-queries.ts';
import { DigestTimes } from './digest-times.tsx';
import classes from './lifecycle.module.css';
import { bodyOf, draftOf, SETTINGS_RULES, type SettingsDraft } from './settings-draft.ts';
import { settingsMessages as m } from './settings-messages.ts';

/** When flags count as stale, and who is told. */
export function LifecycleSettings() {
  const { api } = useServices();
  const { project } = useSession();
  const { data, error, refetch } = useQuery(lifecycleSettingsQuery(api, project));
  if (data) return <SettingsForm key={data.revision} settings={data} />;
  if (error) return <ErrorNotice failed={m.failed} error={error} onRetry={() => void refetch()} />;
  return <Skeleton height={420} role="status" aria-label={m.loading} />;
}

function SettingsForm({ settings }: { readonly settings: LifecycleSettingsView }) {
  const { api, newId } = useServices();
  const { project, may } = useSession();
  const queries = useQueryClient();
  const mayEdit = may('project.edit');
  const form = useForm<SettingsDraft>({ initialValues: draftOf(settings), validate: SETTINGS_RULES });
  const save = useMutation({
    mutationFn: (draft: SettingsDraft) =>
      api.put<Written<LifecycleSettingsView>>(settingsPath(project), {
        body: bodyOf(draft),
        revision: settings.revision,
        idempotencyKey: newId(),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['lifecycle', project] }),
  });
  return (
    <form className={classes.fields} noValidate onSubmit={form.onSubmit((draft) => save.mutate(draft))}>
      {!mayEdit && <Text c="dimmed">{m.mayNot}</Text>}
      <Staleness form={form} disabled={!mayEdit} />
      <Digest form={form} disabled={!mayEdit} />
      <Nudges form={form} disabled={!mayEdit} />
      {save.isError && <ErrorNotice failed={m.saveFailed} error={save.error} />}
      <div className={classes.actions}>
        <Button type="submit" size="md" disabled={!mayEdit || !form.isDirty() || save.isPending}>
          {save.isPending ? m.saving : m.save}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  readonly form: UseFormReturnType<SettingsDraft>;
  readonly disabled: boolean;
}

function Staleness({ form, disabled }: PartProps) {
  return (
    <Fieldset legend={m.stale} disabled={disabled} className={classes.fieldset}>
      <Days form={form} field="settledDays" label={m.settledDays} hint={m.settledDaysHint} />
      <Days form={form} field="idleDays" label={m.idleDays} hint={m.idleDaysHint} />
    </Fieldset>
  );
}

function Digest({ form, disabled }: PartProps) {
  const { cron, zone, digest } = form.getValues();
  const isReadable = SETTINGS_RULES.cron(cron) === null && SETTINGS_RULES.zone(zone) === null;
  return (
    <Fieldset legend={m.digest} disabled={disabled} className={classes.fieldset}>
      <Checkbox label={m.digestOn} description={m.digestHint} {...form.getInputProps('digest', { type: 'checkbox' })} />
      {digest && (
        <>
          <TextInput
            label={m.cron}
            description={m.cronHint}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('cron')}
          />
          <TextInput label={m.zone} autoComplete="off" spellCheck={false} {...form.getInputProps('zone')} />
          {isReadable && <DigestTimes cron={cron.trim()} zone={zone.trim()} />}
        </>
      )}
    </Fieldset>
  );
}

function Nudges({ form, disabled }: PartProps) {
  return (
    <Fieldset legend={m.nudges} disabled={disabled} className={classes.fieldset}>
      <Checkbox label={m.nudgeOn} description={m.nudgeHint} {...form.getInputProps('nudge', { type: 'checkbox' })} />
      {form.getValues().nudge && (
        <>
          <Days form={form} field="afterDays" label={m.afterDays} hint={m.afterDaysHint} />
          <Days form={form} field="everyDays" label={m.everyDays} hint={m.everyDaysHint} />
          <Days form={form} field="escalateAfter" label={m.escalateAfter} hint={m.escalateAfterHint} />
        </>
      )}
    </Fieldset>
  );
}

interface DaysProps extends Pick<PartProps, 'form'> {
  readonly field: 'settledDays' | 'idleDays' | 'afterDays' | 'everyDays' | 'escalateAfter';
  readonly label: string;
  readonly hint: string;
}

function Days({ form, field, label, hint }: DaysProps) {
  return (
    <TextInput
      label={label}
      description={hint}
      inputMode="numeric"
      autoComplete="off"
      className={classes.days}
      {...form.getInputProps(field)}
    />
  );
}
