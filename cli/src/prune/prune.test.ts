import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Outside } from '../outside.ts';
import { run } from '../run.ts';
import { newSeen, testOutside } from '../testing-outside.ts';

const CHECKOUT = `import { useFlag } from '@glidepath/sdk-browser/react';

export function Checkout() {
  const isNew = useFlag('new-checkout', false);
  if (isNew) {
    return <New />;
  } else {
    return <Old />;
  }
}
`;
const PAY = `import { createClient } from '@glidepath/sdk-node';
import { payV1 } from './v1.ts';
import { payV2 } from './v2.ts';

export const flags = createClient();

export function pay(cart: Cart) {
  return flags.guard('new-checkout', cart.user, false, (fresh) => (fresh ? payV2(cart) : payV1(cart)));
}
`;
const LEGACY = `import { flags } from './pay.ts';
export const isOn = (name: string) => Boolean(flags.variation(\`new-\${name}\`, {}, false));
`;

let folder: string;
let server: Server;
let life: unknown;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'glidepath-prune-'));
  mkdirSync(path.join(folder, 'src'));
  for (const [name, text] of Object.entries({ 'checkout.tsx': CHECKOUT, 'pay.ts': PAY, 'legacy.ts': LEGACY }))
    writeFileSync(path.join(folder, 'src', name), text);
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=ann', '-c', 'user.email=ann@example.com', 'commit', '-qm', 'all');
  life = {
    readiness: { kind: 'safe', checks: [] },
    forward: { variation: 'on', value: true },
    next: { action: 'remove-code', sentence: 'Remove it.' },
  };
  server = createServer((request, response) => {
    const isLife = request.url === '/api/v1/projects/default/flags/new-checkout/lifecycle';
    response.writeHead(isLife ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isLife ? life : { status: 404, code: 'not-found', detail: 'There is no such flag.' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

function git(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync('git', args, { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: folder } });
}

async function prune(words: readonly string[], given: Partial<Outside> = {}) {
  const seen = newSeen();
  const real = testOutside({}, seen);
  const { port } = server.address() as AddressInfo;
  const exit = await run({
    ...real,
    argv: ['prune', ...words],
    env: { GLIDEPATH_URL: `http://127.0.0.1:${port}`, GLIDEPATH_TOKEN: 'token' },
    folder,
    files: {
      ...real.files,
      ...FILES,
    },
    runTool: (program, args, input) => {
      const { error, status, stdout } = spawnSync(program, args, { input, encoding: 'utf8', cwd: folder });
      return error === undefined ? { isDone: status === 0, stdout } : null;
    },
    ...given,
  });
  return { exit, stdout: seen.stdout.join(''), stderr: seen.stderr.join('') };
}

const textOf = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};
const FILES = {
  read: textOf,
  exists: (file: string) => textOf(file) !== null,
  bytes(file: string) {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    return stats?.isFile() === true ? stats.size : null;
  },
  write: (file: string, text: string) => writeFileSync(file, text),
};

const inFolder = (name: string): string => readFileSync(path.join(folder, 'src', name), 'utf8');

describe('glidepath prune', () => {
  test('prints a patch that git takes, and tells people what it would do, and writes nothing', async () => {
    const { exit, stdout, stderr } = await prune(['new-checkout']);
    expect(exit).toBe(0);
    expect(stderr.replaceAll(folder, '')).toMatchInlineSnapshot(`
      "  src/checkout.tsx:1   import { useFlag } unused → removed
        src/checkout.tsx:4   useFlag('new-checkout') → true
        src/checkout.tsx:5   else-branch removed (3 lines)
        src/legacy.ts:2      the key is computed: left alone, comment added
        src/pay.ts:2         import { payV1 } unused → removed
        src/pay.ts:8         guard(…) → payV2(cart)
        3 files, −10 +3. Nothing written. Apply with --write [--verify "npm test"].
      "
    `);
    expect(git('status', '--porcelain').stdout).toBe('');
    const patch = path.join(folder, 'it.patch');
    writeFileSync(patch, stdout);
    expect(git('apply', '--check', 'it.patch')).toMatchObject({ status: 0, stderr: '' });
    git('apply', 'it.patch');
    expect(inFolder('checkout.tsx')).toBe('\nexport function Checkout() {\n  return <New />;\n}\n'.trimStart());
    expect(inFolder('pay.ts')).toContain('return payV2(cart);');
    expect(inFolder('pay.ts')).not.toContain('payV1');
    expect(inFolder('legacy.ts')).toContain(
      '// glidepath: remove new-checkout by hand: the key is computed\nexport const isOn',
    );
  });

  test('writes, and a second run has nothing to do', async () => {
    const { exit, stdout } = await prune(['new-checkout', '--write']);
    expect([exit, stdout.trim().split('\n').at(-1)]).toEqual([0, '  3 files, −10 +3. Written.']);
    const again = await prune(['new-checkout', '--write', '--allow-dirty', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ flag: 'new-checkout', diff: '', files: [{ isChanged: false }] });
  });

  test('brings all files back where the check fails, or is interrupted', async () => {
    const lines: string[] = [];
    const runShell = async (line: string) => {
      lines.push(line, String(inFolder('pay.ts').includes('payV1')));
      return false;
    };
    const failed = await prune(['new-checkout', '--write', '--verify', 'npm test'], {
      runShell,
      interruption: () => new AbortController().signal,
    });
    expect(failed.exit).toBe(1);
    expect(failed.stderr).toContain('`npm test` failed: all files are as they were.');
    expect(lines).toEqual(['npm test', 'false']);
    expect(git('status', '--porcelain').stdout).toBe('');
    const interrupted = await prune(['new-checkout', '--write', '--verify', 'npm test'], {
      runShell: async () => true,
    });
    expect(interrupted.stderr).toContain('`npm test` was interrupted');
    expect(git('status', '--porcelain').stdout).toBe('');
  });

  test('refuses a flag that is not ready, with the reasons', async () => {
    const sentence = 'production serves two variations.';
    life = {
      readiness: { kind: 'blocked', checks: [{ code: 'one-variation', outcome: 'block', sentence, since: null }] },
      forward: null,
      next: { action: 'settle', sentence: 'Serve one variation.' },
    };
    const { exit, stderr } = await prune(['new-checkout', '--variation', 'on']);
    expect(exit).toBe(4);
    expect(stderr).toContain(`new-checkout is not ready to be removed:\n  ${sentence}`);
  });

  test('asks nobody offline, but wants to be told what stays', async () => {
    life = null;
    expect((await prune(['new-checkout', '--offline'])).exit).toBe(2);
    const { exit, stdout } = await prune(['new-checkout', '--offline', '--variation', 'off']);
    expect([exit, stdout.includes('return payV1(cart);')]).toEqual([0, true]);
    expect((await prune(['new-checkout', '--offline', '--variation', 'blue'])).stderr).toContain('Pass --value.');
  });

  test('leaves files alone that have changes of somebody', async () => {
    writeFileSync(path.join(folder, 'src', 'pay.ts'), `${PAY}\n// mine\n`);
    const { exit, stderr } = await prune(['new-checkout', '--write']);
    expect([exit, stderr.includes('--allow-dirty')]).toEqual([2, true]);
    expect(inFolder('checkout.tsx')).toBe(CHECKOUT);
  });

  test('leaves files alone that git does not know, for nobody could bring them back, and no others for their sake', async () => {
    writeFileSync(path.join(folder, 'src', 'draft.ts'), 'export const draft = 1;\n');
    git('rm', '--quiet', '--cached', 'src/pay.ts');
    git('commit', '--quiet', '--message', 'not in git any more');
    const { exit, stderr } = await prune(['new-checkout', '--write']);
    expect(exit).toBe(2);
    expect(stderr).toContain('are not in git, which could not bring them back: src/pay.ts');
    expect(stderr).not.toContain('draft.ts');
    expect([inFolder('pay.ts'), inFolder('checkout.tsx')]).toEqual([PAY, CHECKOUT]);
    expect((await prune(['new-checkout', 'src/checkout.tsx', '--write', '--no-format'])).exit).toBe(0);
    expect([inFolder('pay.ts'), inFolder('checkout.tsx') === CHECKOUT]).toEqual([PAY, false]);
  });

  test('a file that nobody has written by hand is told of, and not read', async () => {
    writeFileSync(path.join(folder, 'src', 'large.ts'), `${PAY}${'// more\n'.repeat(140_000)}`);
    const { stdout } = await prune(['new-checkout', '--json']);
    const { skipped } = JSON.parse(stdout) as { skipped: unknown };
    expect(skipped).toEqual([{ file: 'src/large.ts', why: 'it is larger than 1 MiB' }]);
  });

  test('a link out of the repository is neither read nor written over', async () => {
    const outside = `${folder}-outside.ts`;
    writeFileSync(outside, PAY);
    const link = path.join(folder, 'src', 'link.ts');
    symlinkSync(outside, link);
    git('add', '.');
    const { stdout } = await prune(['new-checkout', '--write', '--allow-dirty']);
    expect(stdout).not.toContain('link.ts');
    expect([lstatSync(link).isSymbolicLink(), readFileSync(outside, 'utf8')]).toEqual([true, PAY]);
    rmSync(outside);
  });

  test('what somebody has written since the files were read is not written over', async () => {
    const mine = `${PAY}// mine\n`;
    let reads = 0;
    let readsBeforeWriting = Number.POSITIVE_INFINITY;
    const read = (file: string): string | null => {
      if (!file.endsWith('pay.ts')) return textOf(file);
      reads += 1;
      return reads > readsBeforeWriting ? mine : textOf(file);
    };
    const writes: string[] = [];
    const files = { ...testOutside().files, ...FILES, read, write: (file: string) => void writes.push(file) };
    await prune(['new-checkout', '--no-format'], { files });
    readsBeforeWriting = reads;
    reads = 0;
    const { exit, stderr } = await prune(['new-checkout', '--write', '--no-format'], { files });
    expect([exit, stderr.includes('nothing was written'), writes]).toEqual([1, true, []]);
  });

  test('where git cannot say whether files have changes, none is written', async () => {
    const runTool: Outside['runTool'] = (program, args, input) => {
      if (args.includes('status')) return null;
      const { status, stdout } = spawnSync(program, args, { input, encoding: 'utf8', cwd: folder });
      return { isDone: status === 0, stdout };
    };
    const { exit, stderr } = await prune(['new-checkout', '--write'], { runTool });
    expect([exit, stderr.includes('--allow-dirty'), inFolder('pay.ts')]).toEqual([1, true, PAY]);
  });

  test('nothing in the code steers the terminal that the difference is shown on', async () => {
    writeFileSync(path.join(folder, 'src', 'pay.ts'), PAY.replace('pay(cart)', 'pay(/* \u001b]0;x\u0007 */ cart)'));
    const seen: string[] = [];
    const stdout = { isTerminal: true, write: (text: string) => void seen.push(text) };
    await prune(['new-checkout'], { stdout });
    const shown = seen.join('');
    expect([shown.includes('diff --git'), shown.includes('\u001b]'), shown.includes('\u0007')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('changes only what is named, and says what it could not read', async () => {
    writeFileSync(path.join(folder, 'src', 'broken.ts'), "if (flags.variation('new-checkout', {}, false)) {{{\n");
    const { stdout } = await prune(['new-checkout', 'src/checkout.tsx', '--json']);
    const { files, skipped } = JSON.parse(stdout) as { files: { file: string }[]; skipped: { file: string }[] };
    expect(files.map(({ file }) => file)).toEqual(['src/checkout.tsx']);
    expect(skipped.map(({ file }) => file)).toEqual(['src/broken.ts']);
  });
});
