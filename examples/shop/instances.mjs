// What an orchestrator does, in small: runs instances of the shop behind one port, and replaces them one by one when
// `PUT /version` names another release. It answers once all of them serve it.
import cluster from 'node:cluster';
import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

const INSTANCES = 2;
const START_DEADLINE_MS = 30_000;
const [, , firstVersion] = process.argv;

cluster.setupPrimary({ exec: fileURLToPath(new URL('dist/main.js', import.meta.url)), args: [] });
let running = [];
let isStopping = false;

async function start(version) {
  const worker = cluster.fork({ SHOP_VERSION: version });
  const deadline = AbortSignal.timeout(START_DEADLINE_MS);
  await Promise.race([
    once(worker, 'listening', { signal: deadline }),
    once(worker, 'exit', { signal: deadline }).then(() => {
      throw new Error(`release ${version} does not start`);
    }),
  ]);
  worker.once('exit', () => {
    // One that breaks down is not started again here: the demo would only hide it.
    if (running.includes(worker) && !isStopping) process.exit(1);
  });
  return worker;
}

async function stop(worker) {
  if (worker.isDead()) return;
  const gone = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  await gone;
}

/** The new one serves before the old one ends. */
async function bring(version) {
  for (const old of [...running]) {
    if (isStopping) return;
    const successor = await start(version);
    running = running.map((worker) => (worker === old ? successor : worker));
    await stop(old);
  }
}

for (let count = 0; count < INSTANCES; count += 1) running.push(await start(firstVersion));

const control = http.createServer(async (request, response) => {
  if (request.method !== 'PUT' || request.url !== '/version') return response.writeHead(404).end();
  try {
    await bring(Buffer.concat(await request.toArray()).toString());
    response.end();
  } catch (error) {
    response.writeHead(500).end(error.message);
  }
});
control.listen(0, '127.0.0.1', () => {
  console.log(`${INSTANCES} instances of the shop, controlled at http://127.0.0.1:${control.address().port}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    isStopping = true;
    control.close();
    control.closeAllConnections();
    // Also one that was only about to serve.
    await Promise.all(Object.values(cluster.workers).map(stop));
  });
}
