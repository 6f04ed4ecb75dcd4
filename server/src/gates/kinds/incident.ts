import { type Finding, NO_FIGURES } from '../finding.ts';
import type { Gate } from '../gate.ts';
import type { OpenIncident } from '../gate-world.ts';

type IncidentGate = Extract<Gate, { kind: 'incident' }>;

/** No open incident of the environment is as severe as those named. */
export function judgeIncidents({ severities }: IncidentGate, open: readonly OpenIncident[]): Finding {
  const severe = open.filter(({ severity }) => severities.includes(severity));
  const figures = { ...NO_FIGURES, value: severe.length, limit: 0 };
  const [first] = severe;
  if (first === undefined) return { kind: 'pass', figures };
  return { kind: 'fail', reason: `${first.key} is open (${first.severity}): ${first.title}`, figures };
}
