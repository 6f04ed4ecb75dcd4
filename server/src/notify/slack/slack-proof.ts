import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../auth/secrets.ts';

/** How far the time of a request may be from ours: what is older may be a copy. */
const TOLERANCE_MS = 5 * 60_000;

export interface SlackRequest {
  /** The bytes as they came: what was signed is nothing else. */
  readonly body: Buffer;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

/** Whether Slack has sent this, with the secret of this installation, within the last five minutes. */
export function isFromSlack({ body, timestamp, signature }: SlackRequest, secret: string, now: number): boolean {
  if (timestamp === undefined || signature === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp) * 1_000) > TOLERANCE_MS) return false;
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return isSameSecret(signature, `v0=${expected}`);
}
