import type { GateDefinition } from '@glidepath/core/definition';
import { z } from 'zod';
import type { Gate, GateSettings } from './gate.ts';

/** Id of the check of the arms' sizes, which every rollout has besides its gates. */
export const SAMPLE_RATIO = 'sample-ratio';

const shareSchema = z.number().min(0).max(1);
const thresholdShape = {
  failsWhen: z.enum(['above', 'below']).default('above').describe('On which side of the threshold lies harm'),
  threshold: z.number().describe('The value that may not be passed'),
};

/** What each kind is set to, with what it is set to by default. */
const settings = {
  'error-rate': {
    ceiling: shareSchema.default(0.01).describe('Errors per guarded execution, 0 to 1'),
    isCompared: z.boolean().default(true).describe('Whether it may not be worse than the control either'),
  },
  latency: {
    quantile: z.number().gt(0).lt(1).default(0.95),
    ceilingMs: z.number().gt(0).max(86_400_000).default(500),
    timesControl: z
      .number()
      .gt(0)
      .max(100)
      .nullable()
      .default(1.2)
      .describe('How many times as long as the control it may take; null = not compared'),
  },
  metric: {
    metric: z.string().min(1).max(128).describe('Name of a number or event that the application reports'),
    per: z
      .enum(['value', 'execution'])
      .default('value')
      .describe('`value`: the mean of what is reported; `execution`: its sum per guarded execution, for counters'),
    ...thresholdShape,
  },
  prometheus: {
    query: z
      .string()
      .min(1)
      .max(4_000)
      .describe('An instant query; {{flag}}, {{variation}}, {{service}} and {{version}} are filled in'),
    ...thresholdShape,
  },
  webhook: { url: z.string().min(1).max(2_000).describe('Is asked with POST: 2xx passes') },
  fleet: {
    deployed: shareSchema.default(1).describe('Share of connected instances that run the required version'),
    applied: shareSchema.default(0.99).describe('Share of connected instances that have applied the present state'),
  },
  incident: {
    severities: z
      .array(z.enum(['SEV1', 'SEV2', 'SEV3']))
      .min(1)
      .max(3)
      .default(['SEV1', 'SEV2']),
  },
} as const satisfies { readonly [Kind in keyof GateSettings]: Record<keyof GateSettings[Kind], z.ZodType> };

const base = {
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must begin with a letter or digit and hold at most 64 of a-z, 0-9 and "-"')
    .refine((id) => id !== SAMPLE_RATIO, `"${SAMPLE_RATIO}" is a check that every rollout has: choose another id`),
  role: z
    .enum(['guardrail', 'signal', 'dry-run'])
    .default('guardrail')
    .describe('A guardrail rolls back, a signal pauses, a dry run is only shown'),
  minSamples: z.int().min(0).max(1_000_000_000).default(500).describe('Guarded executions per arm'),
  windowMinutes: z.number().gt(0).max(10_080).default(10).describe('For how long data may be missing'),
  onNoData: z
    .enum(['hold', 'pause', 'roll-back', 'ignore'])
    .default('hold')
    .describe('What happens once data were missing for the whole window; `ignore` for signals only'),
};

function schemaOf<Kind extends keyof typeof settings>(kind: Kind) {
  return z.strictObject({ ...base, kind: z.literal(kind), ...settings[kind] });
}

/** A gate as people write it: what they leave out is filled in. */
export const gateSchema = z
  .discriminatedUnion('kind', [
    schemaOf('error-rate'),
    schemaOf('latency'),
    schemaOf('metric'),
    schemaOf('prometheus'),
    schemaOf('webhook'),
    schemaOf('fleet'),
    schemaOf('incident'),
  ])
  .meta({ id: 'Gate' }) satisfies z.ZodType<Gate>;

/** A gate as somebody wrote it, with nothing filled in. */
export const gateInputSchema: z.ZodType<GateDefinition> = z.discriminatedUnion('kind', [
  saidOf('error-rate'),
  saidOf('latency'),
  saidOf('metric'),
  saidOf('prometheus'),
  saidOf('webhook'),
  saidOf('fleet'),
  saidOf('incident'),
]);

function saidOf<Kind extends keyof typeof settings>(kind: Kind) {
  const { id, ...others } = base;
  const said: object = Object.fromEntries(
    Object.entries({ ...others, ...settings[kind] }).map(([name, schema]: [string, z.ZodType]) => [
      name,
      schema instanceof z.ZodDefault ? described(z.exactOptional(schema.unwrap()), schema) : schema,
    ]),
  );
  const named = id.exactOptional().describe('Its kind where absent');
  return z.strictObject({ kind: z.literal(kind), id: named, ...said });
}

function described(schema: z.ZodType, { description }: z.ZodType): z.ZodType {
  return description === undefined ? schema : schema.describe(description);
}

/** The gates of a plan that says nothing about them. */
export const DEFAULT_GATES: readonly Gate[] = [
  gateSchema.parse({ id: 'errors', kind: 'error-rate' }),
  gateSchema.parse({ id: 'p95', kind: 'latency' }),
];
