import path from 'node:path';
import { Failure } from './failure.ts';
import { keychainOf } from './keychain.ts';
import type { Outside } from './outside.ts';

/** What is known of a token that is kept. */
export interface Credential {
  readonly name: string;
  readonly expiresAt: string;
  /** Absent where the keychain of this machine has it. */
  readonly token?: string;
}

interface Kept {
  /** That of the last sign-in: used where nothing else names a service. */
  readonly lastUrl?: string;
  readonly services: Readonly<Record<string, Credential>>;
}

type Place = Pick<Outside, 'env' | 'home' | 'files' | 'platform' | 'runTool'>;

function credentialsFile({ env, home }: Pick<Outside, 'env' | 'home'>): string {
  const config = env['XDG_CONFIG_HOME'];
  return path.join(
    config !== undefined && path.isAbsolute(config) ? config : path.join(home, '.config'),
    'glidepath',
    'credentials.json',
  );
}

function kept(place: Place): Kept {
  const file = credentialsFile(place);
  const text = place.files.read(file);
  if (text === null) return { services: {} };
  try {
    const { lastUrl, services } = JSON.parse(text) as Partial<Kept>;
    return { ...(lastUrl !== undefined && { lastUrl }), services: services ?? {} };
  } catch {
    throw new Failure('failed', 'credentials', `${file} cannot be read.`, 'Remove it and sign in again.');
  }
}

export function lastUrl(place: Place): string | null {
  return kept(place).lastUrl ?? null;
}

/** A token is kept for one service, and sent to no other. */
export function credentialFor(place: Place, url: string): Credential | null {
  const { services } = kept(place);
  return Object.hasOwn(services, url) ? (services[url] ?? null) : null;
}

/** The token that is kept for a service, wherever it is kept; null where none is. */
export function tokenFor(place: Place, url: string): string | null {
  const credential = credentialFor(place, url);
  if (credential === null) return null;
  const token = credential.token ?? keychainOf(place)?.get(url);
  if (token !== null && token !== undefined) return token;
  throw new Failure(
    'not-signed-in',
    'keychain',
    `The token for ${url} is in the keychain of this machine, which does not give it.`,
    'Unlock it, sign in again with `glidepath login`, or set GLIDEPATH_TOKEN.',
  );
}

interface NewCredential extends Credential {
  readonly token: string;
}

/** Keeps it in the keychain where there is one, else in a file of its owner; answers where. */
export function keepCredential(place: Place, url: string, { token, ...known }: NewCredential): string {
  const keychain = keychainOf(place);
  const isInKeychain = keychain?.set(url, token) === true;
  write(place, {
    lastUrl: url,
    services: { ...kept(place).services, [url]: isInKeychain ? known : { ...known, token } },
  });
  return isInKeychain ? keychain.name : credentialsFile(place);
}

export function forgetCredential(place: Place, url: string): void {
  const { services, lastUrl: last } = kept(place);
  const { [url]: gone, ...others } = services;
  if (gone !== undefined && gone.token === undefined) keychainOf(place)?.remove(url);
  write(place, { ...(last !== undefined && last !== url && { lastUrl: last }), services: others });
}

function write(place: Place, content: Kept): void {
  place.files.write(credentialsFile(place), `${JSON.stringify(content, null, 2)}\n`, 'owner');
}
