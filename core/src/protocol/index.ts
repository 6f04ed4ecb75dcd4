export type * from './client-events.ts';
export type * from './messages.ts';
export { CLOSE, PROTOCOL_VERSION, SUBPROTOCOL } from './messages.ts';
