import { createHmac, randomBytes } from 'node:crypto';

/** How secrets of Standard Webhooks begin; the rest is base64. */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A secret that its receiver puts into any library for Standard Webhooks. */
export function newSigningSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

export interface SignedMessage {
  /** The same for every try, by which a receiver knows a repeat. */
  readonly id: string;
  /** Milliseconds since epoch. */
  readonly at: number;
  readonly body: string;
  readonly secret: string;
}

/** The three headers of Standard Webhooks: who signs has the secret, and signs these bytes at this time. */
export function signatureHeaders({ id, at, body, secret }: SignedMessage): Readonly<Record<string, string>> {
  const seconds = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
}
