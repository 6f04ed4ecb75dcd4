import { setImmediate as rest } from 'node:timers/promises';
import type { ContextInput, FlagConfig, SegmentConfig } from '@glidepath/core';
import type { Applied, ChangeFacts, EnvironmentView } from '@glidepath/core/change';
import {
  applyToConfig,
  applyToSegmentConfig,
  describeInstruction,
  describeMembership,
  describeServing,
  movesTowardSafe,
} from '@glidepath/core/change';
import {
  dependenciesOf,
  describeEffects,
  effectsOf,
  type FlagEffect,
  flagsBehind,
  serveMoves,
  unreachableRules,
} from '@glidepath/core/effect';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Api } from '../http/api.ts';
import { actorOf, ENVIRONMENT_PATH, originOf, people, problemSchema } from '../http/api.ts';
import { previewSchema, segmentPreviewSchema } from '../http/evaluation-schemas.ts';
import { configInstructionSchema, segmentConfigInstructionSchema } from '../http/instruction-schemas.ts';
import { keySchema } from '../http/schemas.ts';
import { checkedView, contextSchema, environmentOf, evaluationOf, workspaceOf } from './evaluation.ts';
import { flagConfigOf, flagOf, segmentConfigOf } from './reading.ts';
import { outlineOf } from './views.ts';
import { type Indexes, webOf } from './web.ts';
import type { WriteDeps } from './write-answer.ts';
import type { CheckDeps } from './write-path/check.ts';
import { environmentView, itemsOf } from './write-path/environment-view.ts';
import { refuse } from './write-path/refuse.ts';

const FLAG = `${ENVIRONMENT_PATH}/flags/:f`;
const SEGMENT = `${ENVIRONMENT_PATH}/segments/:s`;
const environmentParamsSchema = z.strictObject({ p: keySchema, e: keySchema });
const INSTRUCTIONS = 200;
/** A segment's keys may all come at once, as they do through `…/members`. */
const SEGMENT_BYTES = 10 * 1024 * 1024;
/** Flags that are tried besides the one that changes. */
const DEPENDANTS = 50;
const USERS = 200;
/** Contexts that are tried with all flags together, and at most and at least with each. */
const CONTEXTS = 65_536;
const MOST = 4_096;
const LEAST = 512;

export interface PreviewDeps extends WriteDeps, CheckDeps, Indexes {
  newId(): string;
}

/** Routes that say what a change would do; nothing is written. */
export function registerPreviewRoutes(api: Api, deps: PreviewDeps): void {
  registerFlagPreview(api, deps);
  registerSegmentPreview(api, deps);
}

function registerFlagPreview(api: Api, deps: PreviewDeps): void {
  const { reads, engines } = deps;
  api.post(
    `${FLAG}/preview`,
    {
      config: { policy: people('flag.evaluate', 'environment') },
      schema: {
        tags: ['Evaluation'],
        summary: 'Who gets what before and after some instructions; nothing is written',
        params: environmentParamsSchema.extend({ f: keySchema }),
        querystring: z.strictObject({}),
        body: z.strictObject({
          instructions: z.array(configInstructionSchema).max(INSTRUCTIONS),
          contexts: z.array(contextSchema).max(100).exactOptional(),
        }),
        response: { 200: previewSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { instructions, contexts = [] } = request.body;
      const flag = (await flagOf(reads, request, request.params.f)).body;
      const { body: config, revision } = await flagConfigOf(reads, request, flag.key);
      const next = acceptedOf(applyToConfig(flag, config, instructions, factsOf(deps, request)));
      const { dependants } = dependenciesOf(await webOf(deps, request), flag.key);
      const roots = { flags: [flag.key, ...dependants.slice(0, DEPENDANTS).map((one) => one.flag)], segments: [] };
      const workspace = await workspaceOf(reads, request);
      const before = await environmentView(workspace, request.environment, roots);
      await workspace.write({ kind: 'flag-config', parent: request.environment.id, key: flag.key }, next);
      const touched = { flags: [flag.key], segments: [] };
      const after = await checkedView(deps, workspace, request, { roots, touched });
      const [effect, ...others] = await effectsBetween(before, after, roots.flags, deps);
      if (effect === undefined) throw new Error(`flag ${flag.key} was not tried`);
      const [then, now] = [environmentOf(before, engines), environmentOf(after, engines)];
      const { key: environment } = request.environment;
      return {
        summary: instructions.map((instruction) => describeInstruction(instruction, { environment, config })),
        before: describeServing(flag, config),
        after: describeServing(flag, next),
        towardSafe: movesTowardSafe(flag, config, next),
        contexts: contexts.map((context) => ({
          context,
          before: evaluationOf(then, flag.key, context as ContextInput),
          after: evaluationOf(now, flag.key, context as ContextInput),
        })),
        unreachable: unreachableRules(next.rules, { segments: definitionsIn(after), engines }),
        effect: effect.effect,
        serveMoves: serveMoves(config, next),
        dependants: others.filter((one) => one.effect.moves.length > 0),
        revision,
      };
    },
  );
}

function registerSegmentPreview(api: Api, deps: PreviewDeps): void {
  const { reads } = deps;
  api.post(
    `${SEGMENT}/preview`,
    {
      bodyLimit: SEGMENT_BYTES,
      config: { policy: people('flag.evaluate', 'environment') },
      schema: {
        tags: ['Evaluation'],
        summary:
          'Who gets what from the flags that use a segment, before and after some instructions; nothing is written',
        params: environmentParamsSchema.extend({ s: keySchema }),
        querystring: z.strictObject({}),
        body: z.strictObject({ instructions: z.array(segmentConfigInstructionSchema).max(INSTRUCTIONS) }),
        response: { 200: segmentPreviewSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { instructions } = request.body;
      const { key, body: config, revision } = await segmentConfigOf(reads, request, request.params.s);
      const next = acceptedOf(applyToSegmentConfig(config, instructions, factsOf(deps, request)));
      const users = flagsBehind(await webOf(deps, request), key).slice(0, USERS);
      const roots = { flags: users, segments: [key] };
      const workspace = await workspaceOf(reads, request);
      const before = await environmentView(workspace, request.environment, roots);
      await workspace.write({ kind: 'segment-config', parent: request.environment.id, key }, next);
      const after = await checkedView(deps, workspace, request, { roots, touched: { flags: [], segments: [key] } });
      const effects = await effectsBetween(before, after, users, deps);
      const { key: environment } = request.environment;
      return {
        summary: instructions.map((instruction) => describeInstruction(instruction, { environment })),
        before: describeMembership(outlineOf(config)),
        after: describeMembership(outlineOf(next)),
        sentence: describeEffects(effects),
        flags: [...effects].sort((a, b) => movedIn(b) - movedIn(a)),
        revision,
      };
    },
  );
}

function acceptedOf<D extends FlagConfig | SegmentConfig>(result: Applied<D>): D {
  return result.kind === 'refused' ? refuse(result.problems, '/instructions') : result.document;
}

function factsOf({ clock, newId }: PreviewDeps, request: FastifyRequest): ChangeFacts {
  return { now: clock.now(), actor: actorOf(request.principal), origin: originOf(request), newId };
}

/** Few flags are looked at more closely than many. Between them everybody else is served. */
async function effectsBetween(
  before: EnvironmentView,
  after: EnvironmentView,
  flags: readonly string[],
  { engines }: CheckDeps,
): Promise<readonly FlagEffect[]> {
  const size = Math.max(LEAST, Math.min(MOST, Math.floor(CONTEXTS / Math.max(1, flags.length))));
  const effects: FlagEffect[] = [];
  for (const effect of effectsOf({ before: itemsOf(before), after: itemsOf(after) }, flags, { size, engines })) {
    effects.push(effect);
    await rest();
  }
  return effects;
}

/** The share of those who were tried: flags are not all tried with as many. */
function movedIn({ effect: { sampled, unchanged } }: FlagEffect): number {
  return sampled === 0 ? 0 : (sampled - unchanged) / sampled;
}

function definitionsIn({ segments }: EnvironmentView): ReadonlyMap<string, SegmentConfig> {
  return new Map([...segments].map(([key, { config }]) => [key, config]));
}
