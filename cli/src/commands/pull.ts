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
  summary: 'writes all flags to a file or to stdout; with a server key the rule set that SDKs start from',
  place: 'project',
  writes: false,
  arguments: [{ name: 'FILE', summary: 'where to; stdout if absent', isOptional: true }],
  options: {
    rules: { summary: 'the rule set of the environment whose server key GLIDEPATH_SDK_KEY holds' },
  },
  example: 'glidepath pull ruleset.json --rules',
  run: async (call) => (call.has('rules') ? written(call, await rulesOf(call)) : written(call, await flagsOf(call))),
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
