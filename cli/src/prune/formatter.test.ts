import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOutside } from '../testing-outside.ts';
import { formatterFor } from './formatter.ts';

const BEFORE = "export function pay(cart) {\n  return isNew ? payV2(cart, cart.user, 'pay') : payV1(cart);\n}\n";
const AFTER = "export function pay(cart) {\n  return (payV2(cart,\n    cart.user, 'pay'));\n}\n";
const FORMATTED = "export function pay(cart) {\n  return payV2(cart, cart.user, 'pay');\n}\n";

let folder: string;
let format: ReturnType<typeof formatterFor>;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'glidepath-format-')));
  const bin = path.join(folder, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  mkdirSync(path.join(folder, 'packages', 'pay'), { recursive: true });
  symlinkSync(createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome'), path.join(bin, 'biome'));
  const settings = {
    formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 100 },
    javascript: { formatter: { quoteStyle: 'single' } },
  };
  writeFileSync(path.join(folder, 'biome.json'), JSON.stringify(settings));
  const outside = testOutside();
  format = formatterFor(
    {
      files: { ...outside.files, exists: existsSync },
      runTool: (program, args, input) => {
        const { error, status, stdout } = spawnSync(program, args, { input, encoding: 'utf8', cwd: folder });
        return error === undefined ? { isDone: status === 0, stdout } : null;
      },
    },
    folder,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("with the project's own Biome", () => {
  const file = () => path.join(folder, 'packages', 'pay', 'pay.ts');

  test('a file that was formatted is formatted again', () => {
    expect(format(file(), BEFORE, AFTER)).toBe(FORMATTED);
  });

  test('a file that was not keeps all that was not changed', () => {
    const rough = BEFORE.replace('  return', '    return');
    expect(format(file(), rough, AFTER)).toBe(AFTER);
  });
});

test('the Prettier of the package is asked where Biome has no settings, and nothing above the repository', () => {
  const asked: string[] = [];
  const installed = ['/shop/node_modules/.bin/biome', '/shop/pay/node_modules/.bin/prettier', '/biome.json'];
  const outside = testOutside({
    runTool: (program, args, input) => {
      asked.push([program, ...args].join(' '));
      return { isDone: true, stdout: input };
    },
  });
  const exists = (file: string): boolean => installed.includes(file);
  const own = formatterFor({ ...outside, files: { ...outside.files, exists } }, '/shop');
  expect(own('/shop/pay/src/a.ts', BEFORE, AFTER)).toBe(AFTER);
  expect(own('/shop/cart/src/a.ts', BEFORE, AFTER)).toBe(AFTER);
  const once = '/shop/pay/node_modules/.bin/prettier --stdin-filepath /shop/pay/src/a.ts';
  expect(asked).toEqual([once, once]);
});
