import { type Finding, NO_FIGURES } from '../finding.ts';
import type { Figures, Gate, Verdict } from '../gate.ts';
import type { Released, Sources } from '../gate-world.ts';
import { hasFailed } from './twice.ts';

type Webhook = Extract<Gate, { kind: 'webhook' }>;

/** Asks somebody's own judge: any 2xx passes, any other clear answer fails. */
export async function judgeWebhook(
  gate: Webhook,
  { outbound, sign }: Sources,
  { released, before, now }: { readonly released: Released; readonly before: Verdict | null; readonly now: number },
): Promise<Finding> {
  const notAsked = (reason: string, figures: Figures = NO_FIGURES): Finding => ({
    kind: 'provider-error',
    reason,
    figures,
  });
  if (sign === null) return notAsked('webhooks cannot be signed: GLIDEPATH_GATE_WEBHOOK_SECRET is not set');
  const body = JSON.stringify({ type: 'gate.asked', at: new Date(now).toISOString(), gate: gate.id, ...released });
  const answer = await outbound.send({
    method: 'POST',
    url: gate.url,
    headers: {
      'content-type': 'application/json',
      ...sign({ id: `${released.rollout}.${gate.id}.${now}`, at: now, body }),
    },
    body,
  });
  if (answer.kind !== 'answered') return notAsked(`it could not be asked: ${answer.reason}`);
  const { status } = answer;
  const figures: Figures = { ...NO_FIGURES, value: status };
  if (status >= 200 && status < 300) return { kind: 'pass', figures };
  if (status >= 500 || status === 429) return notAsked(`it answered ${status}`, figures);
  return hasFailed(before)
    ? { kind: 'fail', reason: `it answered ${status}, twice in a row`, figures }
    : { kind: 'inconclusive', reason: `it answered ${status}; asked once more`, figures };
}
