import { expect, test } from 'vitest';
import { createApi } from '../../lib/api.ts';
import { FLAG_CHANGES } from './flag-changes.ts';
import { rehearse } from './rehearse.ts';

const DETAIL =
  'Flag `x` is still at work: it serves `on`, `off` in `production`. Send its key as `confirm` if you mean it.';

/** Answers like a server on which `x` is at work, `free` is not, and `needed` has dependents. */
function anApi() {
  return createApi({
    fetch: async (input, init) => {
      const flag = /flags\/(\w+)\?dryRun=true$/.exec(String(input))?.[1];
      const { instructions } = JSON.parse(String(init?.body)) as { instructions: readonly { confirm?: string }[] };
      const isConfirmed = instructions[0]?.confirm === flag;
      if (flag === 'needed') return problem(409, 'in-use', '`y` needs it.');
      if (flag === 'x' && !isConfirmed) return problem(409, 'confirmation-needed', DETAIL);
      return new Response(JSON.stringify({ diff: [], summary: ['archived'] }));
    },
    csrfToken: () => null,
    reauthenticate: () => Promise.reject(new Error('nobody is asked')),
    pause: () => Promise.resolve(),
  });
}

function problem(status: number, code: string, detail: string): Response {
  return new Response(JSON.stringify({ code, detail }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });
}

const archived = (flag: string) =>
  rehearse(anApi(), { project: 'p', flag, instruction: FLAG_CHANGES.archive.instruction });

test('archiving a flag takes a click where the server asks for nothing', async () => {
  expect(await archived('free')).toEqual({ summary: ['archived'], typedBecause: null });
});

test('archiving a flag takes its typed key where the server says that it is at work', async () => {
  const typedBecause = 'Flag x is still at work: it serves on, off in production.';
  expect(await archived('x')).toEqual({ summary: ['archived'], typedBecause });
});

test('any other refusal stays one', async () => {
  await expect(archived('needed')).rejects.toThrow('`y` needs it.');
});
