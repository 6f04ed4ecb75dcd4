import type { FlagWorld } from '../../support/flag-world.ts';

type Json = boolean | string | number | { readonly [name: string]: Json };

interface TestFlag {
  readonly key: string;
  readonly type: 'boolean' | 'string' | 'number' | 'json';
  readonly variants: Readonly<Record<string, Json>>;
  /** Served where no rule matches. */
  readonly serves: string;
  /** Served while the flag is off. */
  readonly whenOff: string;
  readonly rule?: { readonly clauses: readonly object[]; readonly serves: string };
  readonly metadata?: Readonly<Record<string, Json>>;
  readonly isOff?: true;
}

const TEMPLATE = { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 };

/** Each of the suite's types: its variants, the one that is served, and the falsy one beside a truthy one. */
const TYPES = [
  { name: 'boolean', type: 'boolean', variants: { on: true, off: false }, serves: 'on', zero: false, nonZero: true },
  {
    name: 'string',
    type: 'string',
    variants: { greeting: 'hi', parting: 'bye' },
    serves: 'greeting',
    zero: '',
    nonZero: 'str',
  },
  { name: 'integer', type: 'number', variants: { ten: 10, one: 1 }, serves: 'ten', zero: 0, nonZero: 1 },
  { name: 'float', type: 'number', variants: { half: 0.5, tenth: 0.1 }, serves: 'half', zero: 0, nonZero: 1 },
  {
    name: 'object',
    type: 'json',
    variants: { template: TEMPLATE, empty: {} },
    serves: 'template',
    zero: {},
    nonZero: TEMPLATE,
  },
] as const;

const is = (attribute: string, value: string | number | boolean) => ({ attribute, operator: 'in', values: [value] });
const BALLMER = is('email', 'ballmer@macrosoft.com');

/** The suite's flags, of which each has one of our kinds of rule at most. */
const FLAGS: readonly TestFlag[] = [
  ...TYPES.flatMap(({ name, type, variants, serves, zero, nonZero }): TestFlag[] => {
    const [, whenOff = ''] = Object.keys(variants);
    const plain = { type, variants, serves, whenOff };
    const zeroes = { type, variants: { zero, 'non-zero': nonZero }, serves: 'zero', whenOff: 'zero' };
    return [
      { ...plain, key: `${name}-flag` },
      { ...plain, key: `${name}-disabled-flag`, isOff: true },
      { ...zeroes, key: `${name}-zero-flag` },
      { ...zeroes, key: `${name}-targeted-zero-flag`, rule: { clauses: [BALLMER], serves: 'zero' } },
    ];
  }),
  {
    key: 'complex-targeted',
    type: 'string',
    variants: { internal: 'INTERNAL', external: 'EXTERNAL' },
    serves: 'external',
    whenOff: 'external',
    rule: {
      clauses: [is('customer', false), BALLMER, { attribute: 'age', operator: 'greater-than', values: [10] }],
      serves: 'internal',
    },
  },
  {
    key: 'context-aware',
    type: 'string',
    variants: { internal: 'INTERNAL', external: 'EXTERNAL' },
    serves: 'external',
    whenOff: 'external',
    rule: {
      clauses: [is('fn', 'Sulisław'), is('ln', 'Świętopełk'), is('age', 29), is('customer', false)],
      serves: 'internal',
    },
  },
  {
    key: 'metadata-flag',
    type: 'boolean',
    variants: { on: true, off: false },
    serves: 'on',
    whenOff: 'off',
    metadata: { string: '1.0.2', integer: 2, float: 0.1, boolean: true },
  },
  // Ours cannot be without a variation for everybody else: what the suite expects of these is among the excluded.
  { key: 'null-default-flag', type: 'boolean', variants: { on: true, off: false }, serves: 'off', whenOff: 'off' },
  {
    key: 'undefined-default-flag',
    type: 'number',
    variants: { small: 10, big: 1_000 },
    serves: 'small',
    whenOff: 'small',
  },
  { key: 'wrong-flag', type: 'string', variants: { one: 'uno', two: 'dos' }, serves: 'one', whenOff: 'two' },
];

/** Makes them as people make flags. */
export async function makeFlags(world: FlagWorld): Promise<void> {
  for (const { key, type, variants, serves, whenOff, rule, metadata, isOff } of FLAGS) {
    const variations = Object.entries(variants).map(([name, value]) => ({ key: name, value }));
    const instructions = [
      { kind: 'set-fallthrough', serve: { variation: serves } },
      { kind: 'set-off-variation', variation: whenOff },
      ...(rule === undefined
        ? []
        : [{ kind: 'add-rule', rule: { clauses: rule.clauses, serve: { variation: rule.serves } } }]),
      ...(isOff ? [{ kind: 'turn-off' }] : []),
    ];
    await world.flag({ key, type, variations, clientSide: true, ...(metadata && { metadata }) }, instructions);
  }
}
