import type { FlagType, Json } from '@glidepath/core';
import type { FlagWithEnvironments } from '@glidepath/server/api-types';

/** How one SDK asks for a flag. */
export interface Snippet {
  readonly id: 'node' | 'react' | 'openfeature' | 'curl';
  readonly name: string;
  readonly code: string;
}

type Asked = Pick<FlagWithEnvironments, 'key' | 'type' | 'clientSide' | 'variations' | 'environments'>;

/** Longer ones are left to whoever pastes it. */
const LONGEST_FALLBACK = 60;

const GETTERS = {
  boolean: 'getBooleanValue',
  string: 'getStringValue',
  number: 'getNumberValue',
  json: 'getObjectValue',
} as const satisfies Record<FlagType, string>;

const EMPTY = { boolean: 'false', string: "''", number: '0', json: '{}' } as const satisfies Record<FlagType, string>;

/** Ready to be pasted: the key and a fallback of the right type are filled in, the key of the environment is masked. */
export function snippetsOf(flag: Asked, url: string): readonly Snippet[] {
  const name = literalOf(flag.key);
  const fallback = fallbackOf(flag);
  const constant = camelCaseOf(flag.key);
  const node: Snippet = {
    id: 'node',
    name: 'Node.js',
    code: [
      `import { createClient } from '@glidepath/sdk-node';`,
      ``,
      `const flags = createClient({ url: '${url}', sdkKey: 'gp_srv_…' });`,
      `await flags.waitForInitialization({ timeoutSeconds: 5 });`,
      `const ${constant} = flags.variation(${name}, { key: user.id }, ${fallback});`,
    ].join('\n'),
  };
  const react: Snippet = {
    id: 'react',
    name: 'React',
    code: [
      `import { useFlag } from '@glidepath/sdk-browser/react';`,
      ``,
      `// Inside of <FlagsProvider options={{ url: '${url}', clientKey: 'gp_cli_…', context: { key: user.id } }}>`,
      `const ${constant} = useFlag(${name}, ${fallback});`,
    ].join('\n'),
  };
  const openfeature: Snippet = {
    id: 'openfeature',
    name: 'OpenFeature',
    code: [
      `import { FlagsProvider } from '@glidepath/sdk-node/openfeature';`,
      `import { OpenFeature } from '@openfeature/server-sdk';`,
      ``,
      `await OpenFeature.setProviderAndWait(new FlagsProvider({ url: '${url}', sdkKey: 'gp_srv_…' }));`,
      `const ${constant} = await OpenFeature.getClient().${GETTERS[flag.type]}(${name}, ${fallback}, { targetingKey: user.id });`,
    ].join('\n'),
  };
  const curl: Snippet = {
    id: 'curl',
    name: 'curl',
    code: [
      `curl -X POST '${url}/ofrep/v1/evaluate/flags/${encodeURIComponent(flag.key)}' \\`,
      `  -H 'Authorization: Bearer gp_srv_…' -H 'Content-Type: application/json' \\`,
      `  -d '{"context":{"targetingKey":"user-1"}}'`,
    ].join('\n'),
  };
  return flag.clientSide ? [node, react, openfeature, curl] : [node, openfeature, curl];
}

/** What is served while the flag is off, which is what code should fall back to. */
function fallbackOf({ type, variations, environments }: Asked): string {
  const off = environments[0]?.offVariation;
  const value = variations.find(({ key }) => key === off)?.value ?? variations.at(-1)?.value;
  const text = value === undefined ? EMPTY[type] : literalOf(value);
  return text.length > LONGEST_FALLBACK ? EMPTY[type] : text;
}

/** As JavaScript writes it. */
function literalOf(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A name for what is read: `new-checkout` becomes `newCheckout`. */
function camelCaseOf(key: string): string {
  const name = key.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase());
  return /^[A-Za-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : `flag${name}`;
}
