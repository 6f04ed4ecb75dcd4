import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = path.resolve(here, '../../sdk-browser/dist');
const peersFolder = path.join(here, 'peers');

/** Applications bring these themselves. */
const BROUGHT = ['react', 'react-dom', '@openfeature/web-sdk'];

/** What a page with flags imports of each of the others. */
const PEERS: Readonly<Record<string, string>> = {
  LaunchDarkly: "export { createClient } from '@launchdarkly/js-client-sdk';",
  Unleash: "export { UnleashClient } from 'unleash-proxy-client';",
  GrowthBook: "export { GrowthBook } from '@growthbook/growthbook';",
  Flagsmith: "export { default } from 'flagsmith';",
  ConfigCat: "export { getClient } from '@configcat/sdk';",
  'OpenFeature + OFREP': `
    export { OpenFeature } from '@openfeature/web-sdk';
    export { OFREPWebProvider } from '@openfeature/ofrep-web-provider';`,
  'LaunchDarkly with React': "export { withLDProvider, useFlags } from 'launchdarkly-react-client-sdk';",
  'Unleash with React': "export { FlagProvider, useFlag } from '@unleash/proxy-client-react';",
  'GrowthBook with React':
    "export { GrowthBook, GrowthBookProvider, useFeatureValue } from '@growthbook/growthbook-react';",
};

/** Bytes of what a browser loads: bundled and minified by esbuild for the same browsers, and zipped by gzip at its best. */
async function gzipBytes(contents: string, resolveDir: string, external: readonly string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: [...external],
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    write: false,
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length;
}

export type OwnEntry =
  | 'core'
  | 'react'
  | 'core + react'
  | 'openfeature'
  | 'health'
  | 'breaker'
  | 'core + health + breaker'
  | 'devtools';
const FILES: Readonly<Record<OwnEntry, readonly string[]>> = {
  core: ['index'],
  react: ['react'],
  'core + react': ['index', 'react'],
  openfeature: ['openfeature'],
  health: ['health'],
  breaker: ['page-breaker'],
  // All that a page loads that measures, and whose guards stop by themselves.
  'core + health + breaker': ['index', 'health', 'page-breaker'],
  devtools: ['devtools'],
};

/** Parts that a page loads once it asks for them, whatever entry does so. */
const ON_DEMAND = ['./page-breaker.js'];

/** Of an entry of the browser SDK as it is published; every entry but the core itself is measured without the core. */
export function ownBytes(entry: OwnEntry): Promise<number> {
  const files = FILES[entry];
  const contents = files.map((file) => `export * from './${file}.js';`).join('\n');
  const beside = ON_DEMAND.filter((file) => !files.some((name) => file === `./${name}.js`));
  return gzipBytes(contents, dist, [...BROUGHT, ...beside, ...(files.includes('index') ? [] : ['./index.js'])]);
}

export function isBuilt(entry: OwnEntry): boolean {
  return FILES[entry].every((file) => existsSync(path.join(dist, `${file}.js`)));
}

export async function peerBytes(): Promise<Readonly<Record<string, number>>> {
  const external = ['react', 'react-dom'];
  const sizes = Object.entries(PEERS).map(
    async ([name, source]) => [name, await gzipBytes(source, peersFolder, external)] as const,
  );
  return Object.fromEntries(await Promise.all(sizes));
}
