import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { credentialFor, forgetCredential, keepCredential, tokenFor } from './credentials.ts';
import { keychainOf } from './keychain.ts';
import type { Outside } from './outside.ts';
import { newSeen, testOutside, toolsOn } from './testing-outside.ts';

const URL = 'https://flags.example.com/base';
const TOKEN = 'gp_api_Secret1234';

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(path.join(os.tmpdir(), 'glidepath-keychain-'));
});
afterEach(() => rmSync(bin, { recursive: true, force: true }));

/** A program that writes down its arguments and stdin, and keeps one secret, as the one of that name does. */
function install(program: string, script: string): void {
  const file = path.join(bin, program);
  const record = 'printf "%s\\n" "$*" >> "$STORE/arguments"; input=$(cat)\n';
  writeFileSync(file, `#!/bin/sh\n${record}${script}`);
  chmodSync(file, 0o755);
}

const FAKES: readonly [NodeJS.Platform, string, string][] = [
  [
    'linux',
    'secret-tool',
    `case "$1" in
       store) printf %s "$input" > "$STORE/kept" ;;
       lookup) cat "$STORE/kept" ;;
       clear) rm "$STORE/kept" ;;
     esac`,
  ],
  [
    'darwin',
    'security',
    `case "$1" in
       -i) ${process.execPath} -e 'process.stdout.write(Buffer.from(process.argv[1], "hex"))' "\${input##*-X }" > "$STORE/kept" ;;
       find-generic-password) cat "$STORE/kept" ;;
       delete-generic-password) rm "$STORE/kept" ;;
     esac`,
  ],
  [
    'win32',
    'Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    `case "$*" in
       *vault.Add*) printf %s "$input" | tail -n 1 > "$STORE/kept" ;;
       *Out.Write*) cat "$STORE/kept" ;;
       *vault.Remove*) rm "$STORE/kept" ;;
     esac`,
  ],
];

const machine = (given: Partial<Outside> = {}, seen = newSeen()) => {
  const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x', SystemRoot: path.join(bin, 'Windows') };
  return { seen, place: testOutside({ env, runTool: toolsOn(bin), ...given }, seen) };
};

describe.each(FAKES)('on %s, with %s', (platform, program, script) => {
  test('a token lies in the keychain and in no file, and is never among the arguments', () => {
    install(program, script);
    const { seen, place } = machine({ platform });
    const where = keepCredential(place, URL, { token: TOKEN, name: 'laptop', expiresAt: '2027' });
    expect(where).toBe(keychainOf(place)?.name);
    expect(readFileSync(path.join(bin, 'kept'), 'utf8').trim()).toBe(TOKEN);
    expect([...seen.files.values()].join()).not.toContain(TOKEN);
    expect(tokenFor(place, URL)).toBe(TOKEN);
    expect(readFileSync(path.join(bin, 'arguments'), 'utf8')).not.toContain('Secret1234');
    forgetCredential(place, URL);
    expect(() => readFileSync(path.join(bin, 'kept'))).toThrow('ENOENT');
    expect(credentialFor(place, URL)).toBeNull();
  });
});

test('on Windows, no program of the folder that somebody works in is run for its name', () => {
  install('powershell.exe', 'printf %s "$input" > "$STORE/stolen"');
  keepCredential(machine({ platform: 'win32' }).place, URL, { token: TOKEN, name: 'laptop', expiresAt: '2027' });
  expect(existsSync(path.join(bin, 'arguments'))).toBe(false);
});

describe('a token is kept in a file of its owner', () => {
  const FALLBACKS: readonly [string, string, Partial<Outside>][] = [
    ['where the program is missing', '', {}],
    ['where it fails', 'exit 1', {}],
    ['where it keeps nothing, whatever it says', 'exit 0', {}],
    ['where there is no session that keeps anything', 'exit 0', { env: {} }],
    ['where it is not wanted', 'exit 0', { env: { GLIDEPATH_KEYCHAIN: 'off', DBUS_SESSION_BUS_ADDRESS: 'x' } }],
    ['on a system without one', 'exit 0', { platform: 'freebsd' }],
  ];
  test.for(FALLBACKS)('%s', ([, script, given]) => {
    if (script !== '') install('secret-tool', script);
    const { seen, place } = machine(given);
    const where = keepCredential(place, URL, { token: TOKEN, name: 'laptop', expiresAt: '2027' });
    expect(where).toBe('/home/ann/.config/glidepath/credentials.json');
    expect(seen.files.get(where)).toContain(TOKEN);
    expect(tokenFor(place, URL)).toBe(TOKEN);
  });
});

test('a keychain that gives no token any more is told, with what helps', () => {
  install('secret-tool', (FAKES[0] as (typeof FAKES)[number])[2]);
  const { place } = machine();
  keepCredential(place, URL, { token: TOKEN, name: 'laptop', expiresAt: '2027' });
  rmSync(path.join(bin, 'kept'));
  expect(() => tokenFor(place, URL)).toThrow('in the keychain of this machine, which does not give it');
});

test('an address that could be taken for something else goes into no keychain', () => {
  install('secret-tool', (FAKES[0] as (typeof FAKES)[number])[2]);
  expect(keychainOf(machine().place)?.set('https://x.test/" -T x', TOKEN)).toBe(false);
});
