import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../support/start-service.ts';

/** T55: the same path in many spellings must not lead around the check of its route. */

const PER_ROUTE = 300;

let service: Service;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  agent.destroy();
  await service[Symbol.asyncDispose]();
});

/** What is done to a path; `at` chooses where. */
const SPELLINGS: readonly ((path: string, at: number) => string)[] = [
  (path, at) => insert(path, at, '/'),
  (path, at) => insert(path, at, '/.'),
  (path, at) => insert(path, at, '/x/..'),
  (path, at) => insert(path, at, '/%2e'),
  (path, at) => insert(path, at, '/x/%2e%2e'),
  (path, at) => replaceSlash(path, at, '%2f'),
  (path, at) => replaceSlash(path, at, '%2F'),
  (path, at) => replaceSlash(path, at, '\\'),
  (path, at) => replaceSlash(path, at, '%5c'),
  (path, at) => insert(path, at, ';x=1'),
  (path, at) => insert(path, at, ';'),
  (path, at) => insert(path, at, '%00'),
  (path, at) => insert(path, at, '%20'),
  (path, at) => insert(path, at, '%09'),
  (path, at) => encodeCharacter(path, at),
  (path, at) => encodeTwice(path, at),
  (path, at) => swapCase(path, at),
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `${path}.json`,
  (path) => `${path}?`,
  (path) => `${path}?${'a'.repeat(2_000)}=1`,
  (path) => `${path}#x`,
  (path) => `http://evil.example${path}`,
  (path) => `//evil.example${path}`,
  (path, at) => insert(path, at, `/${'a'.repeat(600)}`),
];

const slashes = (path: string): readonly number[] => [...path.matchAll(/\//g)].map(({ index }) => index);
const pick = <T>(all: readonly T[], at: number): T | undefined => all[at % all.length];

function insert(path: string, at: number, text: string): string {
  const where = pick([...slashes(path), path.length], at) ?? 0;
  return path.slice(0, where) + text + path.slice(where);
}

function replaceSlash(path: string, at: number, text: string): string {
  const where = pick(slashes(path), at) ?? 0;
  return path.slice(0, where) + text + path.slice(where + 1);
}

function encodeCharacter(path: string, at: number): string {
  const where = (at * 7) % path.length;
  const code = path.charCodeAt(where).toString(16).padStart(2, '0');
  return `${path.slice(0, where)}%${code}${path.slice(where + 1)}`;
}

const encodeTwice = (path: string, at: number): string => encodeCharacter(path, at).replace('%', '%25');

function swapCase(path: string, at: number): string {
  const where = (at * 5) % path.length;
  const swapped = path[where] === path[where]?.toLowerCase() ? path[where]?.toUpperCase() : path[where]?.toLowerCase();
  return path.slice(0, where) + swapped + path.slice(where + 1);
}

function spellingsOf(path: string): ReadonlySet<string> {
  const spellings = new Set<string>();
  for (let n = 0; spellings.size < PER_ROUTE && n < PER_ROUTE * 20; n++) {
    const first = pick(SPELLINGS, n);
    const second = pick(SPELLINGS, Math.floor(n / SPELLINGS.length));
    const once = first?.(path, n) ?? path;
    spellings.add(n < SPELLINGS.length * 3 ? once : (second?.(once, n * 3 + 1) ?? once));
  }
  spellings.delete(path);
  return spellings;
}

function statusOf(method: string, path: string): Promise<number> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    const asked = request({ agent, hostname, port, method, path, headers: { accept: '*/*' } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('error', (error: NodeJS.ErrnoException) => {
      // Node itself refuses to send some of them; the parser of the server drops others.
      if (error.code === 'ERR_UNESCAPED_CHARACTERS' || error.code === 'ECONNRESET') resolve(0);
      else reject(error);
    });
    asked.end();
  });
}

test('T55: no spelling of a protected path answers with success to nobody', { timeout: 300_000 }, async () => {
  const isOpen = (path: string) => service.routes.some(({ url, policy }) => url === path && policy.action === 'public');
  const guarded = service.routes.filter(({ policy, method }) => policy.action !== 'public' && method !== 'HEAD');
  const opened: string[] = [];
  let tried = 0;
  for (const { method, url } of guarded) {
    const path = url.replace(':p', 'default').replace(':e', 'development').replace(/:\w+/g, '1');
    const spellings = [...spellingsOf(path)].filter((spelling) => !isOpen(spelling.split(/[?#]/)[0] ?? ''));
    tried += spellings.length;
    for (let from = 0; from < spellings.length; from += 16) {
      const batch = spellings.slice(from, from + 16);
      const statuses = await Promise.all(batch.map((spelling) => statusOf(method, spelling)));
      statuses.forEach((status, n) => {
        if (status >= 200 && status < 400) opened.push(`${method} ${batch[n]} answered ${status}`);
      });
    }
  }
  expect(opened).toEqual([]);
  expect(tried).toBeGreaterThan(guarded.length * PER_ROUTE * 0.7);
});
