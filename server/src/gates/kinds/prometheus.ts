import { z } from 'zod';
import { type Finding, NO_FIGURES } from '../finding.ts';
import type { Figures, Gate, Verdict } from '../gate.ts';
import type { Released, Sources } from '../gate-world.ts';
import { fillQuery } from '../query.ts';
import { isBeyond } from '../threshold.ts';
import { short } from '../words.ts';
import { hasFailed } from './twice.ts';

type Prometheus = Extract<Gate, { kind: 'prometheus' }>;

const sampleSchema = z.tuple([z.number(), z.string()]);
const answerSchema = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('scalar'), result: sampleSchema }),
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sampleSchema })) }),
  ]),
});
const refusalSchema = z.object({ error: z.string() });

/** Asks the team's own Prometheus now. */
export async function judgePrometheus(
  gate: Prometheus,
  { outbound, prometheus }: Sources,
  { released, before }: { readonly released: Released; readonly before: Verdict | null },
): Promise<Finding> {
  const figures: Figures = { ...NO_FIGURES, limit: gate.threshold };
  const notAsked = (reason: string): Finding => ({ kind: 'provider-error', reason, figures });
  if (prometheus === null) return notAsked('no Prometheus is set: GLIDEPATH_PROMETHEUS_URL');
  const filled = fillQuery(gate.query, released);
  if (!filled.ok) return notAsked(filled.problem);
  const answer = await outbound.send({
    method: 'POST',
    url: `${prometheus.url}/api/v1/query`,
    isOwn: true,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      ...(prometheus.token !== null && { authorization: `Bearer ${prometheus.token}` }),
    },
    body: new URLSearchParams({ query: filled.query }).toString(),
  });
  if (answer.kind !== 'answered') return notAsked(`Prometheus could not be asked: ${answer.reason}`);
  const body = parsed(answer.body);
  if (answer.status !== 200) {
    const told = refusalSchema.safeParse(body);
    return notAsked(`Prometheus answered ${answer.status}${told.success ? `: ${told.data.error.slice(0, 300)}` : ''}`);
  }
  const read = answerSchema.safeParse(body);
  if (!read.success) return notAsked('Prometheus answered something that is no scalar or vector');
  return findingOf(gate, read.data.data, before);
}

function findingOf(gate: Prometheus, data: z.infer<typeof answerSchema>['data'], before: Verdict | null): Finding {
  const figures: Figures = { ...NO_FIGURES, limit: gate.threshold };
  const samples = data.resultType === 'scalar' ? [data.result] : data.result.map((series) => series.value);
  const [sample] = samples;
  if (sample === undefined) return { kind: 'no-data', reason: 'the query gave nothing', figures };
  if (samples.length > 1) {
    const reason = `the query gave ${samples.length} series: sum them up or name one`;
    return { kind: 'provider-error', reason, figures };
  }
  const value = numberOf(sample[1]);
  if (value === null) return { kind: 'no-data', reason: 'the query gave no number (NaN)', figures };
  const seen: Figures = { ...figures, value };
  if (!isBeyond(gate, value)) return { kind: 'pass', figures: seen };
  const words = `${short(value)} is ${gate.failsWhen} ${gate.threshold}`;
  return hasFailed(before)
    ? { kind: 'fail', reason: `${words}, twice in a row`, figures: seen }
    : { kind: 'inconclusive', reason: `${words}; asked once more`, figures: seen };
}

/** Prometheus writes `+Inf` and `-Inf`; JSON has no room for them. */
function numberOf(text: string): number | null {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? -Number.MAX_VALUE : Number.MAX_VALUE;
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? null : value;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
