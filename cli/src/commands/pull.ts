import path from 'node:path';
import { reach } from '../api.ts';
import type { Call } from '../call.ts';
import type { Command, Outcome } from '../command.ts';
import { Failure, usage } from '../failure.ts';
import { projectRoute } from '../paths.ts';
import { KEY_KINDS, prefixOf } from '../secrets.ts';
import { definitionsOf } from '../typegen/definitions.ts';

export const pull: Command = {
  name: 'pull',
  summary: 'writes flags as code into a folder; or all flags, or a rule set, to a file or to stdout',
  place: 'project',
  writes: false,
  arguments: [{ name: 'FILE', summary: 'where to; stdout if absent', isOptional: true }],
  options: {
    folder: { value: 'FOLDER', summary: 'one YAML file for each flag and segment there, for `plan` and `apply`' },
    'dry-run': { summary: 'with --folder, say which files would be written' },
    rules: { summary: 'the rule set of the environment whose server key GLIDEPATH_SDK_KEY holds' },
  },
  example: 'glidepath pull --folder flags',
  async run(call) {
    const isFolder = call.text('folder') !== undefined;
    if (isFolder && (call.has('rules') || call.optionalArgument(0) !== undefined))
      throw usage('--folder has a file for each flag.', 'Leave --rules and the file out.');
    if (call.has('dry-run') && !isFolder) throw usage('--dry-run is for --folder.', 'Leave it out.');
    if (isFolder) return (await import('../definitions/pulling.ts')).pullDefinitions(call);
    return written(call, call.has('rules') ? await rulesOf(call) : await flagsOf(call));
  },
};

/** What `bootstrap: { ruleset }` of an SDK takes, and `typegen --from`. */
async function rulesOf(call: Call): Promise<unknown> {
  const key = call.secret('GLIDEPATH_SDK_KEY');
  if (key === undefined) throw usage('A rule set takes a server key.', 'Set GLIDEPATH_SDK_KEY.');
  const prefix = prefixOf(key);
  if (prefix !== 'gp_srv_')
    throw usage(
      `GLIDEPATH_SDK_KEY is ${prefix === null ? 'no key' : KEY_KINDS[prefix]}.`,
      'It must be a server key, gp_srv_….',
    );
  const headers = { authorization: `Bearer ${key}` };
  const response = await reach(new URL(`${call.url()}/sdk/v1/payload`), { headers, redirect: 'error' });
  if (response.status === 401)
    throw new Failure('not-signed-in', 'unauthenticated', 'The server key is unknown, revoked or expired.');
  if (!response.ok) throw new Failure('failed', 'payload', `The service answered ${response.status}.`);
  return response.json();
}

async function flagsOf(call: Call): Promise<unknown> {
  const flags = await definitionsOf(call.api(), projectRoute(call));
  return { kind: 'flags', project: call.project(), flags };
}

function written(call: Call, content: unknown): Outcome {
  const file = call.optionalArgument(0);
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (file === undefined) return { document: content, text };
  // A rule set tells whom a business treats how.
  call.outside.files.write(path.resolve(call.outside.folder, file), text, 'owner');
  return { document: { file }, text: `wrote ${file}\n` };
}
