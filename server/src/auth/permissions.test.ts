import { describe, expect, test } from 'vitest';
import { type Action, may, type Scope } from './permissions.ts';
import type { Principal, Role } from './principal.ts';

const here: Scope = { kind: 'project', projectId: 'p1' };
const elsewhere: Scope = { kind: 'project', projectId: 'p2' };
const development: Scope = { kind: 'environment', projectId: 'p1', environmentKey: 'development' };
const production: Scope = { kind: 'environment', projectId: 'p1', environmentKey: 'production' };
const installation: Scope = { kind: 'installation' };

const aMember = (roles: Record<string, Role>): Principal => ({
  kind: 'member',
  id: 'm1',
  name: 'Ada',
  roles,
  sessionHash: '',
  csrf: '',
});

const aToken = (fields: Partial<Extract<Principal, { kind: 'token' }>> = {}): Principal => ({
  kind: 'token',
  id: 't1',
  name: 'ci',
  role: 'editor',
  only: null,
  projects: null,
  environments: null,
  maker: 'm1',
  roles: { '*': 'admin' },
  ...fields,
});

describe('a member', () => {
  test.for<[Role, Action, boolean]>([
    ['viewer', 'flag.read', true],
    ['viewer', 'flag.kill', false],
    ['operator', 'flag.kill', true],
    ['operator', 'flag.toggle', true],
    ['operator', 'flag.edit', false],
    ['editor', 'flag.edit', true],
    ['editor', 'key.edit', false],
    ['admin', 'key.edit', true],
  ])('who is %s: %s is %s', ([role, action, allowed]) => {
    expect(may(aMember({ p1: role }), action, here)).toBe(allowed);
  });

  test('may nothing in projects without a role, and nothing in the installation by a project', () => {
    const admin = aMember({ p1: 'admin' });
    expect(may(admin, 'project.read', elsewhere)).toBe(false);
    expect(may(admin, 'member.edit', installation)).toBe(false);
  });

  test('has the stronger of two roles', () => {
    expect(may(aMember({ '*': 'viewer', p1: 'editor' }), 'flag.edit', here)).toBe(true);
    expect(may(aMember({ '*': 'editor', p1: 'viewer' }), 'flag.edit', here)).toBe(true);
  });
});

describe('an API token', () => {
  test('may no more than its role, and no more than its maker may now', () => {
    expect(may(aToken(), 'flag.edit', here)).toBe(true);
    expect(may(aToken(), 'key.edit', here)).toBe(false);
    expect(may(aToken({ roles: { '*': 'viewer' } }), 'flag.edit', here)).toBe(false);
    expect(may(aToken({ roles: {} }), 'flag.read', here)).toBe(false);
  });

  test('of some projects reaches only those, and never the installation', () => {
    const token = aToken({ role: 'admin', projects: ['p1'] });
    expect(may(token, 'key.edit', here)).toBe(true);
    expect(may(token, 'project.read', elsewhere)).toBe(false);
    expect(may(token, 'member.read', installation)).toBe(false);
  });

  test('of a pipeline may only what it is for, and read flags, and nothing that its role may not', () => {
    const token = aToken({ role: 'operator', only: ['code.upload'] });
    const isLet = (action: Action) => may(token, action, here);
    expect((['code.upload', 'flag.read', 'project.read'] as const).map(isLet)).toEqual([true, true, true]);
    expect((['deploy.record', 'flag.kill', 'audit.read', 'key.read'] as const).map(isLet)).toEqual(
      Array(4).fill(false),
    );
    expect(may(aToken({ role: 'viewer', only: ['code.upload'] }), 'code.upload', here)).toBe(false);
  });

  test('of some environments reaches only those', () => {
    const token = aToken({ environments: ['development'] });
    expect(may(token, 'flag.edit', development)).toBe(true);
    expect(may(token, 'flag.edit', production)).toBe(false);
    expect(may(token, 'flag.edit', here)).toBe(false);
  });
});

test('keys of SDKs and strangers may nothing that a role may', () => {
  const others: Principal[] = [
    { kind: 'anonymous' },
    { kind: 'server-key', id: 'k1', environment: 'e1' },
    { kind: 'client-key', id: 'k2', environment: 'e1', origins: [] },
  ];
  for (const principal of others) expect(may(principal, 'flag.read', here)).toBe(false);
});
