import type { ContextInput } from '@glidepath/core';
import { type Log, thrownWords } from '@glidepath/core/sdk';
import type { Platform } from '../platform.ts';
import { differencesOf } from './comparing.ts';
import type { SideRecorder } from './records.ts';
import { createSideWork, limitsOf } from './side-work.ts';
import type { Divergence, Migration, MigrationConfig, MigrationOrigin, MigrationStage } from './types.ts';

interface Plan {
  /** Has the last word: its answer is the caller's, and so is its failure. */
  readonly first: MigrationOrigin;
  readonly other: MigrationOrigin;
  readonly comparesReads: boolean;
  readonly writesBoth: boolean;
}

const PLANS: Readonly<Record<MigrationStage, Plan>> = {
  off: { first: 'old', other: 'new', comparesReads: false, writesBoth: false },
  dualwrite: { first: 'old', other: 'new', comparesReads: false, writesBoth: true },
  shadow: { first: 'old', other: 'new', comparesReads: true, writesBoth: true },
  live: { first: 'new', other: 'old', comparesReads: true, writesBoth: true },
  rampdown: { first: 'new', other: 'old', comparesReads: false, writesBoth: true },
  complete: { first: 'new', other: 'old', comparesReads: false, writesBoth: false },
};

/** What migrations and shadows take from the client. */
export interface Sides {
  readonly platform: Pick<Platform, 'monotonic' | 'random' | 'setTimer'>;
  readonly log: Log;
  readonly recorder: SideRecorder;
  readonly variation: <T>(key: string, context: ContextInput, fallback: T) => T;
}

export function createMigration<RArgs extends readonly unknown[], R, WArgs extends readonly unknown[], W>(
  { platform, log, recorder, variation }: Sides,
  key: string,
  config: MigrationConfig<RArgs, R, WArgs, W>,
): Migration<RArgs, R, WArgs, W> {
  const { sampleRate = 1, await: isAwaited = false, ...limits } = config.shadowRead ?? {};
  const beside = createSideWork(platform);

  const stage = (context: ContextInput): MigrationStage => {
    const served: unknown = variation(key, context, config.fallbackStage);
    return isStage(served) ? served : config.fallbackStage;
  };

  const timed = async <V>(op: 'read' | 'write', side: MigrationOrigin, call: () => V | Promise<V>): Promise<V> => {
    const startedAt = platform.monotonic();
    let ok = false;
    try {
      const value = await call();
      ok = true;
      return value;
    } finally {
      recorder.called(key, { op, side, ok, durationMs: platform.monotonic() - startedAt });
    }
  };

  const tell = (divergence: Divergence): void => {
    const failed = (error: unknown): void =>
      log('error', 'GP1904', `onDivergence of '${key}' threw: ${thrownWords(error)}`);
    try {
      const answer: unknown = config.onDivergence?.(divergence);
      if (answer instanceof Promise) answer.catch(failed);
    } catch (error) {
      failed(error);
    }
  };

  const compareWith = async (at: MigrationStage, known: R, args: RArgs): Promise<void> => {
    const { other } = PLANS[at];
    const running = beside.run(() => config.read[other](...args), limitsOf(limits));
    if (running === null) return recorder.skipped(key, at);
    const result = await running;
    recorder.called(key, { op: 'read', side: other, ok: result.kind === 'done', durationMs: result.durationMs });
    if (result.kind === 'failed') return tell({ op: 'read', stage: at, paths: [], error: result.error });
    try {
      const [old, fresh] = other === 'new' ? [known, result.value] : [result.value, known];
      const paths = differencesOf(config.compare, old, fresh);
      recorder.compared(key, at, paths);
      if (paths.length > 0) tell({ op: 'read', stage: at, paths });
    } catch (error) {
      log('error', 'GP1905', `two answers of '${key}' could not be compared: ${thrownWords(error)}`);
    }
  };

  return {
    stage,
    async read(context, ...args) {
      const at = stage(context);
      const { first, comparesReads } = PLANS[at];
      const known = await timed('read', first, () => config.read[first](...args));
      if (!comparesReads || platform.random() >= sampleRate) return known;
      if (isAwaited) await compareWith(at, known, args);
      // In a turn of its own: what the other origin does before it waits for anything would hold up the caller.
      else platform.setTimer(() => void compareWith(at, known, args), 0, false);
      return known;
    },
    async write(context, ...args) {
      const at = stage(context);
      const { first, other, writesBoth } = PLANS[at];
      const { write } = config;
      if (write === undefined) throw new TypeError(`the migration '${key}' was given no functions that write`);
      const written = await timed('write', first, () => write[first](...args));
      if (!writesBoth) return written;
      try {
        await timed('write', other, () => write[other](...args));
      } catch (error) {
        tell({ op: 'write', stage: at, paths: [], error });
      }
      return written;
    },
  };
}

function isStage(value: unknown): value is MigrationStage {
  return typeof value === 'string' && Object.hasOwn(PLANS, value);
}
