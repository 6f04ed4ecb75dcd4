import http from 'node:http';

// Simulated visitors at the checkout, some of them far more often than others; how it went, every few seconds.
const shop = new URL(process.argv[2] ?? 'http://127.0.0.1:4001');
const VISITORS = 10_000;
const CHECKOUTS_PER_SECOND = 300;
const TICK_MS = 20;
const TELL_MS = 5_000;
/** A shop that is too slow for them has fewer. */
const MOST_AT_ONCE = 300;
/** The higher, the more of all checkouts are those of the busiest. */
const UNEVENNESS = 1.5;

const agent = new http.Agent({ keepAlive: true, maxSockets: 64, scheduling: 'fifo' });
const told = { new: 0, old: 0, failed: 0 };
let underWay = 0;

function someVisitor(): string {
  return `visitor-${Math.floor(VISITORS * Math.random() ** UNEVENNESS)}`;
}

function checkout(path: string, isAgain: boolean): void {
  underWay += 1;
  const end = (outcome: keyof typeof told): void => {
    underWay -= 1;
    told[outcome] += 1;
  };
  const request = http.get(new URL(path, shop), { agent: isAgain ? false : agent }, (response) => {
    response.resume();
    const served = response.headers['x-checkout'] === 'new' ? 'new' : 'old';
    response.once('close', () => end(response.complete && response.statusCode === 200 ? served : 'failed'));
  });
  request.once('error', () => {
    // An instance that was replaced has closed the connection: browsers try once more by another, too.
    if (isAgain) return end('failed');
    underWay -= 1;
    checkout(path, true);
  });
}

let last = performance.now();
let due = 0;
function tick(): void {
  const now = performance.now();
  due = Math.min(MOST_AT_ONCE, due + ((now - last) * CHECKOUTS_PER_SECOND) / 1_000);
  last = now;
  for (; due >= 1; due -= 1) {
    if (underWay < MOST_AT_ONCE) checkout(`/checkout/kite?visitor=${someVisitor()}`, false);
  }
}

let toldAt = performance.now();
function tell(): void {
  const seconds = (performance.now() - toldAt) / 1_000;
  toldAt = performance.now();
  const rate = (outcome: keyof typeof told): number => {
    const count = told[outcome];
    told[outcome] = 0;
    return Math.round(count / seconds);
  };
  console.log(`checkouts a second: ${rate('new')} new, ${rate('old')} old, ${rate('failed')} failed`);
}

const timers = [setInterval(tick, TICK_MS), setInterval(tell, TELL_MS)];
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const timer of timers) clearInterval(timer);
    agent.destroy();
  });
}
