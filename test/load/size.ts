import { isBuilt, type OwnEntry, ownBytes, peerBytes } from './bundle-size.ts';

// How much a browser loads for ours and for others, by one and the same bundler.

const entries: readonly OwnEntry[] = [
  'core',
  'react',
  'core + react',
  'openfeature',
  'health',
  'breaker',
  'core + health + breaker',
  'devtools',
];
const ours: Partial<Record<OwnEntry, number>> = {};
for (const entry of entries.filter(isBuilt)) ours[entry] = await ownBytes(entry);
const peers = await peerBytes();

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ ours: { core: ours.core, react: ours.react }, peers })}\n`);
} else {
  const row = (name: string, bytes: number) => `${name.padEnd(28)}${(bytes / 1000).toFixed(2).padStart(8)} kB\n`;
  process.stdout.write('gzip, minified by esbuild for ES2022, without React\n');
  for (const [entry, bytes] of Object.entries(ours)) process.stdout.write(row(`Glidepath ${entry}`, bytes));
  for (const [name, bytes] of Object.entries(peers).sort(([, a], [, b]) => a - b))
    process.stdout.write(row(name, bytes));
}
