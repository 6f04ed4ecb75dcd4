import type { Finding } from '../finding.ts';
import type { Gate, Verdict } from '../gate.ts';
import type { GateWorld } from '../gate-world.ts';
import { perExecution } from '../measured.ts';
import { judgeErrorRate } from './error-rate.ts';
import { judgeFleet } from './fleet.ts';
import { judgeIncidents } from './incident.ts';
import { judgeLatency } from './latency.ts';
import { judgeMetric } from './metric.ts';
import { judgePrometheus } from './prometheus.ts';
import { judgeWebhook } from './webhook.ts';

type Judge<Kind> = (gate: Extract<Gate, { kind: Kind }>, world: GateWorld, before: Verdict | null) => Promise<Finding>;

/** How each kind of gate finds out; `before` is what it said last. */
const gateKinds = {
  'error-rate': async (gate, world) => judgeErrorRate(gate, await world.measured('guard'), world),
  latency: async (gate, world) => judgeLatency(gate, await world.measured('guard'), world),
  metric: async (gate, world) => {
    const values = await world.measured('metric', gate.metric);
    // Where there are no values it may be an event; events are not told by arm.
    const [numbers, executions] =
      values.treatment.n > 0
        ? [values, world.measured]
        : [await world.measuredOverTime('track', gate.metric), world.measuredOverTime];
    return judgeMetric(gate, gate.per === 'value' ? numbers : perExecution(numbers, await executions('guard')), world);
  },
  prometheus: (gate, { sources, released }, before) => judgePrometheus(gate, sources, { released, before }),
  webhook: (gate, { sources, released, now }, before) => judgeWebhook(gate, sources, { released, before, now }),
  fleet: async (gate, world, before) => judgeFleet(gate, await world.fleet(), before),
  incident: async (gate, world) => judgeIncidents(gate, await world.incidents()),
} as const satisfies { readonly [Kind in Gate['kind']]: Judge<Kind> };

export function judge(gate: Gate, world: GateWorld, before: Verdict | null): Promise<Finding> {
  // Which judge belongs to which gate is what the table says, and TypeScript cannot follow from a union.
  return (gateKinds[gate.kind] as Judge<Gate['kind']>)(gate, world, before);
}
