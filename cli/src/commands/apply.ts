import type { DefinitionsWritten, EnvironmentView } from '@glidepath/server/api-types';
import { confirm, sendConfirmedEach } from '../ask.ts';
import type { Call } from '../call.ts';
import type { Command, Outcome } from '../command.ts';
import { FOLDER_OPTION } from '../definitions/folder-option.ts';
import { changeLines, countLine } from '../definitions/report.ts';
import { deliveryLines } from '../delivery.ts';
import { type Failure, usage } from '../failure.ts';
import { paintFor } from '../paint.ts';
import { projectRoute } from '../paths.ts';
import { WAITING, waitOf } from '../waiting.ts';

export const apply: Command = {
  name: 'apply',
  summary: 'makes the service say what the definitions say, as one change: all or nothing',
  place: 'project',
  writes: true,
  arguments: [],
  options: {
    ...FOLDER_OPTION,
    env: {
      value: 'KEY',
      summary: 'a critical environment that may change, once for each',
      isRepeatable: true,
      completes: 'environments',
    },
    ...WAITING,
  },
  example: 'glidepath apply --env production --reason "SHOP-12 five percent"',
  async run(call) {
    const waitForApplied = waitOf(call);
    const { compareDefinitions, flagOf, localDefinitions, sendDefinitions } = await import('../definitions/compare.ts');
    const local = localDefinitions(call);
    const found = await compareDefinitions(call, local);
    if (found.changes.length === 0) return unchanged(call, found);
    if (call.has('dry-run')) return { document: found, text: linesOf(call, found, []) };
    const comment = call.text('reason');
    await guardCritical(call, found, comment);
    if (!call.has('yes')) call.note(linesOf(call, found, []).trimEnd());
    await confirm(call, 'Apply this?');
    const asked = {
      dryRun: false,
      expect: found.fingerprint,
      ...(comment !== undefined && { comment }),
      ...(waitForApplied !== undefined && { waitForApplied }),
    };
    const flagIn = (failure: Failure) => flagOf(local, failure);
    return applied(
      call,
      await sendConfirmedEach(call, flagIn, (keys) => sendDefinitions(call, local, { ...asked, confirm: keys })),
    );
  },
};

/** What changes in a critical environment has to be meant: the place is spelled out, and why. */
async function guardCritical(call: Call, { changes }: DefinitionsWritten, reason: string | undefined): Promise<void> {
  const touched = new Set(changes.map(({ environment }) => environment));
  const environments = await call.api().list<EnvironmentView>(`${projectRoute(call)}/environments`);
  const named = call.texts('env');
  for (const { key } of environments.filter(({ key, critical }) => critical && touched.has(key))) {
    if (!named.includes(key)) throw usage(`${key} is critical: it has to be spelled out.`, `Pass --env ${key}.`);
    if (reason === undefined) throw usage(`${key} is critical: say why.`, 'Pass --reason.');
  }
}

function unchanged(call: Call, found: DefinitionsWritten): Outcome {
  return { document: found, text: linesOf(call, found, []) };
}

function linesOf(call: Call, found: DefinitionsWritten, more: readonly string[]): string {
  return [...changeLines(call, found), countLine(found), ...more].map((line) => `${line}\n`).join('');
}

function applied(call: Call, written: DefinitionsWritten): Outcome {
  const paint = paintFor(call.outside, call.outside.stdout);
  const audit = `${call.url()}/p/${encodeURIComponent(call.project())}/audit`;
  const versions = Object.entries(written.versions).map(([environment, version]) => `${environment} ${version}`);
  const reports = Object.entries(written.delivery ?? {});
  const lines = [
    ...changeLines(call, written),
    `${paint('✓', 'good')} applied (change ${written.changeId})`,
    `  versions: ${versions.length === 0 ? 'none moved, nobody gets anything else' : versions.join(', ')}`,
    ...reports.flatMap(([environment, report]) => deliveryLines(report).map((line) => `  ${environment}: ${line}`)),
    `  audit: ${audit}`,
    '  undo: bring the files back, then `glidepath apply`',
  ];
  const isComplete = reports.every(([, report]) => report.complete);
  return {
    document: { ...written, audit },
    text: lines.map((line) => `${line}\n`).join(''),
    exit: isComplete ? 'done' : 'timed-out',
  };
}
