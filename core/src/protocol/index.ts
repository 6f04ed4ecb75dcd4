export { applyOps, type ItemState, idOf, itemOf, withMembers } from './apply.ts';
export {
  clampedRetryAfterMs,
  FAILURES_UNTIL_POLLING,
  GOOD_AFTER_MS,
  pollDelayMs,
  slowDelayMs,
  streamRetryDelayMs,
} from './backoff.ts';
export type * from './client-events.ts';
export { decodeClientFrame, decodeServerFrame, encode, readPayload } from './codec.ts';
export { d8Of, digestOf, EMPTY_DIGEST, type Hash, type Stamp, toggled } from './digest.ts';
export { basisFrom } from './fields.ts';
export type * from './messages.ts';
export { CLOSE, PROTOCOL_VERSION, SUBPROTOCOL } from './messages.ts';
export { type FrameLimits, splitChange, splitItems } from './parts.ts';
export { parseObject, utf8Length } from './safe-json.ts';
export { createSession, type Session } from './session.ts';
export { decodePayload } from './swap.ts';
export type * from './values.ts';
export { BROWSER_CLOSE } from './values.ts';
