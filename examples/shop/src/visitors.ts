// Simulated visitors: a few checkouts a second, and once a second what they got.
const shop = process.argv[2] ?? 'http://127.0.0.1:4001';
const VISITORS = 1_000;
const CHECKOUTS_PER_TICK = 20;
const TICK_MS = 1_000;

let next = 0;

async function checkout(visitor: number): Promise<'new' | 'old' | 'failed'> {
  try {
    const response = await fetch(`${shop}/checkout/kite?visitor=visitor-${visitor}`);
    await response.text();
    return response.headers.get('x-checkout') === 'new' ? 'new' : 'old';
  } catch {
    return 'failed';
  }
}

async function tick(): Promise<void> {
  const visitors = Array.from({ length: CHECKOUTS_PER_TICK }, () => next++ % VISITORS);
  const served = await Promise.all(visitors.map(checkout));
  const count = (what: string): number => served.filter((one) => one === what).length;
  const failed = count('failed');
  console.log(`checkouts: ${count('new')} new, ${count('old')} old${failed > 0 ? `, ${failed} failed` : ''}`);
}

const timer = setInterval(() => void tick(), TICK_MS);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => clearInterval(timer));
