import type { FlagType, Purpose } from '@glidepath/core';
import { KEY_PATTERN } from '@glidepath/core';
import type { FlagInput } from '@glidepath/core/change';
import type { FlagView, Written } from '@glidepath/server/api-types';
import { Button, Checkbox, Group, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { readValue } from '../../lib/flag-values.ts';
import { projectPath } from '../../lib/paths.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { FLAG_PURPOSES } from './flag-search.ts';
import { flagMessages } from './messages.ts';
import { type VariationDraft, VariationFields } from './variation-fields.tsx';

const m = flagMessages.form;
const TYPES = ['boolean', 'string', 'number', 'json'] as const satisfies readonly FlagType[];

interface Draft {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly type: FlagType;
  readonly purpose: Purpose;
  readonly tags: string;
  readonly clientSide: boolean;
  readonly variations: readonly VariationDraft[];
}

const EMPTY: Draft = {
  key: '',
  name: '',
  description: '',
  type: 'boolean',
  purpose: 'release',
  tags: '',
  clientSide: false,
  variations: [
    { key: 'new', value: '' },
    { key: 'old', value: '' },
  ],
};

export interface CreateFlagFormProps {
  readonly onCreated: (key: string) => void;
  readonly onCancel: () => void;
}

export function CreateFlagForm({ onCreated, onCancel }: CreateFlagFormProps) {
  const { api, newId } = useServices();
  const { project } = useSession();
  const queries = useQueryClient();
  const form = useForm<Draft>({ initialValues: EMPTY, validate: problemsOf });
  const create = useMutation({
    mutationFn: (flag: FlagInput) =>
      api.post<Written<FlagView>>(`${projectPath(project)}/flags`, { body: flag, idempotencyKey: newId(), tries: 3 }),
    onSuccess: async ({ document }) => {
      await queries.invalidateQueries({ queryKey: ['flags'] });
      onCreated(document.key);
    },
  });
  const { type, purpose } = form.values;
  const isMigration = purpose === 'migration';

  return (
    <form onSubmit={form.onSubmit((draft) => create.mutate(inputOf(draft)))} noValidate>
      <Stack maw={640}>
        <TextInput
          label={m.key}
          description={m.keyHint}
          required
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('key')}
        />
        <TextInput label={m.name} description={m.nameHint} autoComplete="off" {...form.getInputProps('name')} />
        <NativeSelect
          label={m.purpose}
          description={flagMessages.purposeHints[purpose]}
          data={FLAG_PURPOSES.map((value) => ({ value, label: flagMessages.purposes[value] }))}
          {...form.getInputProps('purpose')}
        />
        {isMigration ? (
          <Text size="sm" c="dimmed">
            {m.migrationVariations}
          </Text>
        ) : (
          <NativeSelect
            label={m.type}
            data={TYPES.map((value) => ({ value, label: flagMessages.types[value] }))}
            {...form.getInputProps('type')}
          />
        )}
        {!isMigration && type !== 'boolean' && (
          <VariationFields
            type={type}
            variations={form.values.variations}
            errorOf={(index) => form.errors[`variations.${index}`]}
            onChange={(variations) => form.setFieldValue('variations', variations)}
          />
        )}
        <Textarea label={m.description} rows={2} {...form.getInputProps('description')} />
        <TextInput label={m.tags} description={m.tagsHint} autoComplete="off" {...form.getInputProps('tags')} />
        <Checkbox
          label={m.clientSide}
          description={m.clientSideHint}
          {...form.getInputProps('clientSide', { type: 'checkbox' })}
        />
        {create.isError && <ErrorNotice failed={m.failed} error={create.error} />}
        <Group>
          <Button type="submit" size="md" disabled={create.isPending}>
            {create.isPending ? m.sending : m.submit}
          </Button>
          <Button variant="subtle" color="gray" size="md" onClick={onCancel}>
            {m.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const WRONG = { 'not-a-number': m.valueNotNumber, 'not-json': m.valueNotJson };

function problemsOf(draft: Draft): Record<string, string> {
  const problems: Record<string, string> = {};
  if (!KEY_PATTERN.test(draft.key)) problems['key'] = m.keyWrong;
  if (draft.type === 'boolean' || draft.purpose === 'migration') return problems;
  for (const [index, variation] of draft.variations.entries()) {
    const read = readValue(draft.type, variation.value);
    if (!KEY_PATTERN.test(variation.key)) problems[`variations.${index}`] = m.keyWrong;
    else if (read.kind === 'wrong') problems[`variations.${index}`] = WRONG[read.fault];
  }
  return problems;
}

function inputOf(draft: Draft): FlagInput {
  const tags = draft.tags.split(',').map((tag) => tag.trim());
  return {
    key: draft.key,
    type: draft.purpose === 'migration' ? 'string' : draft.type,
    purpose: draft.purpose,
    clientSide: draft.clientSide,
    tags: tags.filter((tag) => tag !== ''),
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
    ...(draft.description.trim() === '' ? {} : { description: draft.description.trim() }),
    ...variationsOf(draft),
  };
}

/** The variations of booleans and of migrations are given by what they are. */
function variationsOf(draft: Draft): Pick<FlagInput, 'variations'> {
  if (draft.type === 'boolean' || draft.purpose === 'migration') return {};
  return {
    variations: draft.variations.map(({ key, value }) => {
      const read = readValue(draft.type, value);
      return { key, value: read.kind === 'value' ? read.value : value };
    }),
  };
}
