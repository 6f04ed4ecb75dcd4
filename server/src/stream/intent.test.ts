import { basisFrom, decodeClientFrame, encode } from '@glidepath/core/protocol';
import { describe, expect, test } from 'vitest';
import { decideIntent, type IntentDecision, type Offer } from './intent.ts';

const EPOCH = 'aaaaaaaaaaaaaaaa';
const RIGHT = '1'.repeat(32);
const WRONG = '2'.repeat(32);
const HEAD = 500;
const OLDEST = 101;

function anOffer(overrides: Partial<Offer> = {}): Offer {
  return {
    epoch: EPOCH,
    version: HEAD,
    digest: RIGHT,
    oldest: OLDEST,
    deltaBytes: () => 100,
    snapshotBytes: 1_000,
    fromPrimary: false,
    ...overrides,
  };
}

const full = (reason: string, rebase = false) => ({ kind: 'full', reason, rebase });
const delta = (from: number) => ({ kind: 'delta', from });
const none = { kind: 'none' };
const readPrimary = { kind: 'read-primary' };

describe('T8: the answer to a basis', () => {
  // What the SDK says it holds, and the answer with the right and with the wrong digest.
  test.for<[said: string, basis: unknown, right: unknown, wrong: unknown]>([
    ['nothing', null, full('cold'), full('cold')],
    ['the newest version', { version: HEAD }, none, full('digest')],
    ['one version ahead', { version: HEAD + 1 }, readPrimary, readPrimary],
    ['a million versions ahead', { version: HEAD + 1_000_000 }, readPrimary, readPrimary],
    ['one version behind', { version: HEAD - 1 }, delta(HEAD - 1), delta(HEAD - 1)],
    ['the oldest kept version', { version: OLDEST }, delta(OLDEST), delta(OLDEST)],
    ['the version before the oldest kept', { version: OLDEST - 1 }, delta(OLDEST - 1), delta(OLDEST - 1)],
    ['the version before that', { version: OLDEST - 2 }, full('compacted'), full('compacted')],
    ['version 0', { version: 0 }, full('compacted'), full('compacted')],
    ['another epoch', { epoch: 'b'.repeat(16), version: HEAD }, full('epoch'), full('epoch')],
    ['another epoch, ahead', { epoch: 'b'.repeat(16), version: HEAD + 1 }, full('epoch'), full('epoch')],
    ['a negative version', { version: -1 }, full('cold'), full('cold')],
    ['1e308', { version: 1e308 }, full('cold'), full('cold')],
    ['half a version', { version: 1.5 }, full('cold'), full('cold')],
    ['a text for a version', { version: 'x' }, full('cold'), full('cold')],
    ['a list', [1, 2], full('cold'), full('cold')],
    ['a text', 'x', full('cold'), full('cold')],
    ['a text of 1 MB', 'x'.repeat(1_000_000), full('cold'), full('cold')],
    ['an epoch of 1 MB', { epoch: 'a'.repeat(1_000_000), version: HEAD }, full('cold'), full('cold')],
  ])('%s', ([, said, right, wrong]) => {
    for (const [digest, expected] of [
      [RIGHT, right],
      [WRONG, wrong],
    ] as const) {
      const isFields = typeof said === 'object' && said !== null && !Array.isArray(said);
      const claimed = isFields ? { epoch: EPOCH, digest, ...said } : said;
      expect(decideIntent(basisFrom(claimed), anOffer())).toEqual(expected);
    }
  });

  test('what is no basis arrives as none in a hello, and does not end the connection', () => {
    const hello = { t: 'hello', proto: 1, sdk: 'x', inst: 'y', app: {}, schema: 1, basis: { version: 'x' }, caps: [] };
    const decoded = decodeClientFrame(JSON.stringify(hello));
    expect(decoded).toMatchObject({ kind: 'frame', frame: { basis: null } });
    expect(encode({ t: 'resync', basis: null })).toBe('{"t":"resync","basis":null}');
  });

  test('a lower version is allowed only after the primary was read, and only when the SDK is still ahead of it', () => {
    const basis = { epoch: EPOCH, version: HEAD + 1, digest: WRONG };
    expect(decideIntent(basis, anOffer({ fromPrimary: true }))).toEqual(full('ahead', true));
    const caughtUp = anOffer({ fromPrimary: true, version: HEAD + 1, digest: WRONG });
    expect(decideIntent(basis, caughtUp)).toEqual(none);
    expect(decideIntent(basis, anOffer({ fromPrimary: true, version: HEAD + 3 }))).toEqual(delta(HEAD + 1));
  });

  test('a delta of more than half of the snapshot is not worth it', () => {
    const basis = { epoch: EPOCH, version: HEAD - 1, digest: RIGHT };
    expect(decideIntent(basis, anOffer({ deltaBytes: () => 500 }))).toEqual(delta(HEAD - 1));
    expect(decideIntent(basis, anOffer({ deltaBytes: () => 501 }))).toEqual(full('large'));
  });

  test('without a kept change only the newest version goes on', () => {
    const offer = anOffer({ oldest: HEAD + 1 });
    expect(decideIntent({ epoch: EPOCH, version: HEAD, digest: RIGHT }, offer)).toEqual(none);
    expect(decideIntent({ epoch: EPOCH, version: HEAD - 1, digest: RIGHT }, offer)).toEqual(full('compacted'));
  });

  test('the size of a delta is asked for only when there is one', () => {
    const offer = anOffer({
      deltaBytes: () => {
        throw new Error('There is no delta');
      },
    });
    const answers = [null, HEAD, HEAD + 1, OLDEST - 2].map(
      (version): IntentDecision =>
        decideIntent(version === null ? null : { epoch: EPOCH, version, digest: RIGHT }, offer),
    );
    expect(answers.map(({ kind }) => kind)).toEqual(['full', 'none', 'read-primary', 'full']);
  });
});
