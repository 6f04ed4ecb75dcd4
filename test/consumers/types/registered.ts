// Flags and contexts of an application that has declared them. Every line below a `@ts-expect-error` must be refused.
// biome-ignore lint/correctness/noUndeclaredDependencies: the packed SDK is put beside it
import { createClient, defineFlag, type EvaluationDetail, type FlagKeyOf, type FlagScope } from '@glidepath/sdk-node';

export interface FlagSchema {
  /** New checkout flow. */
  'new-checkout': boolean;
  'button-colour': 'blue' | 'green';
  'page-size': number;
  'rate-limits': { readonly perMinute: number; readonly burst: readonly number[] };
  'users-db': 'off' | 'dualwrite' | 'shadow' | 'live' | 'rampdown' | 'complete';
}
declare module '@glidepath/sdk-node' {
  interface Register {
    flags: FlagSchema;
    context: { user: { key: string; plan?: 'free' | 'pro' }; org?: { key: string } };
  }
}

const flags = createClient();
const user = { user: { key: 'u-1', plan: 'pro' as const } };

// What is right.
const on: boolean = flags.variation('new-checkout', user, false);
const colour: 'blue' | 'green' = flags.variation('button-colour', user, 'blue');
const size: number = flags.variation('page-size', null, 20);
const limits: EvaluationDetail<{ readonly perMinute: number; readonly burst: readonly number[] }> =
  flags.variationDetail('rate-limits', undefined, { perMinute: 1, burst: [] });
const scope: FlagScope = flags.forContext(user);
const inScope: 'blue' | 'green' = scope.variation('button-colour', 'green');
const checkout = defineFlag('new-checkout', { fallback: false });
const declared: boolean = flags.variation(checkout, user);
const declaredInScope: boolean = scope.variation(checkout);
const below: number = flags.runWithContext(user, ({ variation }) => variation('page-size', 10));
flags.on('change:new-checkout', ({ key }) => key);
flags.on('change', ({ keys }) => keys.includes('page-size'));
flags.watch('button-colour', user, 'blue', (now, before) => [now.value === 'green', before?.value]);
flags.watch(checkout, user, ({ value }) => value === true);
const state: boolean | undefined = flags.allFlagsState(user).values['new-checkout'];
const numbers: FlagKeyOf<number, FlagSchema> = 'page-size';
flags.explain('new-checkout', user).steps.map(({ why }) => why);

// @ts-expect-error no such flag
flags.variation('new-chekout', user, false);
// @ts-expect-error a fallback of another type
flags.variation('new-checkout', user, 'no');
// @ts-expect-error a fallback that is none of the variations
flags.variation('button-colour', user, 'red');
// @ts-expect-error no fallback
flags.variation('new-checkout', user);
// @ts-expect-error a fallback of another shape
flags.variation('rate-limits', user, { perMinute: 1 });
// @ts-expect-error the key of a context is text here
flags.variation('new-checkout', { user: { key: 7 } }, false);
// @ts-expect-error no such plan
flags.variation('new-checkout', { user: { key: 'u-1', plan: 'gold' } }, false);
// @ts-expect-error no such kind of context
flags.variation('new-checkout', { user: { key: 'u-1' }, device: { key: 'd-1' } }, false);
// @ts-expect-error no such flag in an event
flags.on('change:new-chekout', () => undefined);
// @ts-expect-error no such flag in a scope
scope.variation('new-chekout', false);
// @ts-expect-error a fallback of another type in a scope
scope.variationDetail('page-size', 'many');
// @ts-expect-error no such flag to declare
defineFlag('new-chekout', { fallback: false });
// @ts-expect-error a declared fallback of another type
defineFlag('page-size', { fallback: 'many' });
// @ts-expect-error no such flag to watch
flags.watch('new-chekout', user, false, () => undefined);
// @ts-expect-error no such flag to explain
flags.explain('new-chekout', user);
// @ts-expect-error no such flag in a state
flags.allFlagsState(user).values['new-chekout'];
// @ts-expect-error not a flag whose values are numbers
const wrong: FlagKeyOf<number, FlagSchema> = 'new-checkout';
// @ts-expect-error not what the flag serves
const red: 'red' = flags.variation('button-colour', user, 'blue');
// @ts-expect-error what is served may not be altered
flags.variation('rate-limits', user, { perMinute: 1, burst: [] }).perMinute = 2;

// Another schema than the declared one, for one client.
const other = createClient<{ 'other-flag': number }>();
const seven: number = other.variation('other-flag', user, 7);
// @ts-expect-error not a flag of this client
other.variation('new-checkout', user, false);

export { below, colour, declared, declaredInScope, inScope, limits, numbers, on, red, seven, size, state, wrong };
