import type { Item } from '@glidepath/core';
import type { EnvironmentView, FlagInEnvironment, SegmentInEnvironment } from '@glidepath/core/change';
import { flagBodyOf, segmentBodyOf, segmentsOf } from '@glidepath/core/change';
import type { Workspace } from './workspace.ts';

type Environment = Workspace['place']['environments'][number];

/** Where a view begins; it holds these and all that they refer to, directly or not. */
export interface Roots {
  readonly flags: readonly string[];
  readonly segments: readonly string[];
}

/** An environment as the change leaves it: everything, or only what can be reached from the roots. */
export async function environmentView(
  workspace: Workspace,
  environment: Environment,
  reach: 'everything' | Roots,
): Promise<EnvironmentView> {
  return reach === 'everything' ? wholeView(workspace, environment) : reachedView(workspace, environment, reach);
}

async function wholeView(workspace: Workspace, environment: Environment): Promise<EnvironmentView> {
  const { project } = workspace.place;
  const configs = await workspace.all('flag-config', environment.id);
  const flags = new Map<string, FlagInEnvironment>();
  for (const [key, flag] of await workspace.all('flag', project.id)) {
    const config = configs.get(key);
    if (config !== undefined) flags.set(key, { flag, config });
  }
  const definitions = await workspace.all('segment-config', environment.id);
  const segments = new Map<string, SegmentInEnvironment>();
  for (const [key, segment] of await workspace.all('segment', project.id)) {
    const config = definitions.get(key);
    if (config !== undefined) segments.set(key, { segment, config });
  }
  return { environment: environment.key, flags, segments };
}

async function reachedView(workspace: Workspace, environment: Environment, roots: Roots): Promise<EnvironmentView> {
  const flags = new Map<string, FlagInEnvironment>();
  const segments = new Map<string, SegmentInEnvironment>();
  const wantedFlags = [...roots.flags];
  const wantedSegments = [...roots.segments];
  for (let key = wantedFlags.pop(); key !== undefined; key = wantedFlags.pop()) {
    if (flags.has(key)) continue;
    const flag = await workspace.flag(key);
    const config = await workspace.config(environment.id, key);
    if (flag === null || config === null) continue;
    flags.set(key, { flag, config });
    wantedFlags.push(...config.prerequisites.map((needed) => needed.flag));
    wantedSegments.push(...config.rules.flatMap((rule) => segmentsOf(rule.clauses)));
  }
  for (let key = wantedSegments.pop(); key !== undefined; key = wantedSegments.pop()) {
    if (segments.has(key)) continue;
    const segment = await workspace.segment(key);
    const config = await workspace.segmentConfig(environment.id, key);
    if (segment === null || config === null) continue;
    segments.set(key, { segment, config });
    wantedSegments.push(...config.rules.flatMap((rule) => segmentsOf(rule.clauses)));
  }
  return { environment: environment.key, flags, segments };
}

/** What SDKs would get of a view, at no version. */
export function itemsOf({ flags, segments }: EnvironmentView): readonly Item[] {
  return [
    ...[...flags].map(
      ([key, { flag, config }]): Item => ({ kind: 'flag', key, rev: 0, body: flagBodyOf(flag, config) }),
    ),
    ...[...segments].map(
      ([key, { segment, config }]): Item => ({ kind: 'segment', key, rev: 0, body: segmentBodyOf(segment, config) }),
    ),
  ];
}
