import { createHash } from 'node:crypto';
import type { ErrorKind, EvaluationReason, FlagItem, Resolution } from '@glidepath/core';
import type { Audience } from '../served/flag-sets.ts';

/** The protocol's error codes that we use. */
export type ErrorCode = 'PARSE_ERROR' | 'INVALID_CONTEXT' | 'FLAG_NOT_FOUND' | 'GENERAL';

/** An answer about one flag, serialised once for everybody who gets it. */
export interface Fragment {
  /** JSON text; where a value is served, up to the environment's version, which `textOf` adds. */
  readonly text: string;
  /** What an answer about this flag alone has: only 200 serves a value. */
  readonly status: 200 | 400 | 500;
  /** 128 bits that stand for the text. */
  readonly print: Int32Array;
}

const REASONS = ['STATIC', 'DEFAULT', 'NOT_BUCKETED', 'TARGETING_MATCH', 'SPLIT', 'DISABLED'] as const;
type ServedReason = (typeof REASONS)[number];

/** A flag as it is answered: its item, and the texts of all outcomes that anybody has got so far. */
class FlagAnswers {
  readonly key: string;
  /** The definition that is evaluated. */
  readonly item: FlagItem;
  /** By variation and reason: never more than the flag has variations times the reasons. */
  readonly #served = new Map<number, Fragment>();

  constructor(item: FlagItem) {
    this.key = item.key;
    this.item = item;
  }

  fragmentOf(resolution: Resolution, audience: Audience): Fragment {
    const { reason, variationIndex } = resolution;
    if (reason.kind === 'ERROR') return failure(this.key, errorCodeOf(reason.errorKind), toldOf(reason, audience));
    const served = servedReason(reason, this.item);
    const outcome = (variationIndex ?? 0) * REASONS.length + REASONS.indexOf(served);
    const known = this.#served.get(outcome);
    if (known !== undefined) return known;
    const made = success(this.item, resolution, served);
    this.#served.set(outcome, made);
    return made;
  }
}

/** What did not change keeps the texts that it has. */
const known = new WeakMap<FlagItem, FlagAnswers>();

export function answersOf(item: FlagItem): FlagAnswers {
  const before = known.get(item);
  if (before !== undefined) return before;
  const made = new FlagAnswers(item);
  known.set(item, made);
  return made;
}

/** The whole text of an answer, at a version of the environment. */
export function textOf({ text, status }: Fragment, environmentVersion: number): string {
  return status === 200 ? `${text}${environmentVersion}}}` : text;
}

function errorCodeOf(kind: ErrorKind): ErrorCode {
  switch (kind) {
    case 'INVALID_CONTEXT':
    case 'FLAG_NOT_FOUND':
      return kind;
    case 'MALFORMED_FLAG':
    case 'UNSUPPORTED':
      return 'PARSE_ERROR';
    default:
      return 'GENERAL';
  }
}

/** What is wrong with a definition may name other flags, segments and patterns. */
function toldOf({ errorKind, message }: { errorKind: ErrorKind; message: string }, audience: Audience): string {
  return audience === 'everything' || errorKind === 'INVALID_CONTEXT' ? message : 'the flag cannot be evaluated';
}

function servedReason(reason: Exclude<EvaluationReason, { kind: 'ERROR' }>, { body }: FlagItem): ServedReason {
  if ('rollout' in reason && reason.rollout !== undefined) return reason.rollout === null ? 'NOT_BUCKETED' : 'SPLIT';
  switch (reason.kind) {
    case 'OFF':
    case 'KILLED':
      return 'DISABLED';
    case 'FALLTHROUGH':
      return body.rules.length > 0 ? 'DEFAULT' : 'STATIC';
    case 'TARGET_MATCH':
    case 'RULE_MATCH':
    case 'PREREQUISITE_FAILED':
      return 'TARGETING_MATCH';
  }
}

/** Names in a flag's metadata that are ours. */
const OURS: ReadonlySet<string> = new Set(['flagVersion', 'environmentVersion', 'notBucketed']);

function success({ key, rev, body }: FlagItem, { value, variation }: Resolution, served: ServedReason): Fragment {
  const isUnbucketed = served === 'NOT_BUCKETED';
  const own = Object.entries(body.metadata ?? {}).filter(([name]) => !OURS.has(name));
  const metadata = { ...Object.fromEntries(own), ...(isUnbucketed && { notBucketed: true }), flagVersion: rev };
  const reason = isUnbucketed ? 'DEFAULT' : served;
  const text = JSON.stringify({ key, reason, value, variant: variation, metadata });
  // Last of all comes the version, which moves with every change although the outcome is the same.
  return fragment(`${text.slice(0, -2)},"environmentVersion":`, 200);
}

function failure(key: string, errorCode: ErrorCode, errorDetails: string): Fragment {
  return fragment(JSON.stringify({ key, errorCode, errorDetails }), errorCode === 'GENERAL' ? 500 : 400);
}

function fragment(text: string, status: Fragment['status']): Fragment {
  const hash = createHash('sha256').update(text).digest();
  return { text, status, print: Int32Array.from([0, 4, 8, 12], (at) => hash.readInt32LE(at)) };
}
