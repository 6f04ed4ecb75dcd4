import { AsyncLocalStorage } from 'node:async_hooks';
import { flagItem } from '@glidepath/core/testing';
import { type Context, type ContextManager, context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { type LogRecord, logs } from '@opentelemetry/api-logs';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { type OtelHookOptions, otelHook } from './otel.ts';
import { NAMES, SCHEMA_URL } from './semantic-names.ts';
import { testPlatform } from './testing-platform.ts';

const records: LogRecord[] = [];
const loggers: unknown[] = [];

beforeAll(() => {
  logs.setGlobalLoggerProvider({
    getLogger(name, _version, options) {
      loggers.push([name, options]);
      return { emit: (record) => records.push(record), enabled: () => true };
    },
  });
  context.setGlobalContextManager(asyncContexts());
});

beforeEach(() => {
  records.length = 0;
});

afterAll(() => {
  logs.disable();
  context.disable();
});

function asyncContexts(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...given) => storage.run(active, () => run.call(self, ...given)),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

/** A span that keeps what it is told. */
function aSpan() {
  const told: unknown[] = [];
  const span = {
    addEvent: (name: string, attributes: unknown) => told.push([name, attributes]),
    setAttributes: (attributes: unknown) => told.push(attributes),
  } as unknown as Span;
  return { told, within: <R>(run: () => R): R => context.with(trace.setSpan(context.active(), span), run) };
}

function aClient(options: OtelHookOptions = {}) {
  const platform = testPlatform();
  const client = createClientOn(platform, { url: 'https://x', sdkKey: 'gp_srv_1', hooks: [otelHook(options)] });
  platform.accept(7, [flagItem('new-checkout', {}, 5), flagItem('off', { on: false }, 6)]);
  return client;
}

const user = { user: { key: 'ada@example.com', plan: 'secret-plan' } };

describe('S27: an evaluation, told to OpenTelemetry', () => {
  test('bears the names of the semantic conventions, all of them and no others', () => {
    expect(NAMES).toEqual({
      event: conventions.EVENT_FEATURE_FLAG_EVALUATION,
      key: conventions.ATTR_FEATURE_FLAG_KEY,
      variant: conventions.ATTR_FEATURE_FLAG_RESULT_VARIANT,
      value: conventions.ATTR_FEATURE_FLAG_RESULT_VALUE,
      reason: conventions.ATTR_FEATURE_FLAG_RESULT_REASON,
      provider: conventions.ATTR_FEATURE_FLAG_PROVIDER_NAME,
      set: conventions.ATTR_FEATURE_FLAG_SET_ID,
      version: conventions.ATTR_FEATURE_FLAG_VERSION,
      contextId: conventions.ATTR_FEATURE_FLAG_CONTEXT_ID,
      errorType: conventions.ATTR_ERROR_TYPE,
      errorMessage: conventions.ATTR_FEATURE_FLAG_ERROR_MESSAGE,
    });
  });

  test('is a log record with neither the value nor the context', () => {
    aClient().variation('new-checkout', user, false);
    expect(records).toEqual([
      {
        eventName: 'feature_flag.evaluation',
        attributes: {
          'feature_flag.key': 'new-checkout',
          'feature_flag.provider.name': 'glidepath',
          'feature_flag.result.reason': 'static',
          'feature_flag.result.variant': 'on',
          'feature_flag.version': '5',
          'feature_flag.set.id': expect.stringMatching(/^[0-9a-f]{16}$/),
        },
        context: ROOT_CONTEXT,
      },
    ]);
    expect(JSON.stringify(records)).not.toMatch(/ada|secret/);
    expect(loggers.at(-1)).toEqual(['@glidepath/sdk-node', { schemaUrl: SCHEMA_URL }]);
  });

  test('says what went wrong', () => {
    const client = aClient();
    client.variation('missing', user, false);
    client.variation('new-checkout', user, 'text');
    const known: readonly string[] = Object.values(NAMES);
    for (const { attributes = {} } of records) expect(known).toEqual(expect.arrayContaining(Object.keys(attributes)));
    expect(records.map(({ attributes }) => attributes)).toMatchObject([
      {
        'error.type': 'flag_not_found',
        'feature_flag.result.reason': 'error',
        'feature_flag.error.message': expect.any(String),
      },
      { 'error.type': 'type_mismatch', 'feature_flag.result.reason': 'error' },
    ]);
  });

  test('has the value and the key of the context only where that is wanted', () => {
    aClient({ includeValue: true, includeContextId: true }).variation('new-checkout', user, false);
    expect(records[0]?.attributes).toMatchObject({
      'feature_flag.result.value': 'true',
      'feature_flag.context.id': 'ada@example.com',
    });
  });

  test('is told once for each flag and variation in a span, and again in the next', () => {
    const client = aClient();
    for (const { within } of [aSpan(), aSpan()])
      within(() => {
        for (let read = 0; read < 3; read += 1) {
          client.variation('new-checkout', user, false);
          client.variation('off', user, false);
        }
      });
    expect(records.map(({ attributes }) => attributes?.['feature_flag.key'])).toEqual(
      Array(2).fill(['new-checkout', 'off']).flat(),
    );
    expect(records.every((record) => record.context !== ROOT_CONTEXT)).toBe(true);
  });

  test('is told each time where that is wanted', () => {
    const client = aClient({ oncePerSpan: false });
    aSpan().within(() => {
      client.variation('new-checkout', user, false);
      client.variation('new-checkout', user, false);
    });
    expect(records).toHaveLength(2);
  });

  test.for(['span-event', 'span-attribute'] as const)('may be a %s instead', (emit) => {
    const client = aClient({ emit });
    const { told, within } = aSpan();
    client.variation('new-checkout', user, false);
    within(() => client.variation('off', user, true));
    const attributes = expect.objectContaining({ 'feature_flag.key': 'off', 'feature_flag.result.reason': 'disabled' });
    expect(told).toEqual([emit === 'span-event' ? ['feature_flag.evaluation', attributes] : attributes]);
    expect(records).toEqual([]);
  });
});
