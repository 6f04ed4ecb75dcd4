import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RolloutView } from '@glidepath/server/api-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../run.ts';
import { newSeen, testOutside } from '../testing-outside.ts';
import { aRollout, errorsGate } from './testing-rollout.ts';

/** What the service answers from one look to the next; the last one for ever. */
type Step = Partial<RolloutView> | 'gone' | 'confirm';

let server: Server;
let url: string;
let steps: Step[] = [];
let bodies: unknown[] = [];
/** Revisions that commands have named. */
let revisions: unknown[] = [];
/** What the rollout is when a command looks it up. */
let present: Partial<RolloutView> = {};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    const path = `${request.method} ${request.url}`;
    const answer = (body: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (path.startsWith('POST')) {
      bodies.push(JSON.parse(text));
      revisions.push(request.headers['if-match']);
      if (steps[0] === 'confirm') {
        steps.shift();
        const detail = 'This goes on without what the plan asks for (samples). Send the flag’s key as `confirm`.';
        answer({ status: 409, code: 'confirmation-needed', detail: detail.replace('’', "'") }, 409);
      } else answer({ document: aRollout(), changeId: 'c-1', versions: {} });
    } else if (path.includes('/rollouts?')) answer({ items: [aRollout(present)], total: 1 });
    else if (path.includes('/rollouts/')) {
      const step = steps.length > 1 ? steps.shift() : steps[0];
      if (step === 'gone') request.socket.destroy();
      else answer(aRollout(step === 'confirm' ? {} : step));
    } else answer({ critical: false, on: true, killed: null });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

interface Person {
  readonly isTerminal?: boolean;
  readonly answer?: string;
  /** Ends the command after so many waits. */
  readonly leavesAfter?: number;
}

async function typed(argv: readonly string[], given: readonly Step[], person: Person = {}) {
  const { isTerminal = false, answer = '', leavesAfter = Number.POSITIVE_INFINITY } = person;
  const seen = newSeen();
  const ending = new AbortController();
  let waits = 0;
  let now = 0;
  steps = [...given];
  bodies = [];
  revisions = [];
  const outside = testOutside(
    {
      argv: [...argv, '--env', 'production'],
      env: { GLIDEPATH_URL: url, GLIDEPATH_TOKEN: 'gp_api_x', NO_COLOR: '1' },
      stdout: { isTerminal, write: (text) => void seen.stdout.push(text) },
      stderr: { isTerminal, write: (text) => void seen.stderr.push(text) },
      stdin: {
        isTerminal,
        readAll: async () => '',
        ask: async (question) => {
          seen.questions.push(question);
          return answer;
        },
      },
      interruption: () => ending.signal,
      now: () => now,
      async wait(ms) {
        now += ms;
        waits += 1;
        if (waits >= leavesAfter) ending.abort();
      },
    },
    seen,
  );
  const code = await run(outside);
  return { code, stdout: seen.stdout.join(''), stderr: seen.stderr.join(''), questions: seen.questions };
}

const WATCH = ['rollout', 'watch', 'new-checkout'];
const RUN = ['rollout', 'run', 'new-checkout'];
const COMPLETED: Step = { state: 'completed', percent: 100, stage: null, next: null, sentence: 'on is released.' };
const ROLLED_BACK: Step = { state: 'rolled-back', percent: 0, stage: null, next: null, incident: 'INC-3' };

describe('a rollout that is watched', () => {
  test('is a line in a log for each thing that happens, and once whole at its end', async () => {
    const { code, stdout, stderr } = await typed(WATCH, [{}, {}, { gates: [errorsGate()] }, ROLLED_BACK]);
    expect(code).toBe(0);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/^\S+ /, '').split(' · ')[0])).toEqual([
      'running at 25 %',
      'running at 25 %',
      'rolled back at 0 %',
    ]);
    expect(stdout).toContain('incident: INC-3');
  });

  test('is drawn on a screen of its own in a terminal, which is left as it was', async () => {
    const { stderr } = await typed(WATCH, [{ gates: [errorsGate()] }, COMPLETED], { isTerminal: true });
    expect(stderr.startsWith('\u001b[?1049h')).toBe(true);
    expect(stderr.endsWith('\u001b[?1049l')).toBe(true);
    expect(stderr).toContain('25 % █');
    expect(stderr).toContain('├');
  });

  test('goes on when somebody looks away', async () => {
    const { code, stdout } = await typed(WATCH, [{}], { leavesAfter: 3 });
    expect([code, stdout.split('\n')[1]?.split(' · ')[0]]).toEqual([0, 'running at 25 %']);
  });

  test('is looked at again once a service that was away is back; the fault is told once', async () => {
    const { code, stderr } = await typed(WATCH, [{}, 'gone', 'gone', COMPLETED]);
    expect(code).toBe(0);
    expect(stderr.match(/cannot be reached/g)).toHaveLength(1);
  });
});

describe('a rollout that a pipeline waits for', () => {
  test.for<[string, Step, number]>([
    ['0 once it is completed', COMPLETED, 0],
    ['1 where it was rolled back', ROLLED_BACK, 1],
    ['1 where somebody stopped it', { state: 'aborted' }, 1],
  ])('ends with %s', async ([, last, exit]) => {
    const { code, stdout } = await typed([...RUN, '--json'], [{}, {}, last]);
    expect(code).toBe(exit);
    expect(JSON.parse(stdout)).toMatchObject({ changeId: 'c-1', document: { ...(last as object) } });
  });

  test('ends with 5 once the time to wait is over, and says that it goes on', async () => {
    const { code, stdout } = await typed([...RUN, '--timeout', '30s'], [{}]);
    expect([code, stdout.includes('it goes on')]).toEqual([5, true]);
  });

  test('ends with 1 where nobody waits any more', async () => {
    expect((await typed(RUN, [{}], { leavesAfter: 2 })).code).toBe(1);
  });
});

test.for([
  ['check', 'uncheck'],
  ['uncheck', 'check'],
])('`%s` names the line of the checklist, and `%s` takes it back', async ([verb, undo]) => {
  const { code, stdout } = await typed(['rollout', verb ?? '', 'new-checkout', "support's told", '--yes'], [{}]);
  expect([code, bodies]).toEqual([0, [{ line: "support's told" }]]);
  expect(stdout).toContain(`undo: glidepath rollout ${undo} new-checkout 'support`);
});

describe('going to the next stage ahead of time', () => {
  const ADVANCE = ['rollout', 'advance', 'new-checkout'];

  test('takes the typed key of the flag', async () => {
    const { code, questions } = await typed(ADVANCE, ['confirm'], { isTerminal: true, answer: 'new-checkout' });
    expect(code).toBe(0);
    expect(questions).toEqual(['This goes on without what the plan asks for (samples).\nType new-checkout to go on: ']);
    expect(bodies).toEqual([{ stage: 1 }, { stage: 1, confirm: 'new-checkout' }]);
  });

  test('changes nothing where something else is typed, or nobody can be asked', async () => {
    expect((await typed(ADVANCE, ['confirm'], { isTerminal: true, answer: 'yes' })).code).toBe(1);
    const unattended = await typed(ADVANCE, ['confirm']);
    expect([unattended.code, unattended.stderr.includes('--yes')]).toEqual([2, true]);
    expect(bodies).toEqual([{ stage: 1 }]);
  });

  test.for([
    ['advance', 'running'],
    ['approve', 'awaiting-approval'],
  ] as const)('means the stage that was seen, so that of two who %s at once one does', async ([verb, state]) => {
    present = { state };
    expect((await typed(['rollout', verb, 'new-checkout', '--yes'], [{}])).code).toBe(0);
    expect([bodies, revisions]).toEqual([[{ stage: 1 }], [undefined]]);
    present = { state: 'waiting', stage: null, revision: 7 };
    expect((await typed(['rollout', verb, 'new-checkout', '--yes'], [{}])).code).toBe(0);
    expect([bodies, revisions]).toEqual([[{}], ['"7"']]);
    present = {};
  });

  test('takes --yes for it', async () => {
    expect((await typed([...ADVANCE, '--yes'], ['confirm'])).code).toBe(0);
    expect(bodies).toEqual([{ stage: 1 }, { stage: 1, confirm: 'new-checkout' }]);
  });
});
