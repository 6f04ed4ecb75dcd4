import { init, type LDContext } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchDarkly } from './launchdarkly.ts';
import { fieldsIn, fieldsOf } from './reading.ts';
import { settled } from './settle.ts';
import { chanceOf } from './testing-chance.ts';
import { aLaunchDarklyContext, aLaunchDarklyProject } from './testing-launchdarkly.ts';
import { verify } from './verify.ts';

// The export is read in the form of the API; their own SDK gets what their own service would send it.

const project = aLaunchDarklyProject(6, 200);
const chance = chanceOf(7);
const contexts = Array.from({ length: 10_000 }, () => aLaunchDarklyContext(chance));
const given = launchDarkly.read([project.flags, project.segments]);
const NAMES = new Map([['production', 'production']]);

const nothing = () => undefined;
const data = new TestData();
const client = init('sdk-key', {
  updateProcessor: data.getFactory(),
  sendEvents: false,
  diagnosticOptOut: true,
  logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
});

beforeAll(async () => {
  for (const raw of project.flags.items) {
    const variations = fieldsIn(raw['variations']).map(({ value }) => value);
    const config = fieldsOf(fieldsOf(raw['environments'])['production']);
    await data.usePreconfiguredFlag({ ...config, key: raw['key'], version: 1, variations });
  }
  for (const raw of project.segments.items) await data.usePreconfiguredSegment({ ...raw });
  await client.waitForInitialization({ timeout: 10 });
});
afterAll(() => client.close());

/** Each context meets every tenth flag, and each flag every tenth context. */
const PARTS = Array.from({ length: 10 }, (_, part) => part);
const inPart = <T>(list: readonly T[], part: number): readonly T[] => list.filter((_, index) => index % 10 === part);

test('for 200 flags and 10,000 contexts, the verifier answers what their own SDK answers, percentages included', async () => {
  const ours = given.evaluatorOf('production');
  const differences: unknown[] = [];
  for (const part of PARTS)
    for (const context of inPart(contexts, part))
      for (const flag of inPart(ours.flags, part)) {
        const mine = ours.evaluate(flag, context, (_count, theirs) => theirs());
        const value: unknown = await client.variation(flag, context as unknown as LDContext, undefined);
        if (mine !== value && JSON.stringify(mine) !== JSON.stringify(value))
          differences.push({ flag, context, value, mine });
      }
  expect(differences.slice(0, 3)).toEqual([]);
});

test('S40: an export of 200 flags re-evaluates 10,000 contexts with no unexplained difference', () => {
  const imported = settled(given.translate(NAMES), ['production']);
  expect(imported.notes).toEqual([]);
  expect(imported.flags).toHaveLength(200);
  const verified = verify(given, imported, NAMES, contexts);
  expect(verified).toMatchObject({ contexts: 10_000, evaluations: 2_000_000, told: 0, fallback: 0, unexplained: 0 });
  // Another hash deals, and nothing but percentages is dealt.
  expect(verified.dealtAnew).toBeGreaterThan(50_000);
  expect(verified.same + verified.dealtAnew).toBe(2_000_000);
}, 300_000);
