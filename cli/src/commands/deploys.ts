import type { DeployView } from '@glidepath/server/api-types';
import { askFor } from '../ask.ts';
import type { Call } from '../call.ts';
import type { Command } from '../command.ts';
import { usage } from '../failure.ts';
import { paintFor, tame } from '../paint.ts';
import { projectRoute } from '../paths.ts';

const STATUSES = ['started', 'succeeded', 'failed', 'rolled-back'] as const;

interface Reported {
  readonly document: DeployView;
  /** Null where the report told nothing new. */
  readonly changeId: string | null;
  readonly repeated: boolean;
}

export const record: Command = {
  name: 'deploy record',
  summary: 'reports a deploy, or how one went on: the same report again changes nothing',
  place: 'environment',
  writes: false,
  arguments: [],
  options: {
    service: { value: 'NAME', summary: 'the `app.name` that its instances give their SDKs' },
    version: { value: 'VERSION', summary: 'the `app.version` that its instances give their SDKs' },
    status: { value: 'STATUS', summary: `${STATUSES.join(', ')}; succeeded if absent`, completes: STATUSES },
    attempt: { value: 'NUMBER', summary: 'tells attempts to bring the same version there apart; 1 if absent' },
    commit: { value: 'SHA', summary: 'what was built' },
    link: { value: 'URL', summary: 'where the log of the deploy can be read' },
    by: { value: 'NAME', summary: 'who deployed it' },
  },
  example: 'glidepath deploy record --service api --version "$GIT_SHA" --env production',
  async run(call) {
    const report = {
      environment: call.environment().key,
      service: await askFor(call, 'service', 'Which service was deployed?'),
      version: await askFor(call, 'version', 'Which version of it?'),
      status: statusOf(call),
      ...furtherFields(call),
    };
    const told = tame(`deploy of ${report.service} ${report.version} to ${report.environment}: ${report.status}`);
    const headers = { 'idempotency-key': call.outside.newId() };
    const answer = await call.api().send<Reported>('POST', `${projectRoute(call)}/deploys`, { body: report, headers });
    const { document, repeated } = answer;
    const paint = paintFor(call.outside, call.outside.stdout);
    const lines = [
      `${paint('✓', 'good')} ${repeated ? 'known already: ' : 'recorded '}${told}`,
      ...document.rollouts.map(({ flag, id, state }) => `  rollout of ${tame(flag)}: ${state} (${id})`),
    ];
    return { document: answer, text: lines.map((line) => `${line}\n`).join('') };
  },
};

function statusOf(call: Call): string {
  const status = call.text('status') ?? 'succeeded';
  if (STATUSES.some((one) => one === status)) return status;
  throw usage(`There is no status \`${status}\`.`, `It is ${STATUSES.join(', ')}.`);
}

function furtherFields(call: Call): object {
  const attempt = call.text('attempt');
  if (attempt !== undefined && !/^[1-9]\d{0,14}$/.test(attempt)) throw usage('--attempt takes a number from 1 on.');
  const texts = { commit: call.text('commit'), url: call.text('link'), deployedBy: call.text('by') };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    ...(attempt !== undefined && { attempt: Number(attempt) }),
  };
}
