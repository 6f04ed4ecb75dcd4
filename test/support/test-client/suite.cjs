// One suite of the test client for every runner of tests: it takes from the runner no more than `test` and its timers.
const assert = require('node:assert/strict');

const user = { user: { key: 'u-42' } };

const CASES = {
  'serves what the test gave, to whom the test says'(createTestClient) {
    const flags = createTestClient({ 'new-checkout': false, 'page-size': 20 });
    flags.set('new-checkout', (context) => context.user?.key === 'pilot');
    assert.equal(flags.variation('new-checkout', { key: 'pilot' }, false), true);
    assert.equal(flags.variation('new-checkout', user, true), false);
    assert.equal(flags.variation('page-size', user, 0), 20);
    assert.equal(flags.forContext(user).variation('page-size', 0), 20);
    assert.equal(flags.variationDetail('page-size', user, 0).source, 'test');
  },
  'tells listeners of a change before `set` returns'(createTestClient) {
    const flags = createTestClient({ 'new-checkout': false });
    const told = [];
    flags.on('change:new-checkout', () => told.push(flags.variation('new-checkout', user, false)));
    flags.watch('new-checkout', user, false, (now) => told.push(now.value));
    told.length = 0;
    flags.set('new-checkout', true);
    assert.deepEqual(told, [true, true]);
  },
  'records what was asked, and forgets it at `reset`'(createTestClient) {
    const flags = createTestClient({ 'new-checkout': true });
    flags.variation('new-checkout', user, false);
    const recorded = flags.evaluations.map(({ key, context, fallback, detail }) => [
      key,
      context,
      fallback,
      detail.value,
    ]);
    assert.deepEqual(recorded, [['new-checkout', user, false, true]]);
    flags.reset();
    assert.equal(flags.evaluations.length, 0);
  },
  'throws for a flag that no test gave, and names the nearest'(createTestClient) {
    const flags = createTestClient({ 'new-checkout': true });
    const message = 'Unknown flag "new-chekout". Did you mean "new-checkout"?';
    assert.throws(() => flags.variation('new-chekout', user, false), { message });
    assert.equal(createTestClient({}, { strict: false }).variation('new-chekout', user, 7), 7);
  },
  async 'is ready at once, whatever the timers do, and closes'(createTestClient) {
    const flags = createTestClient({ 'new-checkout': true });
    assert.equal((await flags.waitForInitialization({ timeoutSeconds: 5 })).status, 'ready');
    assert.equal((await flags.flush()).ok, true);
    assert.equal((await flags.close()).flushed, true);
    assert.equal(flags.variation('new-checkout', user, false), false);
    assert.equal((await flags.waitForInitialization()).status, 'failed');
  },
  'opens no socket and no timer'(createTestClient) {
    const before = process.getActiveResourcesInfo().sort();
    const flags = createTestClient({ 'new-checkout': true });
    flags.on('change', () => undefined);
    flags.forContext(user).variation('new-checkout', false);
    flags.set('new-checkout', false).setStatus('stale').setStatus('ready');
    assert.deepEqual(process.getActiveResourcesInfo().sort(), before);
  },
};

/** `timers` puts fake timers in place, and takes them away again. */
exports.runSuite = ({ test, createTestClient, timers }) => {
  for (const [name, run] of Object.entries(CASES)) {
    test(`with real timers, the test client ${name}`, () => run(createTestClient));
    test(`with fake timers, the test client ${name}`, async () => {
      timers.fake();
      try {
        await run(createTestClient);
      } finally {
        timers.real();
      }
    });
  }
};

exports.cases = 2 * Object.keys(CASES).length;
