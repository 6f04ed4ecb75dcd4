import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { installBrowserGlobals } from '../../support/browser-globals.ts';
import { NodeEventSource } from '../../support/event-source.ts';
import { ENVIRONMENT, flagWorld } from '../../support/flag-world.ts';
import { type Service, startService } from '../../support/start-service.ts';
import type { ProviderAdapter, Session } from './adapter.ts';
import { makeFlags } from './flags.ts';
import { ourServerAdapter } from './our-server-adapter.ts';
import { ourWebAdapter } from './our-web-adapter.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { ofrepServerAdapter } from './server-adapter.ts';
import { ofrepWebAdapter } from './web-adapter.ts';

/**
 * OpenFeature's Gherkin suites for evaluation, told in our own words, through the providers that npm has. What cannot
 * hold is named in `excluded.json`: it is run all the same, and must fail.
 */

interface Excluded {
  readonly provider: string;
  readonly scenario: string;
  /** Only examples that begin so. */
  readonly rows?: readonly string[];
  readonly reason: string;
}

const EXCLUDED = JSON.parse(readFileSync(new URL('excluded.json', import.meta.url), 'utf8')) as readonly Excluded[];
const FEWEST = 60;

const ADAPTERS: Readonly<Record<string, (service: Service) => Promise<ProviderAdapter>>> = {
  'Glidepath server provider': async (service) => ourServerAdapter(service.url, await service.sdkKey(ENVIRONMENT)),
  'Glidepath web provider': async (service) =>
    ourWebAdapter(service.url, await service.sdkKey(ENVIRONMENT, { kind: 'client' })),
  'OFREP server provider': async (service) => ofrepServerAdapter(service.url, await service.sdkKey(ENVIRONMENT)),
  'OFREP web provider': async (service) =>
    ofrepWebAdapter(service.url, await service.sdkKey(ENVIRONMENT, { kind: 'client' })),
};

let service: Service;
let page: Disposable;
beforeAll(async () => {
  page = installBrowserGlobals();
  Object.assign(globalThis, { EventSource: NodeEventSource });
  service = await startService();
  await makeFlags(flagWorld(service));
  await service.admin.send('PATCH', `/api/v1/projects/default/environments/${ENVIRONMENT}`, {
    body: { reasonsInBrowsers: true },
  });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  Reflect.deleteProperty(globalThis, 'EventSource');
  page[Symbol.dispose]();
});

function covers(one: Excluded, provider: string, { name, row }: Scenario): boolean {
  const isNamed = one.provider === provider && one.scenario === name;
  return isNamed && (one.rows?.some((beginning) => row.startsWith(beginning)) ?? true);
}

describe.for(Object.keys(ADAPTERS))('S26: %s', (name) => {
  let adapter: ProviderAdapter;
  let session: Session | null = null;
  beforeAll(async () => {
    const open = ADAPTERS[name];
    if (open === undefined) throw new Error(`no adapter is called ${name}`);
    adapter = await open(service);
  });
  afterEach(async () => {
    await session?.close();
    session = null;
  });

  const ours = EXCLUDED.filter((one) => one.provider === name);
  const isExcluded = (scenario: Scenario) => ours.some((one) => covers(one, name, scenario));
  const excluded = SCENARIOS.filter(isExcluded);
  const executed = SCENARIOS.filter((scenario) => !isExcluded(scenario));

  const run = async (scenario: Scenario): Promise<void> => {
    session = await adapter.open(scenario.given);
    await scenario.run(session);
  };

  test.for(executed.map((scenario) => [scenario.name, scenario.row, scenario] as const))(
    '%s: %s',
    async ([, , scenario]) => run(scenario),
  );

  test.for(excluded.map((scenario) => [scenario.name, scenario.row, scenario] as const))(
    'still cannot hold: %s: %s',
    async ([, , scenario]) => {
      await expect(run(scenario)).rejects.toThrow();
    },
  );

  test('executes enough of the suite, and excludes nothing that is not in it', () => {
    process.stdout.write(`${name}: ${executed.length} executed / ${excluded.length} excluded\n`);
    expect(executed.length).toBeGreaterThanOrEqual(FEWEST);
    const idle = ours.filter((one) => !SCENARIOS.some((scenario) => covers(one, name, scenario)));
    expect(idle).toEqual([]);
  });
});
