import type { ApiTokenView } from '@glidepath/server/api-types';
import { openApi } from '../api.ts';
import type { Call } from '../call.ts';
import type { Command } from '../command.ts';
import { credentialFor, forgetCredential, keepCredential, tokenFor } from '../credentials.ts';
import { signInByCode } from '../device-login.ts';
import { Failure, usage } from '../failure.ts';
import { handOver } from '../hand-over.ts';
import { tame } from '../paint.ts';
import { KEY_KINDS, prefixOf } from '../secrets.ts';

const OWN = '/api/v1/token';

export const login: Command = {
  name: 'login',
  summary: 'signs in: in the browser of this machine or of another one, or with an API token on stdin',
  place: 'service',
  writes: false,
  arguments: [],
  options: {
    token: { value: '-', summary: 'read an API token from stdin' },
    browser: { summary: 'sign in in the browser though this is no terminal' },
    device: { summary: 'sign in in a browser elsewhere, by a code: for machines without one' },
  },
  example: 'glidepath login --url https://flags.example.com',
  async run(call) {
    const url = call.url();
    const token = await newToken(call, url);
    const view = await openApi(url, token).send<ApiTokenView>('GET', OWN);
    const kept = keepCredential(call.outside, url, { token, name: view.name, expiresAt: view.expiresAt });
    return {
      document: { url, ...view, keptIn: kept },
      text: `signed in to ${url}\n${factsOf(view)}\nthe token is kept in ${kept}\n`,
    };
  },
};

async function newToken(call: Call, url: string): Promise<string> {
  const { stdin } = call.outside;
  const given = call.text('token');
  if (given === undefined) {
    if (call.has('device')) return signInByCode(call, url);
    if (stdin.isTerminal || call.has('browser')) return handOver(call, url);
    throw usage(
      'Nobody can be asked to sign in here.',
      'Pass --device, or --token - and the token on stdin; or set GLIDEPATH_TOKEN.',
    );
  }
  if (given !== '-')
    throw usage(
      'A token among the arguments can be read by everybody on this machine.',
      'Pass --token - and the token on stdin.',
    );
  call.trustedUrl('A token');
  const token = (await stdin.readAll()).trim();
  const prefix = prefixOf(token);
  if (prefix === 'gp_api_') return token;
  const kind = prefix === null ? 'no API token' : `${KEY_KINDS[prefix]}, and no API token`;
  throw usage(`What stands on stdin is ${kind}.`, 'It begins with gp_api_: make one in Settings → API tokens.');
}

function factsOf({ name, role, only, projects, environments, expiresAt }: ApiTokenView): string {
  const where = [
    projects === null ? 'all projects' : `projects ${projects.join(', ')}`,
    environments === null ? 'all environments' : `environments ${environments.join(', ')}`,
  ];
  // An older service does not say it.
  const rights = Array.isArray(only) ? `${role}, for ${only.join(' and ')} only` : role;
  return tame(`token "${name}" · ${rights} · ${where.join(', ')} · until ${expiresAt.slice(0, 10)}`);
}

export const whoami: Command = {
  name: 'whoami',
  summary: 'says with which token you are signed in, and what it may do',
  place: 'service',
  writes: false,
  isData: true,
  arguments: [],
  options: {},
  example: 'glidepath whoami',
  async run(call) {
    const view = await call.api().send<ApiTokenView>('GET', OWN);
    return { document: { url: call.url(), ...view }, text: `${call.url()}\n${factsOf(view)}\n` };
  },
};

export const logout: Command = {
  name: 'logout',
  summary: 'ends the token that is kept for a service, and forgets it',
  place: 'service',
  writes: false,
  arguments: [],
  options: { keep: { summary: 'only forget the token: it stays valid' } },
  example: 'glidepath logout',
  async run(call) {
    const url = call.url();
    if (credentialFor(call.outside, url) === null)
      throw new Failure(
        'not-signed-in',
        'not-signed-in',
        `No token is kept for ${url}.`,
        'There is nothing to forget.',
      );
    const wasEnded = call.has('keep') ? false : await end(url, tokenFor(call.outside, url));
    forgetCredential(call.outside, url);
    return { document: { url, ended: wasEnded }, text: `signed out of ${url}\n` };
  },
};

/** A token that is no longer valid needs no ending. */
async function end(url: string, token: string | null): Promise<boolean> {
  if (token === null) return false;
  try {
    await openApi(url, token).send('DELETE', OWN);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.exit === 'not-signed-in') return false;
    throw error;
  }
}
