import { parseObject } from '@glidepath/core/protocol';
import { z } from 'zod';

/** Whom a browser asks for; nothing of it is proven. */
export const whoFields = {
  context: z.unknown().optional(),
  sealed: z.string().max(65_536).exactOptional(),
  hash: z.string().max(256).exactOptional(),
  anon: z.string().min(1).max(256).exactOptional().describe('Key of the browser, of whoever the context gives none'),
};

/** What the browser says it holds; whatever cannot be one is none, so that it gets everything. */
const basisSchema = z
  .object({ epoch: z.string().regex(/^[0-9a-f]{16}r?$/), v: z.int().min(0) })
  .nullable()
  .catch(null)
  .default(null);

export const basisFields = { basis: basisSchema };

const countSchema = z.int().min(0);

/** The frames of browsers; unknown members are left aside. */
const FRAMES = {
  hello: z.object({
    t: z.literal('hello'),
    proto: z.literal(1),
    id: z.string().max(256),
    n: countSchema,
    ...whoFields,
    ...basisFields,
  }),
  identify: z.object({ t: z.literal('identify'), n: countSchema, ...whoFields }),
  ack: z.object({ t: z.literal('ack'), v: countSchema }),
  nack: z.object({ t: z.literal('nack') }),
  hb: z.object({ t: z.literal('hb') }),
} as const;

export type Frame = { readonly [T in keyof typeof FRAMES]: z.infer<(typeof FRAMES)[T]> }[keyof typeof FRAMES];
export type Hello = z.infer<typeof FRAMES.hello>;
export type Identify = z.infer<typeof FRAMES.identify>;
export type Asked = Pick<Hello, 'context' | 'sealed' | 'hash' | 'anon'>;
export type ClaimedBasis = Hello['basis'];

type Received = { readonly kind: 'frame'; readonly frame: Frame } | { readonly kind: 'unknown' | 'malformed' };

/** What a stranger has sent. */
export function readFrame(text: string): Received {
  const fields = parseObject(text);
  if (fields === null || typeof fields['t'] !== 'string') return { kind: 'malformed' };
  if (!isKnown(fields['t'])) return { kind: 'unknown' };
  const { success, data } = FRAMES[fields['t']].safeParse(fields);
  return success ? { kind: 'frame', frame: data } : { kind: 'malformed' };
}

function isKnown(t: string): t is keyof typeof FRAMES {
  return Object.hasOwn(FRAMES, t);
}
