import { createManualClock } from '@glidepath/server';
import type {
  CodeReferencesUpload,
  CodeReferencesUploaded,
  CodeReferencesView,
  ScannedRepositoryView,
  UploadedReference,
} from '@glidepath/server/api-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Send, type Service, startService } from '../support/start-service.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600_000;
const P = '/api/v1/projects/default';

let service: Service;
let send: Send;

beforeAll(async () => {
  service = await startService({ clock: createManualClock(NOW) });
  ({ send } = service.admin);
  for (const key of ['dark-mode', 'new-cart', 'old-cart'])
    await send('POST', `${P}/flags`, { body: { key, type: 'boolean' } });
  await send('PATCH', `${P}/flags/old-cart`, { body: { instructions: [{ kind: 'archive' }] } });
});
afterAll(() => service[Symbol.asyncDispose]());

const at = (flag: string, line = 1, place: Partial<UploadedReference> = {}): UploadedReference => ({
  flag,
  path: 'src/cart.ts',
  line,
  call: 'variation',
  removable: true,
  hash: `h${line}`,
  ...place,
});

const aScan = (scan: Partial<CodeReferencesUpload>): CodeReferencesUpload => ({
  repository: 'github.com/acme/shop',
  branch: 'main',
  isDefaultBranch: true,
  commit: 'c0ffee0',
  scannedAt: new Date(NOW - HOUR).toISOString(),
  complete: true,
  references: [],
  ...scan,
});

const upload = async (scan: Partial<CodeReferencesUpload>, as = send) => {
  const { status, body } = await as<CodeReferencesUploaded>('POST', `${P}/code-references`, { body: aScan(scan) });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};
const viewOf = async (flag: string) =>
  (await send<CodeReferencesView>('GET', `${P}/flags/${flag}/code-references`)).body;
const ago = (hours: number) => new Date(NOW - hours * HOUR).toISOString();

describe('a scan that a pipeline uploads', () => {
  test('tells where the code names a flag, with addresses that lead there, and which keys are strange', async () => {
    const repository = 'github.com/acme/web';
    const urlTemplate = 'https://github.com/acme/web/blob/{commit}/{path}#L{line}';
    const odd = at('dark-mode', 7, { path: 'src/[id]/a b.tsx', removable: false, context: 'if (\tünï) {\n' });
    const references = [at('dark-mode', 9), odd, at('old-cart'), at('nobodys'), at('not a key at all')];
    const token = service.as(await service.token({ role: 'operator' }));
    expect(await upload({ repository, urlTemplate, references }, token)).toEqual({
      outcome: 'kept',
      references: 5,
      unknownKeys: ['nobodys', 'not a key at all'],
      archivedKeys: ['old-cart'],
      vanished: [],
    });
    const { repositories, items } = await viewOf('dark-mode');
    expect(repositories).toEqual([
      {
        repository,
        branch: 'main',
        commit: 'c0ffee0',
        scannedAt: ago(1),
        count: 2,
        firstSeenAt: ago(1),
        lastSeenAt: ago(1),
        goneAt: null,
        goneCommit: null,
      },
    ]);
    expect(items).toMatchObject([
      { path: 'src/[id]/a b.tsx', line: 7, removable: false, context: 'if (\tünï) {\n' },
      { path: 'src/cart.ts', line: 9, context: null, url: 'https://github.com/acme/web/blob/c0ffee0/src/cart.ts#L9' },
    ]);
    expect(items[0]?.url).toBe('https://github.com/acme/web/blob/c0ffee0/src/%5Bid%5D/a%20b.tsx#L7');
    const { body } = await send<{ items: ScannedRepositoryView[] }>('GET', `${P}/code-references`);
    expect(body.items).toMatchObject([
      { repository, count: 5, unknownKeys: ['nobodys', 'not a key at all'], urlTemplate },
    ]);
    expect((await send('GET', '/api/v1/audit?limit=1')).body).toMatchObject({
      items: [
        {
          action: 'upload-code-references',
          content: { summary: [`Scan of ${repository} at c0ffee0: 5 code references`] },
        },
      ],
    });
  });

  test('says which live flags have left the code, since when, and with which commit', async () => {
    const repository = 'github.com/acme/gone';
    await upload({ repository, scannedAt: ago(9), references: [at('new-cart'), at('old-cart')] });
    const answer = await upload({ repository, scannedAt: ago(8), commit: 'beefbee' });
    expect(answer.vanished).toEqual([{ flag: 'new-cart', since: ago(8) }]);
    const again = await upload({ repository, scannedAt: ago(7), commit: 'f00df00' });
    expect(again.vanished).toEqual(answer.vanished);
    const { repositories, items } = await viewOf('new-cart');
    expect(items).toEqual([]);
    expect(repositories.find((one) => one.repository === repository)).toMatchObject({
      count: 0,
      lastSeenAt: ago(9),
      goneAt: ago(8),
      goneCommit: 'beefbee',
    });
    await upload({ repository: 'github.com/acme/other', references: [at('new-cart')] });
    expect((await upload({ repository, scannedAt: ago(6) })).vanished).toEqual([]);
  });

  test('changes nothing where it is older, or of another branch, and says so', async () => {
    const repository = 'github.com/acme/branches';
    await upload({ repository, scannedAt: ago(2), references: [at('dark-mode', 33)] });
    const linesOf = async () =>
      (await viewOf('dark-mode')).items.flatMap((item) => (item.repository === repository ? [item.line] : []));
    const references = [at('dark-mode', 44), at('nobodys')];
    const other = await upload({ repository, references, branch: 'topic', isDefaultBranch: false });
    expect(other).toMatchObject({ outcome: 'other-branch', references: 2, unknownKeys: ['nobodys'] });
    expect(await upload({ repository, references, scannedAt: ago(3) })).toMatchObject({ outcome: 'older' });
    expect(await linesOf()).toEqual([33]);
    const ahead = new Date(NOW + 99 * HOUR).toISOString();
    expect(await upload({ repository, references, scannedAt: ahead })).toMatchObject({ outcome: 'kept' });
    expect(await upload({ repository, scannedAt: ago(0), references })).toMatchObject({ outcome: 'kept' });
    expect(await linesOf()).toEqual([44]);
  });

  test('of twenty thousand references with their lines is taken, and one more is refused', async () => {
    const repository = 'github.com/acme/many';
    const many = (n: number) =>
      Array.from({ length: n }, (_, line) => at('dark-mode', line + 1, { context: 'x'.repeat(300) }));
    await send('POST', '/api/v1/projects', { body: { key: 'big' } });
    const to = (references: readonly UploadedReference[], name = repository) =>
      send<{ code?: string; references?: number }>('POST', '/api/v1/projects/big/code-references', {
        body: aScan({ repository: name, references }),
      });
    expect(await to(many(20_000))).toMatchObject({ status: 200, body: { references: 20_000 } });
    expect(await to(many(20_001))).toMatchObject({ status: 400, body: { code: 'validation' } });
    expect(await to(many(1), 'another')).toMatchObject({ status: 413, body: { code: 'too-large' } });
    const forget = `/api/v1/projects/big/code-references?repository=${encodeURIComponent(repository)}`;
    expect((await send('DELETE', forget)).status).toBe(200);
    expect((await send('DELETE', forget)).status).toBe(404);
    expect((await to(many(1), 'another')).status).toBe(200);
  });

  test.for<[string, Partial<CodeReferencesUpload>]>([
    ['an address that is not https', { urlTemplate: 'http://github.com/{path}' }],
    ['a script for an address', { urlTemplate: 'javascript:alert(1)//{path}' }],
    ['an address whose host the path chooses', { urlTemplate: 'https://{path}/x' }],
    ['an address with a name before the host', { urlTemplate: 'https://good.example@evil.example/{path}' }],
    ['an address without the path', { urlTemplate: 'https://github.com/{line}' }],
    ['an unknown placeholder', { urlTemplate: 'https://github.com/{path}/{branch}' }],
    ['a path that leads out of the repository', { references: [at('dark-mode', 1, { path: 'src/../../x' })] }],
    ['an absolute path', { references: [at('dark-mode', 1, { path: '/etc/passwd' })] }],
    ['line 0', { references: [at('dark-mode', 0)] }],
    ['a commit that is none', { commit: 'main' }],
    ['a name of two lines', { repository: 'a\nb' }],
  ])('with %s is refused', async ([, scan]) => {
    const answer = await send('POST', `${P}/code-references`, { body: aScan(scan) });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation' } });
  });
});
