import type { JsonValue } from '@openfeature/core';
import { expect } from 'vitest';
import type { Attributes, Evaluation, HookCall, Level, ProviderState, Session } from './adapter.ts';

/** One example of one of the suite's scenarios. */
export interface Scenario {
  /** File and title in OpenFeature's suite. */
  readonly name: string;
  /** Which of its examples. */
  readonly row: string;
  readonly given: ProviderState;
  run(session: Session): Promise<void>;
}

interface Expected {
  readonly value?: JsonValue;
  readonly variant?: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly message?: string;
  readonly metadata?: Readonly<Record<string, JsonValue>>;
}

const TEMPLATE = { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 };
const EMPTY: JsonValue = {};
const ANY: JsonValue = { a: 1 };

/** For each of the five types: its plain flag with fallback, value and variant, and the fallbacks of the other scenarios. */
const TYPES: readonly (readonly [
  type: string,
  fallback: JsonValue,
  value: JsonValue,
  variant: string,
  zero: JsonValue,
  other: JsonValue,
])[] = [
  ['boolean', false, true, 'on', false, true],
  ['string', 'bye', 'hi', 'greeting', '', 'hi'],
  ['integer', 1, 10, 'ten', 0, 1],
  ['float', 0.1, 0.5, 'half', 0, 0.1],
  ['object', EMPTY, TEMPLATE, 'template', EMPTY, ANY],
];

/** The fallbacks with which the suite asks in vain. */
const FALLBACKS: Readonly<Record<string, JsonValue>> = {
  boolean: false,
  string: 'bye',
  integer: 1,
  float: 0.1,
  object: ANY,
};

function asked(
  name: string,
  evaluation: Evaluation,
  expected: Expected,
  given: ProviderState = 'stable',
  row = evaluation.flag,
): Scenario {
  return {
    name,
    row,
    given,
    async run(session) {
      const { details } = await session.evaluate(evaluation);
      const { value, variant, reason, errorCode, message, metadata } = expected;
      expect(details.flagKey).toBe(evaluation.flag);
      if (value !== undefined) expect(details.value).toEqual(value);
      if (variant !== undefined) expect(details.variant).toBe(variant);
      if (reason !== undefined) expect(details.reason).toBe(reason);
      // What goes well has no error.
      expect(details.errorCode).toBe(errorCode);
      if (message !== undefined) expect(details.errorMessage).toContain(message);
      if (metadata !== undefined) expect(details.flagMetadata).toMatchObject(metadata);
    },
  };
}

function perType(
  name: string,
  flagOf: (type: string) => string,
  make: (row: {
    fallback: JsonValue;
    value: JsonValue;
    variant: string;
    zero: JsonValue;
    other: JsonValue;
    vain: JsonValue;
  }) => {
    fallback: JsonValue;
    context?: Attributes;
    expected: Expected;
  },
  given?: ProviderState,
): readonly Scenario[] {
  return TYPES.map(([type, fallback, value, variant, zero, other]) => {
    const { expected, ...rest } = make({ fallback, value, variant, zero, other, vain: FALLBACKS[type] ?? null });
    return asked(name, { flag: flagOf(type), ...rest }, expected, given, `${type}: ${flagOf(type)}`);
  });
}

const plain = (type: string) => `${type}-flag`;
const targeted = (type: string) => `${type}-targeted-zero-flag`;

const EVALUATION_V2: readonly Scenario[] = [
  ...perType('evaluation_v2: Resolve values', plain, ({ fallback, value }) => ({ fallback, expected: { value } })),
  ...perType(
    'evaluation_v2: Resolves zero value',
    (type) => `${type}-zero-flag`,
    ({ other, zero }) => ({ fallback: other, expected: { value: zero, reason: 'STATIC' } }),
  ),
  ...perType('evaluation_v2: Resolves zero value with targeting', targeted, ({ other, zero }) => ({
    fallback: other,
    context: { email: 'ballmer@macrosoft.com' },
    expected: { value: zero, reason: 'TARGETING_MATCH' },
  })),
  ...perType('evaluation_v2: Resolves zero value with targeting using default', targeted, ({ other, zero }) => ({
    fallback: other,
    context: { email: 'ballmer@none.com' },
    expected: { value: zero, reason: 'DEFAULT' },
  })),
  ...perType(
    'evaluation_v2: Flag not found error',
    () => 'non-existent-flag',
    ({ vain }) => ({ fallback: vain, expected: { value: vain, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' } }),
  ),
  ...(
    [
      ['boolean-flag', 'bye'],
      ['string-flag', false],
      ['string-flag', 1],
      ['string-flag', EMPTY],
    ] as const
  ).map(([flag, fallback]) => mismatch('evaluation_v2: Type mismatch error', flag, fallback)),
  ...perType(
    'evaluation_v2: Provider not ready error',
    plain,
    ({ vain }) => ({ fallback: vain, expected: { value: vain, reason: 'ERROR', errorCode: 'PROVIDER_NOT_READY' } }),
    'not ready',
  ),
  ...perType(
    'evaluation_v2: Provider in fatal state error',
    plain,
    ({ vain }) => ({ fallback: vain, expected: { value: vain, reason: 'ERROR', errorCode: 'PROVIDER_FATAL' } }),
    'fatal',
  ),
  ...perType('evaluation_v2: Complete evaluation details structure', plain, ({ fallback, value, variant }) => ({
    fallback,
    expected: { value, variant, reason: 'STATIC' },
  })),
  asked(
    'evaluation_v2: Flag metadata in evaluation details',
    { flag: 'metadata-flag', fallback: true },
    { metadata: { string: '1.0.2', integer: 2, float: 0.1, boolean: true } },
  ),
  ...perType('evaluation_v2: Empty evaluation context', targeted, ({ other, zero }) => ({
    fallback: other,
    expected: { value: zero, reason: 'DEFAULT' },
  })),
  ...perType('evaluation_v2: Null context values', targeted, ({ other, zero }) => ({
    fallback: other,
    context: { email: null },
    expected: { value: zero, reason: 'DEFAULT' },
  })),
  asked(
    'evaluation_v2: Multiple context attributes targeting',
    {
      flag: 'complex-targeted',
      fallback: 'false',
      context: { email: 'ballmer@macrosoft.com', role: 'admin', age: 65, customer: false },
    },
    { value: 'INTERNAL', reason: 'TARGETING_MATCH' },
  ),
  asked(
    'evaluation_v2: Structure flag evaluation',
    { flag: 'object-flag', fallback: EMPTY },
    { value: TEMPLATE, reason: 'STATIC' },
  ),
  ...perType('evaluation_v2: Variant field population', plain, ({ fallback, variant }) => ({
    fallback,
    expected: { variant },
  })),
  ...(['boolean', 'string'] as const).map((type) => cached(plain(type), FALLBACKS[type] ?? null)),
  ...perType(
    'evaluation_v2: DISABLED reason',
    (type) => `${type}-disabled-flag`,
    ({ vain }) => ({ fallback: vain, expected: { value: vain, reason: 'DISABLED' } }),
  ),
  asked(
    'evaluation_v2: Error message in evaluation details',
    { flag: 'missing-flag', fallback: false },
    { reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', message: 'flag missing-flag not found' },
  ),
  ...(
    [
      ['stable', 'READY'],
      ['not ready', 'NOT_READY'],
      ['error', 'ERROR'],
      ['fatal', 'FATAL'],
      ['stale', 'STALE'],
    ] as const
  ).map(([state, status]) => statusOf(state, status)),
  {
    name: 'evaluation_v2: Evaluation options with hooks',
    row: 'boolean-flag',
    given: 'stable',
    async run(session) {
      const { calls } = await session.evaluate({ flag: 'boolean-flag', fallback: false, hooks: ['first', 'second'] });
      const order = calls.map(({ hook, stage }) => `${stage} ${hook}`);
      expect(order).toEqual([
        ...['before first', 'before second', 'after second', 'after first'],
        ...['finally second', 'finally first'],
      ]);
    },
  },
  ...(
    [
      ['string-flag', false],
      ['boolean-flag', 'bye'],
      ['boolean-flag', 1],
      ['boolean-flag', 0.1],
    ] as const
  ).map(([flag, fallback]) => mismatch('evaluation_v2: Default value type validation', flag, fallback)),
  {
    name: 'evaluation_v2: Evaluation context immutability',
    row: 'boolean-flag',
    given: 'stable',
    async run(session) {
      const context = { email: 'ballmer@macrosoft.com' };
      const { details } = await session.evaluate({ flag: 'boolean-flag', fallback: false, context });
      expect(context).toEqual({ email: 'ballmer@macrosoft.com' });
      expect(Object.isFrozen(details.flagMetadata)).toBe(true);
    },
  },
  ...TYPES.map(
    ([type, fallback, value]): Scenario => ({
      name: 'evaluation_v2: Asynchronous flag evaluation',
      row: `${type}: ${plain(type)}`,
      given: 'stable',
      async run(session) {
        const { details, isAsynchronous } = await session.evaluate({ flag: plain(type), fallback });
        expect(isAsynchronous).toBe(true);
        expect(details.value).toEqual(value);
      },
    }),
  ),
];

function mismatch(name: string, flag: string, fallback: JsonValue): Scenario {
  const expected = { value: fallback, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' };
  return asked(
    name,
    { flag, fallback },
    expected,
    'stable',
    `${flag} as ${typeof fallback} ${JSON.stringify(fallback)}`,
  );
}

function cached(flag: string, fallback: JsonValue): Scenario {
  return {
    name: 'evaluation_v2: CACHED reason',
    row: flag,
    given: 'stable',
    async run(session) {
      await session.evaluate({ flag, fallback });
      const { details } = await session.evaluate({ flag, fallback });
      expect(details.reason).toBe('CACHED');
    },
  };
}

function statusOf(state: ProviderState, status: string): Scenario {
  return {
    name: 'evaluation_v2: Provider status accessibility',
    row: state,
    given: state,
    run: async (session) => expect(session.status()).toBe(status),
  };
}

/** The older suite asks for the value alone first: the SDKs take it from the details. */
const EVALUATION: readonly Scenario[] = [
  ...TYPES.flatMap(([type, fallback, value, variant]) => [
    asked(`evaluation: Resolves ${type} value`, { flag: plain(type), fallback }, { value }),
    asked(
      `evaluation: Resolves ${type} details`,
      { flag: plain(type), fallback },
      { value, variant, reason: 'STATIC' },
    ),
  ]),
  {
    name: 'evaluation: Resolves based on context',
    row: 'context-aware',
    given: 'stable',
    async run(session) {
      const evaluation = { flag: 'context-aware', fallback: 'EXTERNAL' };
      const context = { fn: 'Sulisław', ln: 'Świętopełk', age: 29, customer: false };
      expect((await session.evaluate({ ...evaluation, context })).details.value).toBe('INTERNAL');
      expect((await session.evaluate(evaluation)).details.value).toBe('EXTERNAL');
    },
  },
  asked(
    'evaluation: Flag not found',
    { flag: 'missing-flag', fallback: 'uh-oh' },
    { value: 'uh-oh', reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' },
  ),
  mismatch('evaluation: Type error', 'wrong-flag', 13),
];

const METADATA: readonly Scenario[] = [
  asked(
    'metadata: Returns metadata',
    { flag: 'metadata-flag', fallback: true },
    { metadata: { string: '1.0.2', integer: 2, float: 0.1, boolean: true } },
  ),
  ...TYPES.filter(([type]) => type !== 'object').map(
    ([type, fallback]): Scenario => ({
      name: 'metadata: Returns no metadata',
      row: plain(type),
      given: 'stable',
      async run(session) {
        expect((await session.evaluate({ flag: plain(type), fallback })).details.flagMetadata).toEqual({});
      },
    }),
  ),
];

function hooked(name: string, evaluation: Evaluation, stages: readonly HookCall['stage'][], seen: object): Scenario {
  return {
    name,
    row: evaluation.flag,
    given: 'stable',
    async run(session) {
      const { calls } = await session.evaluate({ ...evaluation, hooks: ['hook'] });
      expect(calls.map(({ stage }) => stage)).toEqual(stages);
      for (const { details } of calls.filter((call) => call.details !== null)) expect(details).toMatchObject(seen);
    },
  };
}

const HOOKS: readonly Scenario[] = [
  hooked(
    'hooks: Passes evaluation details to after and finally hooks',
    { flag: 'boolean-flag', fallback: false },
    ['before', 'after', 'finally'],
    { flagKey: 'boolean-flag', value: true, variant: 'on', reason: 'STATIC' },
  ),
  hooked('hooks: Flag not found', { flag: 'missing-flag', fallback: 'uh-oh' }, ['before', 'error', 'finally'], {
    flagKey: 'missing-flag',
    value: 'uh-oh',
    reason: 'ERROR',
    errorCode: 'FLAG_NOT_FOUND',
  }),
  hooked('hooks: Type error', { flag: 'wrong-flag', fallback: 13 }, ['before', 'error', 'finally'], {
    flagKey: 'wrong-flag',
    value: 13,
    reason: 'ERROR',
    errorCode: 'TYPE_MISMATCH',
  }),
];

/** Levels by increasing precedence, as the three variants of each scenario name them. */
const LEVELS: readonly (readonly Level[])[] = [
  ['API', 'Transaction', 'Client', 'Invocation'],
  ['API', 'Client', 'Invocation', 'Before Hooks'],
  ['API', 'Transaction', 'Client', 'Invocation', 'Before Hooks'],
];

function merged(name: string, row: string, levels: Evaluation['levels'], expected: Attributes): Scenario {
  return {
    name,
    row,
    given: 'stable',
    async run(session) {
      const evaluation = { flag: 'boolean-flag', fallback: false, ...(levels && { levels }) };
      expect((await session.evaluate(evaluation)).merged).toEqual(expected);
    },
  };
}

/** Where the two files say the same, one of them is named. */
const CONTEXT: readonly Scenario[] = [
  ...LEVELS.flatMap((levels) => {
    const among = levels.join(', ');
    return [
      ...levels.map((level) =>
        merged(
          'evaluation_context: A context entry is added to a single level',
          `${level} among ${among}`,
          { [level]: { key: 'value' } },
          { key: 'value' },
        ),
      ),
      merged(
        'evaluation_context: A context entry is added to each level with different keys',
        among,
        Object.fromEntries(levels.map((level) => [level, { [level]: `${level} value` }])),
        Object.fromEntries(levels.map((level) => [level, `${level} value`])),
      ),
      ...levels.map((level, at) =>
        merged(
          'evaluation_context: A context entry in one level overwrites values of preceding levels',
          `${level} among ${among}`,
          Object.fromEntries(levels.slice(0, at + 1).map((one) => [one, { key: one }])),
          { key: level },
        ),
      ),
    ];
  }),
  ...fields('evaluation_context: Evaluation context targeting key field', [{ targetingKey: 'user-123' }]),
  merged('evaluation_context: Evaluation context without targeting key', 'none', undefined, {}),
  ...fields('evaluation_context: Evaluation context custom field types', [
    { user_active: true },
    { user_email: 'user@example.com' },
    { user_age: 25 },
  ]),
  ...fields('evaluation_context: Evaluation context field access methods', [
    { user_name: 'John Doe', user_age: 30, is_premium: true },
  ]),
  merged(
    'evaluation_context: Evaluation context field key uniqueness',
    'user_id',
    { Client: { user_id: '123' }, Invocation: { user_id: '456' } },
    { user_id: '456' },
  ),
];

/** What is given arrives as it was given. */
function fields(name: string, contexts: readonly Attributes[]): readonly Scenario[] {
  return contexts.map((context) => ({
    name,
    row: Object.keys(context).join(', '),
    given: 'stable',
    async run(session) {
      expect((await session.evaluate({ flag: 'boolean-flag', fallback: false, context })).merged).toEqual(context);
    },
  }));
}

export const SCENARIOS: readonly Scenario[] = [...EVALUATION_V2, ...EVALUATION, ...METADATA, ...HOOKS, ...CONTEXT];
