import type { ContextInput } from '@glidepath/core';
import { thrownWords } from '@glidepath/core/sdk';
import { differencesOf } from './comparing.ts';
import type { Sides } from './migration.ts';
import { createSideWork, limitsOf, type SideWork } from './side-work.ts';
import type { ShadowExperiment } from './types.ts';

export interface ShadowSides extends Sides {
  /** Runs it where nothing that is evaluated is counted. */
  readonly unseen: <R>(context: ContextInput, run: () => R) => R;
}

/** The stage that comparisons of a dark launch are counted under. */
const STAGE = 'shadow';

export function createShadow({ platform, log, recorder, variation, unseen }: ShadowSides) {
  /** Candidates under way by flag, whichever call began them. */
  const underWay = new Map<string, SideWork>();

  const beside = (key: string): SideWork => {
    const known = underWay.get(key) ?? createSideWork(platform);
    underWay.set(key, known);
    return known;
  };

  const tryCandidate = async <R>(
    key: string,
    context: ContextInput,
    { candidate, compare, ...limits }: ShadowExperiment<R>,
    known: R,
  ): Promise<void> => {
    const running = beside(key).run((signal) => unseen(context, () => candidate(signal)), limitsOf(limits));
    if (running === null) return recorder.skipped(key, STAGE);
    const result = await running;
    const { kind, durationMs } = result;
    recorder.called(key, { op: 'shadow', side: 'candidate', ok: kind === 'done', durationMs });
    if (kind === 'failed') return;
    try {
      recorder.compared(key, STAGE, differencesOf(compare, known, result.value));
    } catch (error) {
      log('error', 'GP1905', `two answers of '${key}' could not be compared: ${thrownWords(error)}`);
    }
  };

  return async <R>(key: string, context: ContextInput, experiment: ShadowExperiment<R>): Promise<R> => {
    const share = shareOf(variation(key, context, undefined));
    if (share <= 0 || platform.random() >= share) return experiment.control();
    const startedAt = platform.monotonic();
    let ok = false;
    try {
      const known = await experiment.control();
      ok = true;
      // In a turn of its own: the caller goes on with what it has.
      platform.setTimer(() => void tryCandidate(key, context, experiment, known), 0, false);
      return known;
    } finally {
      recorder.called(key, { op: 'shadow', side: 'control', ok, durationMs: platform.monotonic() - startedAt });
    }
  };
}

/** A flag that is on takes every call, and a number is the share of them. */
function shareOf(value: unknown): number {
  return typeof value === 'number' ? value : Number(value === true);
}
