// Bundles what the benchmark's processes run: plain JavaScript, so that nothing is translated while it is measured.
import path from 'node:path';
import { build } from 'esbuild';

export const bundleBench = ({ root }) =>
  build({
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    entryPoints: [path.join(root, 'test/load/worker.ts')],
    outdir: path.join(root, 'test/load/dist'),
    // Ours is measured as it is published.
    external: ['@glidepath/sdk-node'],
    conditions: ['source'],
    tsconfigRaw: {},
    logLevel: 'warning',
  });
