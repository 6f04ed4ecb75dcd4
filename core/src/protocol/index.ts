export { type AppliedOps, applyOps, type ItemState, idOf, itemOf, withMembers } from './apply.ts';
export type * from './client-events.ts';
export { type Decoded, decodeClientFrame, decodePayload, decodeServerFrame, encode } from './codec.ts';
export { d8Of, digestOf, EMPTY_DIGEST, type Hash, type Stamp, toggled } from './digest.ts';
export { basisFrom } from './fields.ts';
export type * from './messages.ts';
export { CLOSE, PROTOCOL_VERSION, SUBPROTOCOL } from './messages.ts';
export { assembleItems, assembleOps, type FrameLimits, splitChange, splitItems } from './parts.ts';
export { utf8Length } from './safe-json.ts';
