import { DEFINITION_FORMAT } from '@glidepath/core/definition';
import type { DefinitionsWritten, EnvironmentView } from '@glidepath/server/api-types';
import { confirm } from '../ask.ts';
import type { Call } from '../call.ts';
import { changeLines, countLine } from '../definitions/report.ts';
import { usage } from '../failure.ts';
import { projectRoute } from '../paths.ts';
import type { EnvironmentNames, Imported } from './imported.ts';

export interface Sent {
  readonly document: DefinitionsWritten;
  readonly lines: readonly string[];
}

/** One change, tried first: all or nothing. */
export async function send(call: Call, { flags, segments }: Imported, names: EnvironmentNames): Promise<Sent> {
  const comment = call.text('reason');
  const ask = (more: object, query: Readonly<Record<string, string>>) =>
    call.api().send<DefinitionsWritten>('POST', `${projectRoute(call)}/definitions`, {
      body: { apiVersion: DEFINITION_FORMAT, mode: 'import', ...more, flags, segments },
      query,
    });
  const found = await ask({}, { dryRun: 'true' });
  if (found.changes.length === 0 || call.has('dry-run'))
    return { document: found, lines: [...changeLines(call, found), countLine(found)] };
  await guardCritical(call, found, names);
  if (!call.has('yes')) call.note([...changeLines(call, found), countLine(found)].join('\n'));
  await confirm(call, 'Import this?');
  const written = await ask({ expect: found.fingerprint, ...(comment !== undefined && { comment }) }, {});
  const versions = Object.entries(written.versions).map(([environment, version]) => `${environment} ${version}`);
  const audit = `${call.url()}/p/${encodeURIComponent(call.project())}/audit`;
  return {
    document: written,
    lines: [
      `imported (change ${written.changeId})`,
      ...(versions.length === 0 ? [] : [`  versions: ${versions.join(', ')}`]),
      `  audit: ${audit}`,
    ],
  };
}

/** What changes in a critical environment has to be meant. */
async function guardCritical(call: Call, { changes }: DefinitionsWritten, names: EnvironmentNames): Promise<void> {
  const touched = new Set(changes.map(({ environment }) => environment));
  const environments = await call.api().list<EnvironmentView>(`${projectRoute(call)}/environments`);
  const critical = environments.find((one) => one.critical && touched.has(one.key));
  if (critical === undefined) return;
  const { key } = critical;
  if (call.texts('env').length === 0 && [...names.values()].includes(key))
    throw usage(`${key} is critical: it has to be spelled out.`, `Pass --env ${key}, and every other that is meant.`);
  if (call.text('reason') === undefined) throw usage(`${key} is critical: say why.`, 'Pass --reason.');
}
