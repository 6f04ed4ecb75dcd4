import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ConfigError, helpText, readConfig } from './config.ts';

const SECRET = 'a secret with more than 32 characters';

function read(settings: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) {
  const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`GLIDEPATH_${name}`, value]));
  const readFile = (file: string): string => {
    const text = files[file];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };
  return readConfig({ env, readFile });
}

function complaintAbout(settings: Readonly<Record<string, string>>, files = {}): string {
  try {
    read(settings, files);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  throw new Error('nothing was refused');
}

describe('settings', () => {
  test('have defaults that serve this machine alone', () => {
    expect(read({})).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      dataDir: './data',
      databaseUrl: 'file:data/glidepath.db',
      publicUrl: null,
      trustProxy: null,
      drainMs: 45_000,
      outboundAllow: [],
      slackSigningSecret: null,
      limits: { signInsPerMinute: 5, apiRequestsPerMinute: 300, connections: 10_000 },
    });
  });

  test('that are empty count as not given', () => {
    expect(read({ PORT: '', SECRET: '' })).toMatchObject({ port: 4000, secret: null });
  });

  test('that are secret may come from files', () => {
    expect(read({ SECRET_FILE: '/run/secret' }, { '/run/secret': `${SECRET}\n` }).secret).toBe(SECRET);
    expect(complaintAbout({ SECRET_FILE: '/nowhere' })).toMatch(/GLIDEPATH_SECRET_FILE: "\/nowhere" cannot be read/);
    expect(complaintAbout({ SECRET, SECRET_FILE: '/run/secret' })).toMatch(/not both/);
  });

  test.for<[Readonly<Record<string, string>>, complaint: RegExp]>([
    [{ PORT: 'http' }, /^GLIDEPATH_PORT: "http" is not accepted: must be a whole number from 0 to 65535\.$/],
    [{ PORT: '70000' }, /GLIDEPATH_PORT: "70000"/],
    [{ LOG_LEVEL: 'loud' }, /GLIDEPATH_LOG_LEVEL: "loud" .*one of fatal, error/],
    [{ PUBLIC_URL: 'flags.example' }, /GLIDEPATH_PUBLIC_URL.*https:\/\/flags\.example/],
    [{ PUBLIC_URL: 'http://flags.example' }, /GLIDEPATH_PUBLIC_URL/],
    [{ PUBLIC_URL: 'https://flags.example/path' }, /without a path/],
    [{ TRUST_PROXY: 'true' }, /GLIDEPATH_TRUST_PROXY.*networks such as 10\.0\.0\.0\/8/],
    [{ TRUST_PROXY: '1' }, /GLIDEPATH_TRUST_PROXY/],
    [{ TRUST_PROXY: '0.0.0.0/0' }, /GLIDEPATH_TRUST_PROXY/],
    [{ DATABASE_URL: 'mysql://x' }, /must begin with file: or postgres/],
    [{ DRAIN_SECONDS: '-1' }, /GLIDEPATH_DRAIN_SECONDS/],
    [{ OUTBOUND_ALLOW: 'intranet' }, /GLIDEPATH_OUTBOUND_ALLOW.*networks such as 10\.0\.0\.0\/8/],
    [{ OUTBOUND_ALLOW: '0.0.0.0/0' }, /GLIDEPATH_OUTBOUND_ALLOW/],
    [{ SLACK_ORIGIN: 'slack.example' }, /GLIDEPATH_SLACK_ORIGIN.*without a path/],
    [{ SLACK_ORIGIN: 'https://slack.example/hooks' }, /without a path/],
    [{ SLACK_SIGNING_SECRET: 'short' }, /GLIDEPATH_SLACK_SIGNING_SECRET: what was given \(not shown\)/],
  ])('%j stops the start with what was given and what is accepted', ([settings, complaint]) => {
    expect(complaintAbout(settings)).toMatch(complaint);
  });

  test('that are secret are never repeated in a complaint', () => {
    expect(complaintAbout({ SECRET: 'hunter2' })).not.toContain('hunter2');
    expect(complaintAbout({ DATABASE_URL: 'mysql://user:hunter2@db' })).not.toContain('hunter2');
  });
});

describe('listening where others can reach it', () => {
  test.for(['0.0.0.0', '::', '10.1.2.3', 'flags.example'])('on %s needs https or a known proxy', (HOST) => {
    expect(complaintAbout({ HOST })).toMatch(/GLIDEPATH_PUBLIC_URL .* or GLIDEPATH_TRUST_PROXY/);
    expect(read({ HOST, PUBLIC_URL: 'https://flags.example/' }).publicUrl).toBe('https://flags.example');
    expect(read({ HOST, TRUST_PROXY: '10.0.0.0/8, fd00::/8' }).trustProxy).toEqual(['10.0.0.0/8', 'fd00::/8']);
  });

  test.for(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('on %s needs nothing', (HOST) => {
    expect(read({ HOST }).host).toBe(HOST);
  });
});

test('PostgreSQL needs a secret that all replicas share', () => {
  const DATABASE_URL = 'postgres://db/glidepath';
  expect(complaintAbout({ DATABASE_URL })).toMatch(/GLIDEPATH_SECRET/);
  expect(read({ DATABASE_URL, SECRET })).toMatchObject({ databaseUrl: DATABASE_URL, secret: SECRET });
});

test('the documentation lists every variable', () => {
  const documentation = readFileSync(new URL('../../docs/running.md', import.meta.url), 'utf8');
  const missing = (helpText().match(/GLIDEPATH_[A-Z_]+/g) ?? []).filter(
    (name) => !documentation.includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});

test('the help names every variable with its default', () => {
  const help = helpText();
  for (const name of [
    'HOST',
    'PORT',
    'PUBLIC_URL',
    'TRUST_PROXY',
    'DATA_DIR',
    'DATABASE_URL',
    'SECRET',
    'DRAIN_SECONDS',
  ])
    expect(help).toMatch(new RegExp(`GLIDEPATH_${name}\\s`));
  expect(help).toMatch(/GLIDEPATH_PORT\s+4000/);
  expect(help).toContain('GLIDEPATH_SECRET_FILE');
});
