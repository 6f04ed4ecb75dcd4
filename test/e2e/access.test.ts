import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../support/start-service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service[Symbol.asyncDispose]());

describe('a first start', () => {
  test('makes the default project with three environments, of which production is critical', async () => {
    const { body } = await service.admin.send('GET', '/api/v1/session');
    expect(body).toMatchObject({
      projects: [{ key: 'default' }],
      environments: [
        { key: 'development', critical: false },
        { key: 'staging', critical: false },
        { key: 'production', critical: true },
      ],
    });
  });

  test('writes a working server key for development into a file that only the owner may read', async () => {
    const file = path.join(service.dataDir, 'development.env');
    const values = Object.fromEntries(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split('=')),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(values.GLIDEPATH_URL).toBe(service.url);
    const payload = await service.as(values.GLIDEPATH_SDK_KEY)('GET', '/sdk/v1/payload');
    expect(payload.status).toBe(200);
  });

  test('keeps its secret in a file that only the owner may read', () => {
    const file = path.join(service.dataDir, 'secret.key');
    expect(existsSync(file)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
