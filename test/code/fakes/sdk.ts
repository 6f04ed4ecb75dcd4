/** What the packages answer where every flag is settled; the same for servers, pages and components. */

/** Given by whoever runs the bundle. */
declare const SETTLED: Values;

type Values = Readonly<Record<string, unknown>>;
type Flag = string | { readonly key: string };
type Run = (value: unknown, info: { readonly attempt: number }) => unknown;

function clientOf(values: Values) {
  const answerOf = (flag: Flag): unknown => values[typeof flag === 'string' ? flag : flag.key];
  const detailOf = (flag: Flag) => ({ value: answerOf(flag), variation: 'settled', reason: { kind: 'FALLTHROUGH' } });
  const client = {
    variation: answerOf,
    peek: answerOf,
    variationDetail: detailOf,
    guard: (flag: Flag, ...given: readonly unknown[]) =>
      (given.findLast((one) => typeof one === 'function') as Run)(answerOf(flag), { attempt: 1 }),
    shadow: async (_flag: Flag, _context: unknown, { control }: { control(): unknown }) => control(),
    watch: () => () => undefined,
    forContext: () => client,
    runWithContext: (_context: unknown, run: (scope: unknown) => unknown) => run(client),
    allFlagsState: () => ({ values }),
    getBooleanValue: answerOf,
    getBooleanDetails: detailOf,
  };
  return client;
}

const settled = clientOf(SETTLED);

export const createClient = () => settled;
export const createTestClient = (values: Values) => clientOf(values);
export const defineFlag = (key: string) => ({ key });

export const useFlag = settled.variation;
export const useFlagsClient = () => createClient();
export const Feature = ({ flag, children, otherwise }: { flag: string; children: unknown; otherwise?: unknown }) =>
  settled.variation(flag) === true ? children : otherwise;

export const OpenFeature = { getClient: createClient };
