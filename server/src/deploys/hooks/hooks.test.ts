import { describe, expect, test } from 'vitest';
import type { HookReading, ToldByHook } from './hook.ts';
import { type HookKind, hooks } from './index.ts';

/** What each kind of sender tells, with the fields that its documentation shows. */

const SHA = '9c48853fa3dc5c1c3d6f1f1cd1f2743e72652840';

function github(deployment: object = {}, status: object = {}) {
  return {
    action: 'created',
    deployment_status: {
      id: 3,
      state: 'success',
      creator: { login: 'octocat', id: 1 },
      description: 'Deployment finished successfully.',
      environment: 'production',
      target_url: '',
      created_at: '2026-03-01T12:05:00Z',
      updated_at: '2026-03-01T12:05:00Z',
      log_url: 'https://github.example/acme/api/actions/runs/7',
      ...status,
    },
    deployment: {
      id: 145_988_746,
      sha: SHA,
      ref: 'main',
      task: 'deploy',
      payload: {},
      original_environment: 'production',
      environment: 'production',
      creator: { login: 'hubot', id: 2 },
      created_at: '2026-03-01T12:00:00Z',
      ...deployment,
    },
    repository: { id: 17, name: 'api', full_name: 'acme/api' },
    sender: { login: 'octocat', id: 1 },
  };
}

function gitlab(fields: object = {}) {
  return {
    object_kind: 'deployment',
    status: 'success',
    status_changed_at: '2026-03-01 14:05:00 +0200',
    deployment_id: 15,
    deployable_id: 796,
    deployable_url: 'https://gitlab.example/acme/api/-/jobs/796',
    environment: 'staging',
    environment_tier: 'staging',
    environment_slug: 'staging',
    environment_external_url: 'https://staging.example',
    project: { id: 30, name: 'The API', path_with_namespace: 'acme/api', default_branch: 'main' },
    short_sha: SHA.slice(0, 8),
    user: { id: 42, name: 'Sidney', username: 'sidney' },
    user_url: 'https://gitlab.example/sidney',
    commit_url: `https://gitlab.example/acme/api/-/commit/${SHA}`,
    commit_title: 'Add new checkout',
    ref: 'main',
    ...fields,
  };
}

function argoCd(fields: object = {}) {
  return {
    service: 'api',
    environment: 'production',
    version: '1.4.0',
    revision: SHA,
    phase: 'Succeeded',
    health: 'Healthy',
    startedAt: '2026-03-01T12:00:00Z',
    finishedAt: '2026-03-01T12:05:00Z',
    url: 'https://argo.example/applications/api',
    ...fields,
  };
}

function flux(fields: object = {}, metadata: Readonly<Record<string, string>> = {}) {
  return {
    involvedObject: { kind: 'Kustomization', namespace: 'apps', name: 'api', uid: 'u-1', apiVersion: 'kustomize/v1' },
    severity: 'info',
    timestamp: '2026-03-01T12:05:00Z',
    message: 'Reconciliation finished in 1.2s, next run in 10m0s',
    reason: 'ReconciliationSucceeded',
    metadata: { revision: `main@sha1:${SHA}`, environment: 'production', ...metadata },
    reportingController: 'kustomize-controller',
    reportingInstance: 'kustomize-controller-1',
    ...fields,
  };
}

const EVENT = { 'x-github-event': 'deployment_status' };

function read(kind: HookKind, body: unknown, service: string | null = null, headers = EVENT): HookReading {
  return hooks[kind].read(headers, body, { service });
}

function told(kind: HookKind, body: unknown, service: string | null = null): ToldByHook {
  const reading = read(kind, body, service);
  if (reading.kind === 'ignored') throw new Error(`ignored: ${reading.reason}`);
  return reading.told;
}

describe('a message of GitHub', () => {
  test('tells the deployment and its status', () => {
    expect(told('github', github())).toEqual({
      service: 'api',
      environment: 'production',
      version: SHA,
      attempt: 145_988_746,
      status: 'succeeded',
      startedAt: '2026-03-01T12:00:00Z',
      finishedAt: '2026-03-01T12:05:00Z',
      commit: SHA,
      url: 'https://github.example/acme/api/actions/runs/7',
      deployedBy: 'octocat',
    });
  });

  test.for<[string, string | null]>([
    ['in_progress', 'started'],
    ['success', 'succeeded'],
    ['failure', 'failed'],
    ['error', 'failed'],
    ['inactive', null],
    ['queued', null],
    ['toString', null],
  ])('in the state %s is %s', ([state, status]) => {
    const reading = read('github', github({}, { state }));
    expect(reading.kind === 'report' ? reading.told.status : null).toBe(status);
  });

  test.for<[string, object, string]>([
    ['a tag', { ref: 'v1.4.0' }, 'v1.4.0'],
    ['a branch', { ref: 'release-1.4' }, SHA],
    ['its payload', { ref: 'v1.4.0', payload: { version: '1.4.0+7' } }, '1.4.0+7'],
    ['its payload as text', { payload: '{"version":"1.4.0"}' }, '1.4.0'],
    ['a payload that is no object', { payload: 'hello' }, SHA],
  ])('takes its version from %s', ([, deployment, version]) => {
    expect(told('github', github(deployment)).version).toBe(version);
  });

  test('is of the service that it names, else of the one set up, else of its repository', () => {
    expect(told('github', github({ payload: { service: 'worker' } }), 'api').service).toBe('worker');
    expect(told('github', github(), 'checkout').service).toBe('checkout');
  });

  test('of another event is no news', () => {
    expect(read('github', { zen: 'Keep it logically awesome.' }, null, { 'x-github-event': 'ping' })).toMatchObject({
      kind: 'ignored',
    });
  });

  test('that is not what it says is refused by name', () => {
    const { deployment: _, ...without } = github();
    expect(() => read('github', without)).toThrow('/deployment is missing');
  });
});

describe('a message of GitLab', () => {
  test('tells the deployment and its status', () => {
    expect(told('gitlab', gitlab())).toEqual({
      service: 'api',
      environment: 'staging',
      version: SHA,
      attempt: 15,
      status: 'succeeded',
      startedAt: null,
      finishedAt: '2026-03-01T14:05:00+02:00',
      commit: SHA,
      url: 'https://gitlab.example/acme/api/-/jobs/796',
      deployedBy: 'sidney',
    });
  });

  test.for<[string, string | null]>([
    ['running', 'started'],
    ['success', 'succeeded'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
    ['created', null],
    ['blocked', null],
  ])('with the status %s is %s', ([status, expected]) => {
    const reading = read('gitlab', gitlab({ status }));
    expect(reading.kind === 'report' ? reading.told.status : null).toBe(expected);
  });

  test('tells times of any zone', () => {
    const started = told('gitlab', gitlab({ status: 'running', status_changed_at: '2026-03-01 12:05:00 UTC' }));
    expect(started).toMatchObject({ startedAt: '2026-03-01T12:05:00Z', finishedAt: null });
  });

  test('of a tag has it as its version, and of an unknown commit its short hash', () => {
    expect(told('gitlab', gitlab({ ref: 'v2.0.1' })).version).toBe('v2.0.1');
    expect(told('gitlab', gitlab({ commit_url: null })).version).toBe(SHA.slice(0, 8));
  });

  test('of another kind is no news', () => {
    expect(read('gitlab', { object_kind: 'push' })).toMatchObject({ kind: 'ignored' });
  });
});

describe('a message of Argo CD', () => {
  test('tells the sync', () => {
    expect(told('argo-cd', argoCd())).toEqual({
      service: 'api',
      environment: 'production',
      version: '1.4.0',
      attempt: Date.UTC(2026, 2, 1, 12) / 1_000,
      status: 'succeeded',
      startedAt: '2026-03-01T12:00:00Z',
      finishedAt: '2026-03-01T12:05:00Z',
      commit: SHA,
      url: 'https://argo.example/applications/api',
      deployedBy: null,
    });
  });

  test.for<[string, string, string | null]>([
    ['Running', 'Healthy', 'started'],
    ['Succeeded', 'Progressing', 'started'],
    ['Succeeded', 'Healthy', 'succeeded'],
    ['Succeeded', 'Degraded', 'failed'],
    ['Failed', 'Healthy', 'failed'],
    ['Error', '', 'failed'],
    ['Terminating', 'Healthy', null],
  ])('in the phase %s and %s is %s', ([phase, health, status]) => {
    const reading = read('argo-cd', argoCd({ phase, health }));
    expect(reading.kind === 'report' ? reading.told.status : null).toBe(status);
  });

  test('says nothing where its template found nothing', () => {
    const fields = { version: '', environment: '<no value>', finishedAt: '<no value>', startedAt: '' };
    expect(told('argo-cd', argoCd(fields))).toMatchObject({
      version: SHA,
      environment: null,
      startedAt: null,
      finishedAt: null,
      attempt: null,
    });
  });
});

describe('a message of Flux', () => {
  test('tells the reconciliation', () => {
    expect(told('flux', flux())).toEqual({
      service: 'api',
      environment: 'production',
      version: SHA,
      attempt: null,
      status: 'succeeded',
      startedAt: null,
      finishedAt: '2026-03-01T12:05:00Z',
      commit: SHA,
      url: null,
      deployedBy: null,
    });
  });

  test.for<[string, string, string | null]>([
    ['info', 'Progressing', 'started'],
    ['info', 'UpgradeSucceeded', 'succeeded'],
    ['info', 'RollbackSucceeded', 'rolled-back'],
    ['error', 'HealthCheckFailed', 'failed'],
    ['info', 'UninstallSucceeded', null],
  ])('of severity %s because of %s is %s', ([severity, reason, status]) => {
    const reading = read('flux', flux({ severity, reason }));
    expect(reading.kind === 'report' ? reading.told.status : null).toBe(status);
  });

  test.for<[string, string]>([
    [`main@sha1:${SHA}`, SHA],
    [`main/${SHA}`, SHA],
    ['v1.4.0@sha256:abcdef', 'v1.4.0'],
    ['latest@sha256:abcdef', 'abcdef'],
    ['1.4.0+3', '1.4.0+3'],
  ])('of the revision %s is of version %s', ([revision, version]) => {
    expect(told('flux', flux({}, { revision })).version).toBe(version);
  });

  test('is of what its metadata say', () => {
    const said = { service: 'checkout', version: '1.4.0', environment: 'staging' };
    expect(told('flux', flux({}, said), 'api')).toMatchObject(said);
  });

  test('about a source, or without a revision, is no news', () => {
    expect(read('flux', flux({ involvedObject: { kind: 'GitRepository', name: 'api' } }))).toMatchObject({
      kind: 'ignored',
    });
    expect(read('flux', flux({ metadata: null }))).toMatchObject({ kind: 'ignored' });
  });
});
