// An application that has declared nothing: what the fallback is decides. Every line below a `@ts-expect-error` must be refused.
// biome-ignore lint/correctness/noUndeclaredDependencies: the packed SDK is put beside it
import { createClient, defineFlag, type FlagRef, type StandardSchema } from '@glidepath/sdk-node';

interface Config {
  readonly things: readonly string[];
}

const flags = createClient();

const on: boolean = flags.variation('any-flag', { key: 'u-1', plan: 'pro' }, false);
const text: string = flags.variation('any-flag', { user: { key: 7 }, org: { key: 'acme' } }, 'a');
const size: number = flags.variationDetail('any-flag', null, 1).value;
const config: Config = flags.variation<Config>('any-flag', undefined, { things: [] });
const inScope: boolean = flags.current().variation('any-flag', true);
const schema: StandardSchema<Config> = {
  '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value: value as Config }) },
};
const declared: FlagRef<Config> = defineFlag('any-flag', { fallback: { things: [] }, schema });
const things: readonly string[] = flags.variation(declared, null).things;
const widened: FlagRef<boolean> = defineFlag('any-flag', { fallback: false });
const token: Promise<string> = flags.sealContext({ key: 'u-1' }, { ttlSeconds: 60 });
flags.on('change:any-flag', ({ toVersion }) => toVersion);
flags.watch('any-flag', null, 1, ({ value }) => value.toFixed());

// @ts-expect-error a boolean fallback gives a boolean
const wrong: string = flags.variation('any-flag', null, false);
// @ts-expect-error no fallback
flags.variation('any-flag', null);
// @ts-expect-error the key of a context is text or a number
flags.variation('any-flag', { key: true }, false);
// @ts-expect-error a schema for something else than the fallback
defineFlag('any-flag', { fallback: 7, schema });
// @ts-expect-error no such event
flags.on('changed', () => undefined);
// @ts-expect-error no such option
createClient({ sdkkey: 'gp_srv_x' });

export { config, inScope, on, size, text, things, token, widened, wrong };
