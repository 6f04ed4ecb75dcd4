import type { Outside } from './outside.ts';
import { ofWindows } from './programs.ts';

/** Where the system keeps secrets, by the program that it comes with: a token is never among the arguments. */
export interface Keychain {
  /** As people call it. */
  readonly name: string;
  /** Null where it has none, is locked, or is not there. */
  get(url: string): string | null;
  /** False where it did not keep it. */
  set(url: string, token: string): boolean;
  remove(url: string): void;
}

interface Use {
  readonly args: readonly string[];
  readonly input: string;
}

interface Tool {
  readonly name: string;
  program(env: Outside['env']): string;
  isThere(env: Outside['env']): boolean;
  get(url: string): Use;
  set(url: string, token: string): Use;
  remove(url: string): Use;
}

const SERVICE = 'glidepath';

const security: Tool = {
  name: 'the keychain of macOS',
  program: () => 'security',
  isThere: () => true,
  get: (url) => ({ args: ['find-generic-password', '-s', SERVICE, '-a', url, '-w'], input: '' }),
  // As a command on its stdin; in hexadecimal nothing has to be quoted.
  set: (url, token) => ({
    args: ['-i'],
    input: `add-generic-password -U -s ${SERVICE} -a "${url}" -X ${Buffer.from(token).toString('hex')}\n`,
  }),
  remove: (url) => ({ args: ['delete-generic-password', '-s', SERVICE, '-a', url], input: '' }),
};

const secretTool: Tool = {
  name: 'the keyring',
  program: () => 'secret-tool',
  // Without a session there is nobody who keeps anything, and the program would wait for them.
  isThere: (env) => (env['DBUS_SESSION_BUS_ADDRESS'] ?? '') !== '',
  get: (url) => ({ args: ['lookup', 'service', SERVICE, 'url', url], input: '' }),
  set: (url, token) => ({
    args: ['store', `--label=Glidepath ${url}`, 'service', SERVICE, 'url', url],
    input: token,
  }),
  remove: (url) => ({ args: ['clear', 'service', SERVICE, 'url', url], input: '' }),
};

const VAULT = [
  "$ErrorActionPreference = 'Stop'",
  '[void][Windows.Security.Credentials.PasswordVault, Windows.Security.Credentials, ContentType = WindowsRuntime]',
  '$vault = New-Object Windows.Security.Credentials.PasswordVault',
  '$lines = [Console]::In.ReadToEnd().Split([char]10)',
].join('; ');

const inVault = (does: string, ...lines: readonly string[]): Use => ({
  args: ['-NoProfile', '-NonInteractive', '-Command', `${VAULT}; ${does}`],
  input: lines.join('\n'),
});

/** Windows PowerShell: later ones do not reach what Windows itself keeps. */
const credentialManager: Tool = {
  name: 'the credential manager of Windows',
  program: (env) => ofWindows(env, 'WindowsPowerShell\\v1.0\\powershell.exe'),
  isThere: () => true,
  get: (url) => inVault(`[Console]::Out.Write($vault.Retrieve('${SERVICE}', $lines[0]).Password)`, url),
  set: (url, token) =>
    inVault(
      `$vault.Add((New-Object Windows.Security.Credentials.PasswordCredential('${SERVICE}', $lines[0], $lines[1])))`,
      url,
      token,
    ),
  remove: (url) => inVault(`$vault.Remove($vault.Retrieve('${SERVICE}', $lines[0]))`, url),
};

const TOOLS: Readonly<Partial<Record<NodeJS.Platform, Tool>>> = {
  darwin: security,
  linux: secretTool,
  win32: credentialManager,
};

/** The keychain of this machine; null where there is none, or `GLIDEPATH_KEYCHAIN=off` says to do without. */
export function keychainOf({ env, platform, runTool }: Pick<Outside, 'env' | 'platform' | 'runTool'>): Keychain | null {
  const tool = TOOLS[platform];
  if (tool === undefined || env['GLIDEPATH_KEYCHAIN'] === 'off' || !tool.isThere(env)) return null;
  const use = ({ args, input }: Use) => runTool(tool.program(env), args, input);
  const get = (url: string): string | null => {
    const found = use(tool.get(url));
    return found?.isDone === true ? found.stdout.trim() || null : null;
  };
  return {
    name: tool.name,
    get,
    // What it cannot give back it has not kept, whatever it says.
    set: (url, token) => isPlain(url) && use(tool.set(url, token))?.isDone === true && get(url) === token,
    remove: (url) => void use(tool.remove(url)),
  };
}

/** An address that means nothing to any of these programs but itself. */
const isPlain = (url: string): boolean => /^https?:\/\/[\w.:[\]/%~-]+$/.test(url);
