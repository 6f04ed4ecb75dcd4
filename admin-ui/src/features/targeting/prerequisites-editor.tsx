import type { Prerequisite } from '@glidepath/core';
import type { FlagRow, Page } from '@glidepath/server/api-types';
import { ActionIcon, Button, Checkbox, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { flagQuery } from '../../lib/flag-queries.ts';
import { projectPath } from '../../lib/paths.ts';
import { ApiError } from '../../lib/problem.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { targetingMessages } from './messages.ts';
import type { PlacedProblem } from './problem-place.ts';
import classes from './targeting-editor.module.css';

const m = targetingMessages.needs;
const MOST_SUGGESTED = 20;
const TYPING_MS = 250;

export interface PrerequisitesEditorProps {
  /** Key of the flag that needs the others. */
  readonly flag: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly problems: readonly PlacedProblem[];
  readonly disabled: boolean;
  readonly onChange: (prerequisites: readonly Prerequisite[]) => void;
}

/** Flags that must serve something before this one serves anything but its safe variation. */
export function PrerequisitesEditor({ flag, prerequisites, problems, disabled, onChange }: PrerequisitesEditorProps) {
  return (
    <section className={classes.part}>
      <Title order={3} size="h5">
        {m.title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {prerequisites.length === 0 ? m.none : m.lead}
      </Text>
      {prerequisites.map((needed, index) => (
        <PrerequisiteRow
          key={index}
          self={flag}
          needed={needed}
          index={index}
          problems={problems.filter(({ pointer }) => pointer.startsWith(`/${index}/`))}
          disabled={disabled}
          onChange={(changed) => onChange(prerequisites.map((other, at) => (at === index ? changed : other)))}
          onRemove={() => onChange(prerequisites.filter((_, at) => at !== index))}
        />
      ))}
      {problems
        .filter(({ pointer }) => !/^\/\d/.test(pointer))
        .map(({ detail }) => (
          <Text key={detail} size="sm" c="red">
            {detail}
          </Text>
        ))}
      <Button
        variant="light"
        mt="xs"
        disabled={disabled}
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => onChange([...prerequisites, { flag: '', variations: [] }])}
      >
        {m.add}
      </Button>
    </section>
  );
}

interface PrerequisiteRowProps {
  readonly self: string;
  readonly needed: Prerequisite;
  /** From 0. */
  readonly index: number;
  readonly problems: readonly PlacedProblem[];
  readonly disabled: boolean;
  readonly onChange: (needed: Prerequisite) => void;
  readonly onRemove: () => void;
}

function PrerequisiteRow({ self, needed, index, problems, disabled, onChange, onRemove }: PrerequisiteRowProps) {
  const id = useId();
  const { flag, error, suggestions } = useNeededFlag(self, needed.flag);
  const details = [...new Set([...(error === null ? [] : [error]), ...problems.map(({ detail }) => detail)])];
  return (
    <div className={classes.needed}>
      <TextInput
        className={classes.neededFlag}
        aria-label={m.flag(index + 1)}
        placeholder={m.flagPlaceholder}
        autoComplete="off"
        spellCheck={false}
        list={id}
        disabled={disabled}
        value={needed.flag}
        onChange={(event) => onChange({ flag: event.currentTarget.value.trim(), variations: [] })}
      />
      <datalist id={id}>
        {suggestions.map((key) => (
          <option key={key} value={key} />
        ))}
      </datalist>
      {flag && (
        <fieldset className={classes.neededVariations} aria-label={m.variations(needed.flag)}>
          <Text span size="sm">
            {m.mustServe}
          </Text>
          {flag.variations.map(({ key }) => (
            <Checkbox
              key={key}
              label={key}
              disabled={disabled}
              checked={needed.variations.includes(key)}
              onChange={(event) =>
                onChange({ ...needed, variations: toggled(needed, key, event.currentTarget.checked) })
              }
            />
          ))}
        </fieldset>
      )}
      <ActionIcon aria-label={m.remove(index + 1)} disabled={disabled} onClick={onRemove}>
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
      {details.map((detail) => (
        <Text key={detail} size="sm" c="red" className={classes.neededProblem}>
          {detail}
        </Text>
      ))}
    </div>
  );
}

function toggled({ variations }: Prerequisite, key: string, isWanted: boolean): readonly string[] {
  const others = variations.filter((variation) => variation !== key);
  return isWanted ? [...others, key] : others;
}

/** The flag that is named, why it cannot be needed, and others that the name may be meant for. */
function useNeededFlag(self: string, key: string) {
  const { api } = useServices();
  const { project } = useSession();
  const [typed] = useDebouncedValue(key, TYPING_MS);
  const isAsked = typed !== '' && typed !== self;
  const named = useQuery({ ...flagQuery(api, project, typed), enabled: isAsked, retry: false });
  const others = useQuery({
    queryKey: ['flags', project, 'suggested', typed],
    queryFn: ({ signal }) =>
      api.get<Page<FlagRow>>(`${projectPath(project)}/flags`, { query: { q: typed, limit: MOST_SUGGESTED }, signal }),
    placeholderData: keepPreviousData,
  });
  const isUnknown = named.error instanceof ApiError && named.error.status === 404 && typed === key;
  return {
    flag: isAsked && typed === key ? named.data : undefined,
    error: key === self ? m.itself : isUnknown ? m.unknown(key) : null,
    suggestions: (others.data?.items ?? []).map((row) => row.key).filter((other) => other !== self),
  };
}
