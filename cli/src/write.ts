import type { Delivery, DryRun, EnvironmentView, FlagConfigView, Written } from '@glidepath/server/api-types';
import { confirm, sendConfirmed } from './ask.ts';
import { type Call, quoted, sameOptions } from './call.ts';
import type { Outcome } from './command.ts';
import { deliveryLines } from './delivery.ts';
import { usage } from './failure.ts';
import { paintFor, tame } from './paint.ts';
import { auditUrl, configRoute, environmentRoute } from './paths.ts';

export interface Write {
  readonly flag: string;
  readonly method: 'POST' | 'PATCH';
  readonly route: string;
  readonly body: unknown;
  /** The body where somebody has typed the key of the flag; absent where the service never asks for it. */
  readonly confirmed?: unknown;
  /** In the past tense: `killed new-checkout`. */
  readonly did: string;
  /** The command that takes it back, without the options of the place and the reason. */
  readonly undo: string;
  /** Null: what environments share. */
  readonly environment: string | null;
  readonly waitForApplied?: string;
}

/** Sends a change, and says what became of it, where it is recorded, and how it is taken back. */
export async function carryOut(call: Call, write: Write): Promise<Outcome> {
  const isDry = call.has('dry-run');
  const query = {
    ...(isDry && { dryRun: 'true' }),
    ...(write.waitForApplied !== undefined && { waitForApplied: write.waitForApplied }),
  };
  const { method, route, confirmed, flag } = write;
  const send = (body: unknown) => {
    const headers = { 'idempotency-key': call.outside.newId() };
    return call.api().send<Written<unknown> | DryRun>(method, route, { body, query, headers });
  };
  const answer =
    confirmed === undefined
      ? await send(write.body)
      : await sendConfirmed(call, flag, ({ confirm }) => send(confirm === undefined ? write.body : confirmed));
  return 'changeId' in answer ? told(call, write, answer) : dry(answer);
}

/** What a change would do that was only tried. */
export function dry({ diff, summary }: DryRun): Outcome {
  const lines = summary.length === 0 ? ['nothing would change'] : summary.map((line) => `would: ${tame(line)}`);
  return { document: { dryRun: true, diff, summary }, text: lines.map((line) => `${line}\n`).join('') };
}

function told(call: Call, write: Write, { document, versions, changeId, delivery }: Written<unknown>): Outcome {
  const report = write.environment === null ? undefined : delivery?.[write.environment];
  const details = report === undefined ? [] : deliveryLines(report);
  const did = `${write.did}${placeOf(write, versions)}`;
  const { audit, undo, text } = receiptFor(call, { ...write, did, details, changeId });
  return {
    document: { changeId, versions, audit, undo, ...(delivery && { delivery }), document },
    text,
    exit: exitOf(report),
  };
}

type Done = Pick<Write, 'flag' | 'environment' | 'did' | 'undo'> & {
  readonly details: readonly string[];
  readonly changeId: string;
};

/** What people read of a change that was made: what it is, where it is recorded, and how it is taken back. */
export function receiptFor(
  call: Call,
  done: Done,
): { readonly audit: string; readonly undo: string; readonly text: string } {
  const { flag, environment, did, details, changeId } = done;
  const audit = auditUrl(call, flag, environment);
  const places = environment === null ? ['url', 'project'] : ['url', 'project', 'env'];
  const undo = `glidepath ${done.undo}${sameOptions(call, places)} --reason ${quoted(`undo ${changeId}`)}`;
  const paint = paintFor(call.outside, call.outside.stdout);
  const lines = [
    `${paint('✓', 'good')} ${did} (change ${changeId})`,
    ...[...details, `audit: ${audit}`, `undo: ${undo}`].map((line) => `  ${line}`),
  ];
  return { audit, undo, text: lines.map((line) => `${line}\n`).join('') };
}

function exitOf(report: Delivery | undefined): 'done' | 'timed-out' {
  return report === undefined || report.complete ? 'done' : 'timed-out';
}

function placeOf({ environment }: Write, versions: Written<unknown>['versions']): string {
  if (environment === null) return '';
  const version = versions[environment];
  return version === undefined ? ` in ${environment}: it was so already` : ` in ${environment} at version ${version}`;
}

export interface GuardedChange {
  readonly flag: string;
  readonly environment: string;
  readonly reason: string | undefined;
  /** As it was before. */
  readonly before: FlagConfigView;
}

/**
 * Looks where a change would land. In a critical environment the place and the reason must be spelled out, and somebody
 * must confirm it, but for an emergency.
 */
export async function guard(call: Call, doing: string, kind: 'emergency' | 'ordinary'): Promise<GuardedChange> {
  const flag = call.argument(0);
  const { key, isSpelledOut } = call.environment();
  const api = call.api();
  const [environment, before] = await Promise.all([
    api.send<EnvironmentView>('GET', environmentRoute(call)),
    api.send<FlagConfigView>('GET', configRoute(call, flag)),
  ]);
  const reason = call.text('reason');
  if (environment.critical) {
    if (!isSpelledOut) throw usage(`${key} is critical: it has to be spelled out.`, `Pass --env ${key}.`);
    if (reason === undefined) throw usage(`${key} is critical: say why.`, 'Pass --reason.');
    if (kind === 'ordinary' && !call.has('dry-run')) await confirm(call, `${doing} \`${flag}\` in ${key}?`);
  }
  return { flag, environment: key, reason, before };
}
