import { bucketOf, seedOf } from '../evaluate/bucket.ts';
import { placeOf, readAttribute } from '../evaluate/context.ts';
import type { Visit } from '../evaluate/visit.ts';
import type { ServeBody } from '../model/items.ts';
import { BUCKETS } from '../model/keys.ts';
import type { BucketBy } from '../model/model.ts';
import type { Resolution } from '../model/resolution.ts';
import type { ExplainedRollout, ExplainedServe } from './trace.ts';

const BY_USER_KEY: BucketBy = { contextKind: 'user', attribute: 'key' };

/** What was served, with the range of the split that holds the bucket. */
export function explainServe(serve: ServeBody, { variation, reason }: Resolution, flagSalt: string): ExplainedServe {
  if (!('split' in serve) || !('rollout' in reason) || reason.rollout === undefined) return { variation };
  const { ranges, by = BY_USER_KEY, salt = flagSalt } = serve.split;
  if (reason.rollout === null) return { variation, rollout: null };
  const { bucket } = reason.rollout;
  const index = ranges.findIndex(([to]) => bucket < to);
  const [from, to] = [ranges[index - 1]?.[0] ?? 0, ranges[index]?.[0] ?? BUCKETS];
  const { contextKind, attribute } = by;
  return { variation, rollout: { bucket, contextKind, attribute, salt, from, to } };
}

interface Share {
  readonly share: number;
  readonly by: BucketBy | undefined;
  readonly salt: string;
}

/** On which side of a share somebody is: in it from bucket 0; null where nobody can be bucketed. */
export function explainShare({ share, by = BY_USER_KEY, salt }: Share, visit: Visit): ExplainedRollout | null {
  const { contextKind, attribute } = by;
  const value = readAttribute(visit, placeOf(contextKind, attribute));
  if (typeof value !== 'string' && !Number.isInteger(value)) return null;
  const bucket = bucketOf(seedOf(salt), String(value));
  const [from, to] = bucket < share ? [0, share] : [share, BUCKETS];
  return { bucket, contextKind, attribute, salt, from, to };
}
