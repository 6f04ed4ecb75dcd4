// The demo: a fresh server, the shop with its pipeline, simulated visitors, and something that stands in for Slack.
// GLIDEPATH_PORT, SHOP_PORT and INBOX_PORT say where; GLIDEPATH_DEMO_BAKE_SECONDS how long a stage of a rollout takes at
// least. Everything ends with Ctrl+C.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openInbox } from './inbox.mjs';
import { openProcesses } from './processes.mjs';
import { openService } from './service.mjs';
import { tellStory } from './story.mjs';

const {
  GLIDEPATH_PORT = '4000',
  SHOP_PORT = '4001',
  INBOX_PORT = '4002',
  GLIDEPATH_DEMO_BAKE_SECONDS = '15',
} = process.env;
const bakeSeconds = Number(GLIDEPATH_DEMO_BAKE_SECONDS);
/** For those who watch to look around. */
const pauseMs = 500 * bakeSeconds;
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'glidepath-demo-'));

const say = (name, line) => console.log(`${name.padEnd(8)} ${line}`);
function tell(sentence, link) {
  const seconds = Math.round(performance.now() / 1_000);
  const time = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  console.log(`\n${time}  ${sentence}${link === undefined ? '' : `\n       ${link}`}\n`);
}

const processes = openProcesses({
  say,
  onEnd(name) {
    console.error(`${name} has ended, and so does the demo.`);
    void stop(1);
  },
});
let inbox = null;

// Whoever presses Ctrl+C twice means it once.
let stopping = null;
function stop(code) {
  stopping ??= processes.stop().then(() => {
    inbox?.close();
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(code);
  });
  return stopping;
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop(0));

async function run() {
  inbox = await openInbox(INBOX_PORT);
  const service = await openService(processes, { dataDir, port: GLIDEPATH_PORT, inboxUrl: inbox.url, bakeSeconds });
  const line = processes.start('shop', ['examples/shop/instances.mjs', '1.0.0'], {
    GLIDEPATH_URL: service.url,
    GLIDEPATH_SDK_KEY: service.sdkKey,
    SHOP_PORT,
  });
  const [, controlUrl] = await line(/controlled at (\S+)/);
  const shop = { url: `http://localhost:${SHOP_PORT}`, controlUrl, inboxUrl: inbox.url };
  processes.start('visitors', ['examples/shop/dist/visitors.js', `http://127.0.0.1:${SHOP_PORT}`]);

  const addresses = `
Admin UI: ${service.url}        sign in as ${service.admin.email} with ${service.admin.password}
Shop:     ${shop.url}
Slack:    ${shop.inboxUrl}
`;
  console.log(addresses);
  tell('The shop runs 1.0.0, and everybody has the old checkout.', `${service.url}/rollouts`);
  await wait(pauseMs);
  await tellStory({ service, shop, processes, tell, pauseMs });
  tell('That was all. It goes on: release it again, move its split, kill it, and watch what the visitors get.');
  console.log(`${addresses}\nCtrl+C ends the demo and removes its data.\n`);
}

run().catch((error) => {
  if (stopping !== null) return;
  console.error(`The demo cannot go on: ${error.message}`);
  void stop(1);
});
