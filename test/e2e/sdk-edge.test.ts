import { createDecipheriv, createHmac, hkdfSync, webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { canonicalContext, readSealed, SEAL } from '@glidepath/core/sdk';
import type { ClientOptions, FlagsClient } from '@glidepath/sdk-node';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT, flagWorld } from '../support/flag-world.ts';
import { type Consumer, packedConsumer } from '../support/packed.ts';
import { type Service, startService } from '../support/start-service.ts';

const MATCHES = {
  clauses: [{ attribute: 'key', operator: 'matches', values: ['^u-\\d+$'] }],
  serve: { variation: 'on' },
};
const OFF = { kind: 'set-fallthrough', serve: { variation: 'off' } };
const CONTEXT = { key: 'u-1', plan: 'pro' };

/** What a worker's isolate has, and nothing of Node's. */
const WEB = {
  ...{ fetch, Request, Response, Headers, AbortController, URL, TextEncoder, TextDecoder, CompressionStream },
  ...{ crypto: webcrypto, performance, btoa, atob, queueMicrotask, clearTimeout },
};

describe('the build for workers and edge functions', () => {
  let consumer: Consumer;
  let service: Service;
  let code: string;
  let sdkKey: string;
  let url: string;

  beforeAll(async () => {
    consumer = packedConsumer(['sdk-node']);
    service = await startService();
    const world = flagWorld(service);
    await world.flag({ key: 'new-checkout' }, [OFF, { kind: 'add-rule', rule: MATCHES }]);
    [sdkKey, url] = [await service.sdkKey(ENVIRONMENT), service.url];
    writeFileSync(path.join(consumer.folder, 'worker.mjs'), "export * from '@glidepath/sdk-node';");
    const bundled = await build({
      absWorkingDir: consumer.folder,
      entryPoints: ['worker.mjs'],
      bundle: true,
      platform: 'neutral',
      conditions: ['workerd'],
      format: 'iife',
      globalName: 'sdk',
      write: false,
      logLevel: 'silent',
    });
    code = bundled.outputFiles[0]?.text ?? '';
  });
  afterAll(async () => {
    consumer[Symbol.dispose]();
    await service[Symbol.asyncDispose]();
  });

  const opened: FlagsClient[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((client) => client.close()));
  });

  /** An isolate; `used` names what of it the SDK used, in order. */
  const isolate = (more: object = {}) => {
    const used: string[] = [];
    const lines: string[] = [];
    const posted: Request[] = [];
    const context = createContext({
      ...WEB,
      console: { warn: (line: string) => lines.push(line), error: (line: string) => lines.push(line) },
      setTimeout: (...given: Parameters<typeof setTimeout>) => {
        used.push('setTimeout');
        return setTimeout(...given);
      },
      fetch: (input: string, init: RequestInit) => {
        used.push('fetch');
        posted.push(new Request(input, init));
        return fetch(input, init);
      },
      ...more,
    });
    runInContext(code, context);
    const { createClient } = runInContext('sdk', context) as { createClient(options: ClientOptions): FlagsClient };
    const create = (options: ClientOptions = {}): FlagsClient => {
      const client = createClient({ url, sdkKey, ...options });
      opened.push(client);
      return client;
    };
    return { create, used, lines, posted };
  };

  test('names no module of Node and no WebSocket', () => {
    expect(code).not.toMatch(/node:|require\("(?!\.)|\bnew WebSocket/);
  });

  test('serves by polling, regular expressions included, and does nothing before its first use', async () => {
    const { create, used, lines, posted } = isolate();
    const flags = create();
    expect(used).toEqual([]);
    expect(flags.variation('new-checkout', CONTEXT, false)).toBe(false);
    expect(await flags.waitForInitialization()).toMatchObject({ status: 'ready', source: 'poll' });
    expect(flags.variation('new-checkout', CONTEXT, false)).toBe(true);
    expect(flags.variation('new-checkout', { key: 'x' }, true)).toBe(false);
    expect(flags.status.connection).toBe('polling');
    expect(posted[0]?.cache).toBe('no-store');
    expect(await flags.flush()).toMatchObject({ ok: true });
    expect(posted.at(-1)?.headers.get('content-encoding')).toBe('gzip');
    expect(lines).toEqual([]);
  });

  test('says that it polls where a stream was asked for', async () => {
    const { create, lines } = isolate();
    const flags = create({ mode: 'stream', events: false });
    await flags.waitForInitialization();
    expect(lines).toEqual([expect.stringContaining('GP1120')]);
    expect(flags.status.connection).toBe('polling');
  });

  test('works where a runtime refuses the option for caches', async () => {
    const refusing = class {
      constructor() {
        throw new TypeError("The 'cache' field on 'RequestInitializerDict' is not implemented.");
      }
    };
    const { create } = isolate({ Request: refusing });
    const flags = create({ events: false });
    expect(await flags.waitForInitialization()).toMatchObject({ status: 'ready' });
  });

  test('signs and seals contexts as the build for Node does', async () => {
    const { create } = isolate();
    const flags = create({ mode: 'offline' });
    const keyFor = (use: string) => Buffer.from(hkdfSync('sha256', sdkKey, '', use, 32));
    const canonical = canonicalContext(CONTEXT);
    expect(flags.secureModeHash(CONTEXT)).toBe(
      createHmac('sha256', keyFor('glidepath/mac')).update(canonical).digest('hex'),
    );
    const token = readSealed(await flags.sealContext(CONTEXT));
    const sealed = Buffer.from(token?.sealed ?? '', 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', keyFor('glidepath/seal'), sealed.subarray(0, SEAL.ivBytes));
    decipher.setAAD(Buffer.from(token?.header ?? ''));
    decipher.setAuthTag(sealed.subarray(-SEAL.tagBytes));
    const text =
      decipher.update(sealed.subarray(SEAL.ivBytes, -SEAL.tagBytes), undefined, 'utf8') + decipher.final('utf8');
    expect(JSON.parse(text)).toMatchObject({ c: JSON.parse(canonical) });
  });

  test('scopes reach as far as the platform lets them, and it is said once where that is not far', async () => {
    const { create, lines } = isolate();
    const flags = create({ mode: 'offline' });
    const inside = () => flags.current().context;
    expect(flags.runWithContext(CONTEXT, inside)).toEqual(CONTEXT);
    expect(flags.runWithContext(CONTEXT, inside)).toEqual(CONTEXT);
    expect(lines.filter((line) => line.includes('GP1121'))).toHaveLength(1);
  });
});
