import { boundsOf, type Finding, NO_FIGURES, samplesOf, silenceOf } from '../finding.ts';
import type { Measured } from '../measured.ts';
import { sampleRatioOf } from '../statistics.ts';
import { short } from '../words.ts';

/** Whether the arms are as large as they were made; a failure says that nothing measured can be trusted. */
export function judgeSampleRatio(measured: Measured, now: number): Finding {
  const { treatment, control } = measured;
  if (control === null) return { kind: 'pass', figures: NO_FIGURES };
  const counted = treatment.people.length > 0 && control.people.length > 0;
  const found = sampleRatioOf({
    treatment: treatment.shards.n,
    control: control.shards.n,
    ...(counted && { people: { treatment: treatment.people, control: control.people } }),
  });
  const figures = {
    ...NO_FIGURES,
    value: found && Number.isFinite(found.ratio.value) ? found.ratio.value : null,
    interval: boundsOf(found?.ratio ?? null),
    samples: samplesOf(measured),
  };
  if (found?.isMismatch === true) {
    const reason = `${short(found.ratio.value)} of the treatment were seen for each of the control, though both are equally large: something loses measurements`;
    return { kind: 'fail', reason, figures };
  }
  const silence = silenceOf(measured, now);
  return silence === null ? { kind: 'pass', figures } : { kind: 'no-data', reason: silence, figures };
}
