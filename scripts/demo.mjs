// The demo: a fresh server, the shop with its SDK, and simulated visitors. Everything ends with Ctrl+C.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const PORTS = { server: process.env.GLIDEPATH_PORT ?? '4000', shop: process.env.SHOP_PORT ?? '4001' };
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-demo-'));
const children = [];

function start(name, args, environment) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (!line.startsWith('{')) console.log(`${name.padEnd(8)} ${line}`);
  });
  child.on('exit', (code) => {
    if (!stopping) void stop(code ?? 1);
  });
  /** The first line that matches; the child's exit ends the demo. */
  return (pattern) =>
    new Promise((resolve) => {
      lines.on('line', (line) => {
        const match = pattern.exec(line);
        if (match) resolve(match);
      });
    });
}

let stopping = false;
async function stop(code) {
  stopping = true;
  const left = children.filter((child) => child.exitCode === null && child.signalCode === null);
  const gone = left.map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of left) child.kill('SIGTERM');
  await Promise.all(gone);
  rmSync(dataDir, { recursive: true, force: true });
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop(0));

async function call(base, method, route, body, headers = {}) {
  const response = await fetch(base + route, {
    method,
    headers: { 'content-type': 'application/json', origin: base, ...headers },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${route}: ${answer.detail}`);
  return { answer, cookie: response.headers.get('set-cookie')?.split(';')[0] };
}

const FLAGS = [
  { key: 'new-checkout', name: 'New checkout', type: 'boolean', tags: ['shop'] },
  {
    key: 'banner-text',
    name: 'Banner',
    type: 'string',
    purpose: 'operational',
    tags: ['shop'],
    variations: [
      { key: 'sale', value: 'Autumn sale: everything that flies, 20 % off' },
      { key: 'none', value: '' },
    ],
  },
  {
    key: 'page-size',
    name: 'Products per page',
    type: 'number',
    purpose: 'operational',
    tags: ['shop'],
    variations: [
      { key: 'five', value: 5 },
      { key: 'three', value: 3 },
    ],
  },
];

const serverLines = start('server', ['server/dist/main.js'], {
  GLIDEPATH_DATA_DIR: dataDir,
  GLIDEPATH_PORT: PORTS.server,
  GLIDEPATH_LOG_LEVEL: 'warn',
});
const [ready, setup] = await Promise.all([serverLines(/ready at (\S+)/), serverLines(/Set-up link .*?(http\S+)/)]);
const base = ready[1].replace(/\/$/, '');
const password = `${randomBytes(9).toString('base64url')}-demo`;
const admin = { email: 'demo@glidepath.example', name: 'Demo', password };
const { cookie } = await call(base, 'POST', '/api/v1/setup', { token: setup[1].split('#')[1], ...admin });
const session = await (await fetch(`${base}/api/v1/session`, { headers: { cookie } })).json();
const signedIn = { cookie, 'x-glidepath-csrf': session.csrfToken };
for (const flag of FLAGS) await call(base, 'POST', '/api/v1/projects/default/flags', flag, signedIn);
const inDevelopment = '/api/v1/projects/default/environments/development/flags/new-checkout';
await call(
  base,
  'PATCH',
  inDevelopment,
  {
    instructions: [{ kind: 'set-split', at: 'fallthrough', weights: { on: 10_000, off: 90_000 } }, { kind: 'turn-on' }],
  },
  signedIn,
);

const credentials = Object.fromEntries(
  readFileSync(path.join(dataDir, 'development.env'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);
const shopLines = start('shop', ['examples/shop/dist/main.js'], { ...credentials, SHOP_PORT: PORTS.shop });
const [, shopAddress] = await shopLines(/shop ready at (\S+)/);
start('visitors', ['examples/shop/dist/visitors.js', shopAddress], {});

console.log(`
Admin UI: ${base}        sign in as ${admin.email} with ${admin.password}
Shop:     ${shopAddress}

Open the flag new-checkout, move its split in development up and down, kill it there, and watch what the visitors get.
Ctrl+C ends the demo and removes its data.
`);
