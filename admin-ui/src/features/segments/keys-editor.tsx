import { KIND_PATTERN, LIMITS } from '@glidepath/core';
import type { SegmentConfigView } from '@glidepath/server/api-types';
import { Alert, Autocomplete, Button, FileButton, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFileUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TextListField } from '../../kit/text-list-field.tsx';
import { useServices } from '../../lib/services.tsx';
import {
  countsOf,
  editsAt,
  isTooLarge,
  type KeyDraft,
  type KeyList,
  type KeyPlace,
  withAdditions,
  withFile,
  withRemovals,
} from './key-draft.ts';
import classes from './keys-editor.module.css';
import { KeysTable } from './keys-table.tsx';
import { segmentMessages } from './messages.ts';
import { checkQuery, type SegmentPlace } from './segment-queries.ts';

const m = segmentMessages.keys;
const LISTS = ['included', 'excluded'] as const satisfies readonly KeyList[];
const USER = 'user';
const CHECK_PAUSE_MS = 400;

export interface KeysEditorProps {
  readonly place: SegmentPlace;
  readonly live: SegmentConfigView;
  readonly draft: KeyDraft;
  readonly disabled: boolean;
  readonly onChange: (draft: KeyDraft) => void;
  /** Asked that a whole list goes. */
  readonly onEmpty: (list: KeyPlace) => void;
}

/** Keys that always or never belong: typed, pasted by the thousand, or from a file. */
export function KeysEditor({ place, live, draft, disabled, onChange, onEmpty }: KeysEditorProps) {
  const [list, setList] = useState<KeyList>('included');
  const [contextKind, setContextKind] = useState(USER);
  const at: KeyPlace = { list, contextKind };
  const { add, remove } = editsAt(draft, at);
  const kinds = [...new Set([USER, ...[...live.included, ...live.excluded].map((entry) => entry.contextKind)])];
  const isKind = KIND_PATTERN.test(contextKind) && contextKind !== 'kind';
  return (
    <div className={classes.keys}>
      <Title order={2} size="h5">
        {m.title}
      </Title>
      <div className={classes.place}>
        <SegmentedControl
          aria-label={m.listLabel}
          value={list}
          onChange={(value) => setList(value as KeyList)}
          data={LISTS.map((value) => ({ value, label: m.listOf(m.lists[value], sizeOf(live[value])) }))}
        />
        <Autocomplete
          className={classes.kind}
          aria-label={m.kind}
          data={kinds}
          value={contextKind}
          error={!isKind}
          onChange={setContextKind}
        />
      </div>
      <div className={classes.fields}>
        <div>
          <TextListField
            key={`add ${list} ${contextKind}`}
            visibleLabel
            label={m.add}
            placeholder={m.addHint}
            values={add}
            disabled={disabled || !isKind}
            onChange={(keys) => onChange(withAdditions(draft, at, keys))}
          />
          <FromFile
            disabled={disabled || !isKind}
            onText={(text) => {
              const read = withFile(add, text);
              onChange(withAdditions(draft, at, read.values));
              return read;
            }}
          />
        </div>
        <TextListField
          key={`remove ${list} ${contextKind}`}
          visibleLabel
          label={m.remove}
          placeholder={m.removeHint}
          values={remove}
          disabled={disabled || !isKind}
          onChange={(keys) => onChange(withRemovals(draft, at, keys))}
        />
      </div>
      {isTooLarge(draft) ? (
        <Alert color="red" role="alert">
          {m.tooMany(countsOf(draft).added)}
        </Alert>
      ) : (
        <Check place={place} live={live} draft={draft} />
      )}
      <KeysTable
        key={`${list} ${contextKind}`}
        place={place}
        at={at}
        removed={remove}
        disabled={disabled}
        onRemoved={(keys) => onChange(withRemovals(draft, at, keys))}
        onEmpty={() => onEmpty(at)}
      />
    </div>
  );
}

const sizeOf = (counts: SegmentConfigView['included']) => counts.reduce((sum, { count }) => sum + count, 0);

interface FromFileProps {
  readonly disabled: boolean;
  readonly onText: (text: string) => { readonly added: number; readonly duplicates: number };
}

function FromFile({ disabled, onText }: FromFileProps) {
  const [note, setNote] = useState<string | null>(null);

  async function read(file: File | null) {
    if (file === null) return;
    try {
      const { added, duplicates } = onText(await file.text());
      setNote(m.fromFile(file.name, added, duplicates));
    } catch {
      setNote(m.fileFailed);
    }
  }

  return (
    <Group gap="sm" mt={6}>
      <FileButton
        accept=".txt,.csv,text/plain,text/csv"
        inputProps={{ 'aria-label': m.fileLabel }}
        onChange={(file) => void read(file)}
      >
        {(props) => (
          <Button
            {...props}
            size="compact-sm"
            variant="subtle"
            disabled={disabled}
            leftSection={<IconFileUpload size={16} aria-hidden />}
          >
            {m.file}
          </Button>
        )}
      </FileButton>
      {note !== null && (
        <Text span size="sm" c="dimmed" role="status">
          {note}
        </Text>
      )}
    </Group>
  );
}

type CheckProps = Pick<KeysEditorProps, 'place' | 'live' | 'draft'>;

/** How much of the draft is new, asked of the server once typing pauses. */
function Check({ place, live, draft }: CheckProps) {
  const { api } = useServices();
  const [settled] = useDebouncedValue(draft, CHECK_PAUSE_MS);
  const { added, removed } = countsOf(settled);
  const isAsked = added + removed > 0 && added <= LIMITS.segmentKeys;
  const { data } = useQuery({ ...checkQuery(api, place, settled, live.revision), enabled: isAsked });
  if (!isAsked) return null;
  return (
    <Text size="sm" role="status" className={classes.check}>
      {data ? m.checked(data.members.added, data.members.removed, data.members.unchanged) : m.checking}
    </Text>
  );
}
