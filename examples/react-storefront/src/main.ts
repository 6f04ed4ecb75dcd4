import { readdirSync, readFileSync } from 'node:fs';
import { createClient } from '@glidepath/sdk-node';
import { type Asset, buildStorefront } from './server.tsx';

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };

// GLIDEPATH_URL and GLIDEPATH_SDK_KEY come from the environment; pages get the client key instead, which may be known.
const { GLIDEPATH_URL: url = 'http://127.0.0.1:4000', GLIDEPATH_CLIENT_KEY: clientKey = '' } = process.env;
const flags = createClient({ application: { name: 'storefront', version: '1.0.0' } });
await flags.waitForInitialization({ timeoutSeconds: 2 });

const pages = new URL('client/', import.meta.url);
const assets = readdirSync(new URL('assets/', pages)).map((name): [string, Asset] => [
  `/assets/${name}`,
  {
    type: TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    body: readFileSync(new URL(`assets/${name}`, pages)),
  },
]);
const storefront = buildStorefront({
  flags,
  browser: { url, clientKey },
  template: readFileSync(new URL('index.html', pages), 'utf8'),
  assets: new Map(assets),
});
const address = await storefront.listen({ port: Number(process.env['STOREFRONT_PORT'] ?? 4002), host: '127.0.0.1' });
console.log(`storefront ready at ${address}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await storefront.close();
    await flags.close();
  });
}
