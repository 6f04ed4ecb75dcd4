import { type Finding, NO_FIGURES } from '../finding.ts';
import type { Figures, Gate, Verdict } from '../gate.ts';
import type { Fleet } from '../gate-world.ts';
import { countOf, percentOf } from '../words.ts';
import { hasFailed } from './twice.ts';

type FleetGate = Extract<Gate, { kind: 'fleet' }>;

/** Every stage is a new state, which takes instances a moment to apply and to say so. */
const APPLYING_MS = 60_000;

/** Shares of the connected instances. Who has just connected has applied nothing yet: one look alone finds no harm. */
export function judgeFleet(
  gate: FleetGate,
  { instances, deployed, applied, sinceMs }: Fleet,
  before: Verdict | null,
): Finding {
  if (instances === 0) return { kind: 'no-data', reason: 'no instance is connected', figures: NO_FIGURES };
  if (deployed?.instances === 0)
    return { kind: 'no-data', reason: 'no instance of the deployed service is connected', figures: NO_FIGURES };
  const shareDeployed = deployed === null ? 1 : deployed.covered / deployed.instances;
  if (shareDeployed < gate.deployed) {
    const figures = { ...NO_FIGURES, value: shareDeployed, limit: gate.deployed };
    const reason = `${percentOf(shareDeployed)} of ${countOf(deployed?.instances ?? 0, 'instance')} run the required version, fewer than ${percentOf(gate.deployed)}`;
    return shortOf(reason, figures, before);
  }
  const shareApplied = applied / instances;
  const figures = { ...NO_FIGURES, value: shareApplied, limit: gate.applied };
  if (shareApplied >= gate.applied) return { kind: 'pass', figures };
  const reason = `${percentOf(shareApplied)} of ${countOf(instances, 'instance')} have applied this stage, fewer than ${percentOf(gate.applied)}`;
  return sinceMs < APPLYING_MS ? { kind: 'inconclusive', reason, figures } : shortOf(reason, figures, before);
}

function shortOf(reason: string, figures: Figures, before: Verdict | null): Finding {
  return hasFailed(before)
    ? { kind: 'fail', reason, figures }
    : { kind: 'inconclusive', reason: `${reason}; asked once more`, figures };
}
