import type { ContextInput, Engines, Environment, FlagConfig } from '@glidepath/core';
import { openEnvironment } from '@glidepath/core';
import type { EnvironmentView } from '@glidepath/core/change';
import { explain } from '@glidepath/core/explain';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { EvaluationView } from '../http/api-types.ts';
import { jsonSchema } from '../http/schemas.ts';
import { environmentsOf } from '../store/documents.ts';
import type { Reads } from '../store/store.ts';
import type { CheckDeps } from './write-path/check.ts';
import { problemsIn } from './write-path/check.ts';
import { environmentView, itemsOf, type Roots } from './write-path/environment-view.ts';
import { refuse } from './write-path/refuse.ts';
import { Workspace } from './write-path/workspace.ts';

export const contextSchema = z
  .union([z.record(z.string(), jsonSchema), z.null()])
  .describe('Who the flag is evaluated for: `{ "key": "u1", "country": "DE" }`, or one context per kind');

/** Compiles a view of an environment with the evaluator that SDKs run. */
export function environmentOf(view: EnvironmentView, engines: Engines): Environment {
  return openEnvironment(itemsOf(view), engines);
}

/** What a context gets, why, and every step of the way. */
export function evaluationOf(environment: Environment, flag: string, context: ContextInput): EvaluationView {
  const { resolution, steps } = explain(environment, flag, context, null);
  const { value, variation, reason } = resolution;
  return { flag, value: value ?? null, variation, reason, trace: steps };
}

/** A project to try changes in; none is ever written. */
export async function workspaceOf(reads: Reads, { project }: FastifyRequest): Promise<Workspace> {
  return new Workspace(reads, { project, environments: await environmentsOf(reads, project.id) });
}

/** A view of an environment; refused where SDKs could not evaluate what was touched. */
export async function checkedView(
  deps: CheckDeps,
  workspace: Workspace,
  { environment }: FastifyRequest,
  { roots, touched }: { readonly roots: Roots; readonly touched: Roots },
): Promise<EnvironmentView> {
  const view = await environmentView(workspace, environment, roots);
  const problems = problemsIn(view, touched, deps);
  return problems.length > 0 ? refuse(problems, '') : view;
}

/** A flag with this configuration, and all that it refers to; refused where SDKs could not evaluate it. */
export async function viewWith(
  deps: CheckDeps & { readonly reads: Reads },
  request: FastifyRequest,
  key: string,
  config: FlagConfig,
): Promise<EnvironmentView> {
  const workspace = await workspaceOf(deps.reads, request);
  await workspace.write({ kind: 'flag-config', parent: request.environment.id, key }, config);
  const roots = { flags: [key], segments: [] };
  return checkedView(deps, workspace, request, { roots, touched: roots });
}
