import type { GateView, RolloutView, VerdictView } from '@glidepath/server/api-types';
import { Text } from '@mantine/core';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { StatusMark } from '../../kit/status-mark.tsx';
import { TitledPart } from '../../kit/titled-part.tsx';
import { useNow } from '../../lib/use-now.ts';
import { gateMessages as m } from './gate-messages.ts';
import {
  differenceWords,
  limitWords,
  rangeWords,
  samplesWords,
  subjectWords,
  VERDICT_MARKS,
  valueWords,
} from './gate-words.ts';
import classes from './gates-table.module.css';
import { rolloutMessages } from './messages.ts';

/** What each gate says, what it saw, and what happens by it. */
export function GatesTable({ rollout }: { readonly rollout: RolloutView }) {
  const { gates, stage, sampleRatio } = rollout;
  const now = useNow(1_000);
  const title = stage === null ? m.titleNone : m.title(stage + 1);
  if (gates.length === 0) {
    return (
      <TitledPart title={title}>
        <Text>{m.none}</Text>
      </TitledPart>
    );
  }
  const passing = gates.filter(({ verdict }) => verdict?.kind === 'pass').length;
  return (
    <TitledPart title={`${title}: ${m.passing(passing, gates.length)}`}>
      <SimpleTable label={title} columns={columnsAt(now)} rows={gates} idOf={({ gate }) => gate.id} />
      <Ratio verdict={sampleRatio} />
      <Text size="sm" c="dimmed" mt="xs">
        {m.footnote}
      </Text>
    </TitledPart>
  );
}

function columnsAt(now: number): readonly Column<GateView>[] {
  return [
    { name: m.columns.gate, cell: (view) => <Subject view={view} /> },
    { name: m.columns.verdict, cell: (view) => <Verdict view={view} now={now} /> },
    { name: m.columns.released, cell: (view) => <Released view={view} /> },
    { name: m.columns.control, cell: ({ gate, verdict }) => valueWords(gate, verdict?.figures.control ?? null) },
    { name: m.columns.difference, cell: (view) => <Difference view={view} /> },
    { name: m.columns.limit, cell: ({ gate }) => limitWords(gate) },
  ];
}

interface CellProps {
  readonly view: GateView;
}

function Subject({ view: { gate } }: CellProps) {
  return (
    <span className={classes.stack}>
      <span className={classes.name}>{gate.id}</span>
      <span className={classes.small}>{subjectWords(gate)}</span>
      <span className={classes.small}>{m.roles[gate.role]}</span>
    </span>
  );
}

function Verdict({ view: { verdict, consequence }, now }: CellProps & { readonly now: number }) {
  const kind = verdict?.kind ?? 'none';
  return (
    <span className={classes.stack}>
      <StatusMark state={VERDICT_MARKS[kind]} label={rolloutMessages.verdicts[kind]} />
      {verdict?.reason !== undefined && <span className={classes.small}>{verdict.reason}</span>}
      {consequence !== null && <span className={classes.consequence}>{consequence}</span>}
      {verdict !== null && <span className={classes.small}>{freshness(verdict, now)}</span>}
    </span>
  );
}

function freshness(verdict: VerdictView, now: number): string {
  return m.fresh(Math.max(0, Math.round((now - Date.parse(verdict.at)) / 1_000)));
}

function Released({ view: { gate, verdict } }: CellProps) {
  const samples = verdict === null ? null : samplesWords(verdict.figures);
  return (
    <span className={classes.stack}>
      <span>{valueWords(gate, verdict?.figures.value ?? null)}</span>
      {samples !== null && <span className={classes.small}>{samples}</span>}
    </span>
  );
}

function Difference({ view: { gate, verdict } }: CellProps) {
  const difference = verdict === null ? null : differenceWords(gate, verdict.figures);
  const range = verdict === null ? null : rangeWords(gate, verdict.figures);
  return (
    <span className={classes.stack}>
      <span>{difference ?? '–'}</span>
      {range !== null && <span className={classes.small}>{m.range(range)}</span>}
    </span>
  );
}

/** Shown where it was looked at: arms of another size than configured make every comparison worthless. */
function Ratio({ verdict }: { readonly verdict: VerdictView | null }) {
  if (verdict === null) return null;
  const words = verdict.kind === 'fail' ? m.ratio.failed(verdict.reason ?? '') : wordsOf(verdict);
  return (
    <p className={classes.ratio}>
      <StatusMark state={VERDICT_MARKS[verdict.kind]} label={m.ratio.title} />
      <span>{words}</span>
    </p>
  );
}

function wordsOf({ kind }: VerdictView): string {
  return kind === 'pass' ? m.ratio.ok : rolloutMessages.verdicts[kind];
}
