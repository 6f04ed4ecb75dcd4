import { REFERENCE_DEPTH } from '../model/limits.ts';
import type { Rule, SegmentRule } from '../model/model.ts';
import type { EnvironmentView } from './facts.ts';
import { findCycles, longestFrom } from './graph.ts';
import type { ChangeProblem } from './problem.ts';
import { segmentsOf } from './uses.ts';
import { code } from './words.ts';

/** The documents whose meaning may have changed. */
export interface Touched {
  readonly flags: readonly string[];
  readonly segments: readonly string[];
}

/** What is wrong with the web of prerequisites and segments that the touched documents are part of. */
export function problemsOfReferences(view: EnvironmentView, touched: Touched): readonly ChangeProblem[] {
  const circles = cycles(view, touched);
  return circles.length > 0 ? circles : problemsOfDepth(view, touched);
}

function cycles({ flags, segments }: EnvironmentView, touched: Touched): readonly ChangeProblem[] {
  const needs = (key: string) => flags.get(key)?.config.prerequisites.map((needed) => needed.flag) ?? [];
  const names = (key: string) => segmentsNamed(segments.get(key)?.config.rules ?? []);
  return [
    ...findCycles(touched.flags, needs).map((path) => {
      const detail = `Prerequisites form a cycle: ${arrows(path)}. Remove one of them.`;
      return cycle(`/flags/${path[0]}/prerequisites`, detail);
    }),
    ...findCycles(touched.segments, names).map((path) => {
      const detail = `Segments form a cycle: ${arrows(path)}. Remove one of the clauses.`;
      return cycle(`/segments/${path[0]}/rules`, detail);
    }),
  ];
}

/** Evaluation follows only so many references. */
function problemsOfDepth(view: EnvironmentView, touched: Touched): readonly ChangeProblem[] {
  const ids = [...touched.flags.map(flagId), ...touched.segments.map(segmentId)];
  if (ids.every((id) => referencesOf(view, id).length === 0)) return [];
  const referrers = referrersIn(view);
  const below = longestFrom((id) => referencesOf(view, id));
  const above = longestFrom((id) => referrers.get(id) ?? []);
  return ids
    .filter((id) => above(id) + below(id) > REFERENCE_DEPTH)
    .map((id) => {
      const detail = `Prerequisites and segments lead on from one to the next more than ${REFERENCE_DEPTH} times. Shorten the chain.`;
      return { code: 'limit', pointer: `/${id}`, detail };
    });
}

const flagId = (key: string) => `flags/${key}`;
const segmentId = (key: string) => `segments/${key}`;

function referencesOf({ flags, segments }: EnvironmentView, id: string): readonly string[] {
  const [kind, key = ''] = id.split('/');
  if (kind === 'segments') return segmentsNamed(segments.get(key)?.config.rules ?? []).map(segmentId);
  const config = flags.get(key)?.config;
  if (config === undefined) return [];
  return [...config.prerequisites.map((needed) => flagId(needed.flag)), ...segmentsNamed(config.rules).map(segmentId)];
}

function referrersIn(view: EnvironmentView): ReadonlyMap<string, readonly string[]> {
  const referrers = new Map<string, string[]>();
  for (const id of [...[...view.flags.keys()].map(flagId), ...[...view.segments.keys()].map(segmentId)])
    for (const named of referencesOf(view, id)) {
      const known = referrers.get(named);
      if (known === undefined) referrers.set(named, [id]);
      else known.push(id);
    }
  return referrers;
}

function segmentsNamed(rules: readonly (Rule | SegmentRule)[]): readonly string[] {
  return rules.flatMap((rule) => segmentsOf(rule.clauses));
}

function arrows(path: readonly string[]): string {
  return path.map(code).join(' → ');
}

function cycle(pointer: string, detail: string): ChangeProblem {
  return { code: 'cycle', pointer, detail };
}
