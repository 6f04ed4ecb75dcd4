import { type Context, InMemStorageProvider, Unleash } from 'unleash-client';
import { expect, test } from 'vitest';
import { fieldsIn } from './reading.ts';
import { settled } from './settle.ts';
import { chanceOf } from './testing-chance.ts';
import { anUnleashContext, anUnleashProject } from './testing-unleash.ts';
import { unleash } from './unleash.ts';
import { hasVariants } from './unleash-evaluate.ts';
import { projectOf } from './unleash-shape.ts';
import { verify } from './verify.ts';

const chance = chanceOf(11);
const payload = anUnleashProject(chance, 80);
const { features, segments } = payload;
const contexts = Array.from({ length: 300 }, () => anUnleashContext(chance));
const given = unleash.read([payload]);
const NAMES = new Map([['', 'production']]);

test('for 80 features and 300 contexts, the verifier answers what their own SDK answers', async () => {
  const client = new Unleash({
    appName: 'shop',
    url: 'http://127.0.0.1:1/',
    refreshInterval: 0,
    disableMetrics: true,
    disableAutoStart: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: features as never, segments: segments as never },
  });
  client.on('error', () => undefined);
  client.on('warn', () => undefined);
  const isReady = new Promise<void>((resolve) => client.once('ready', () => resolve()));
  await client.start();
  await isReady;
  const ours = given.evaluatorOf('');
  const known = new Map((projectOf([payload]).environments.get('') ?? []).map((one) => [one.key, one]));
  const differences: unknown[] = [];
  // Without anybody to be known by, they let chance decide.
  for (const context of contexts.filter(({ userId }) => userId !== undefined))
    for (const flag of ours.flags) {
      const mine = ours.evaluate(flag, context, (_count, theirs) => theirs());
      const feature = known.get(flag);
      const { featureEnabled: _, ...variant } = client.getVariant(flag, context as Context);
      const theirs = feature && hasVariants(feature) ? variant : client.isEnabled(flag, context as Context);
      const isSame = typeof mine === 'object' ? sorted(mine) === sorted(theirs) : mine === theirs;
      if (!isSame) differences.push({ flag: features.find(({ name }) => name === flag), context, mine, theirs });
    }
  client.destroy();
  expect(differences.slice(0, 2)).toEqual([]);
});

const sorted = (value: unknown): string => JSON.stringify(Object.entries(value as object).sort());

test('nothing that is made of them differs without a reason', () => {
  const imported = settled(given.translate(NAMES), ['production']);
  expect(imported.notes.filter(({ severity }) => severity !== 'told')).toEqual([]);
  const verified = verify(given, imported, NAMES, contexts);
  expect(verified).toMatchObject({ evaluations: 24_000, told: 0, unexplained: 0, differences: [] });
  expect(verified.dealtAnew).toBeGreaterThan(400);
});

test('an export of a project names its environments', () => {
  const strategies = fieldsIn(features[1]?.strategies).map((one) => ({
    ...one,
    featureName: 'f',
    environment: 'production',
  }));
  const whole = {
    features: [{ name: 'f', type: 'kill-switch', description: 'Stops it' }],
    featureStrategies: strategies,
    featureEnvironments: [
      { featureName: 'f', environment: 'production', enabled: true },
      { featureName: 'f', environment: 'development', enabled: false },
    ],
    featureTags: [{ featureName: 'f', tagType: 'simple', tagValue: 'shop' }],
    segments,
  };
  const read = unleash.read([whole]);
  expect(read.environments).toEqual(['production', 'development']);
  const [flag] = read.translate(new Map([['production', 'live']])).flags;
  expect(flag).toMatchObject({ purpose: 'kill-switch', tags: ['shop'], environments: { live: { on: true } } });
});
