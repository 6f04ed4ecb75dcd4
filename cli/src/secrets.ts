/** Keys and tokens of this service, wherever they stand in a text. */
const SECRETS = /gp_(api|srv|cli|rly)_[A-Za-z0-9_-]+/g;

/** What is written anywhere goes through this: a secret that slipped into a path or an answer stays one. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRETS, 'gp_$1_…');
}

export const KEY_KINDS = {
  gp_api_: 'an API token',
  gp_srv_: 'a server key',
  gp_cli_: 'a client key',
  gp_rly_: 'a relay key',
} as const;

export type KeyPrefix = keyof typeof KEY_KINDS;

export function prefixOf(secret: string): KeyPrefix | null {
  return (Object.keys(KEY_KINDS) as KeyPrefix[]).find((prefix) => secret.startsWith(prefix)) ?? null;
}
