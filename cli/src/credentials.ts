import path from 'node:path';
import { Failure } from './failure.ts';
import type { Outside } from './outside.ts';

export interface Credential {
  readonly token: string;
  readonly name: string;
  readonly expiresAt: string;
}

interface Kept {
  /** That of the last sign-in: used where nothing else names a service. */
  readonly lastUrl?: string;
  readonly services: Readonly<Record<string, Credential>>;
}

type Place = Pick<Outside, 'env' | 'home' | 'files'>;

export function credentialsFile({ env, home }: Pick<Outside, 'env' | 'home'>): string {
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

export function keepCredential(place: Place, url: string, credential: Credential): void {
  write(place, { lastUrl: url, services: { ...kept(place).services, [url]: credential } });
}

export function forgetCredential(place: Place, url: string): void {
  const { services, lastUrl: last } = kept(place);
  const { [url]: _, ...others } = services;
  write(place, { ...(last !== undefined && last !== url && { lastUrl: last }), services: others });
}

function write(place: Place, content: Kept): void {
  place.files.write(credentialsFile(place), `${JSON.stringify(content, null, 2)}\n`, 'owner');
}
