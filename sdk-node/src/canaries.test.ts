import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ContextInput } from '@glidepath/core';
import { flagItem, segmentItem } from '@glidepath/core/testing';
import { afterEach, expect, test } from 'vitest';
import { user, world } from './testing-world.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-canaries-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const half = {
  split: {
    ranges: [
      [50_000, 0],
      [100_000, 1],
    ] as const,
  },
};
const ruled = flagItem('ruled', {
  rules: [
    { id: 'segment', clauses: [{ attribute: '', operator: 'in-segment', values: ['beta'] }], serve: { variation: 1 } },
    { id: 'mail', clauses: [{ attribute: 'email', operator: 'ends-with', values: ['.test'] }], serve: half },
  ],
  fallthrough: half,
});

/** Contexts of every shape, right and wrong, that hold the canary as key and as attribute. */
function contextsWith(canary: string): readonly unknown[] {
  const person = { key: canary, email: `${canary}@example.test`, deep: { name: canary, [canary]: [canary] } };
  return [
    person,
    { user: person, org: { key: canary } },
    { kind: canary, ...person },
    { kind: `${canary} no kind`, ...person },
    { [canary]: person },
    { key: [canary], email: canary },
    canary,
    {
      key: 'u',
      get email(): string {
        throw new Error(canary);
      },
    },
  ];
}

test('S15: nothing of a context is in what is sent, logged or written to the cache file', async () => {
  const canaries = Array.from({ length: 100 }, (_, index) => `canary-${index}-${'q'.repeat(index % 7)}`);
  const here = world({ cacheFile: path.join(folder, 'flags.json'), logLevel: 'debug' }, [ruled, segmentItem('beta')]);
  const { flags, platform, change } = here;
  for (const canary of canaries) {
    for (const given of contextsWith(canary)) {
      const context = given as ContextInput;
      flags.variation('ruled', context, false);
      flags.variationDetail('ruled', context, 'text');
      const scope = flags.forContext(context);
      scope.variation('ruled', false);
      scope.variation('missing', canary);
      flags.watch('ruled', context, false, () => undefined);
      flags.allFlagsState(context);
      flags.explain('ruled', context);
      flags.secureModeHash(context);
      await flags.sealContext(context);
      scope.end({ ok: true, durationMs: 5 });
      flags.track('order.placed', context, { value: 12 });
      try {
        flags.guard('ruled', context, false, () => {
          throw new Error(canary);
        });
      } catch {
        // what is thrown is the application's
      }
    }
    platform.advance(700);
  }
  change(flagItem('ruled', { on: false }));
  const closing = flags.close();
  // Enough for the last report; the file is written in its own time.
  platform.advance(100);
  await closing;
  const files = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  const out = { sent: platform.sent, reports: platform.reports, lines: platform.lines, files };
  expect(Object.entries(out).filter(([, part]) => part.length === 0)).toEqual([]);
  const text = JSON.stringify(out);
  expect(canaries.filter((canary) => text.includes(canary))).toEqual([]);
  expect(text).toContain('ruled');
  expect(text).not.toContain(user.key);
});
