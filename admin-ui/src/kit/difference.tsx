import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import classes from './diff-view.module.css';
import { DiffView } from './diff-view.tsx';
import { type Documents, JsonDiff } from './json-diff.tsx';
import { kitMessages } from './messages.ts';
import { PathDiffTable } from './path-diff-table.tsx';

const m = kitMessages.diff;

type View = keyof typeof m.views;

export interface DifferenceProps {
  /** The same difference in plain language. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The documents themselves; null where they are not known. */
  readonly documents: Documents | null;
  readonly label: string;
}

/** What differs: in words, value by value, or as the stored JSON. */
export function Difference({ before, after, documents, label }: DifferenceProps) {
  const [view, setView] = useState<View>('words');
  if (documents === null) return <DiffView before={before} after={after} label={label} />;
  return (
    <div className={classes.difference}>
      <SegmentedControl
        aria-label={m.view}
        className={classes.views ?? ''}
        size="xs"
        value={view}
        onChange={setView}
        data={(['words', 'structured', 'json'] as const).map((value) => ({ value, label: m.views[value] }))}
      />
      {view === 'words' && <DiffView before={before} after={after} label={label} />}
      {view === 'structured' && <PathDiffTable documents={documents} label={label} />}
      {view === 'json' && <JsonDiff documents={documents} label={label} />}
    </div>
  );
}
