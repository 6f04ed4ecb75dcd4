import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newSigningSecret, signatureHeaders } from './signature.ts';

describe('a signed message', () => {
  test('has the signature of the published example', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const body = '{"test": 2432232314}';
    const headers = signatureHeaders({ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: 1_614_265_330_000, body, secret });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test('is signed as bytes: letters beyond ASCII count as UTF-8', () => {
    const secret = newSigningSecret();
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const expected = createHmac('sha256', key).update(Buffer.from('m.1.{"ö":"✓"}', 'utf8')).digest('base64');
    const headers = signatureHeaders({ id: 'm', at: 1_999, body: '{"ö":"✓"}', secret });
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  });

  test('is signed with a secret of 32 random bytes', () => {
    const secrets = new Set(Array.from({ length: 100 }, newSigningSecret));
    expect(secrets.size).toBe(100);
    for (const secret of secrets) expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
  });
});
