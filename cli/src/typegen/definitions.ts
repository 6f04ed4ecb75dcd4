import type { Clause } from '@glidepath/core';
import type { FlagDefinitionView, FlagRow, SegmentConfigView, SegmentRow } from '@glidepath/server/api-types';
import type { Api } from '../api.ts';
import type { DeclaredFlag } from './declared.ts';

const DAY_MS = 24 * 3_600_000;

/** All flags of a project, archived ones too: they keep serving what code asks for. */
export async function definitionsOf(api: Api, project: string): Promise<readonly FlagDefinitionView[]> {
  const read = (archived: string) =>
    api.list<FlagRow>(`${project}/flags`, { include: 'definitions', archived, sort: 'key' });
  const rows = [...(await read('false')), ...(await read('true'))];
  return rows.flatMap(({ definition }) => (definition === undefined ? [] : [definition]));
}

/** Of the rules of all segments, in all environments. */
export async function segmentClausesOf(api: Api, project: string): Promise<readonly Clause[]> {
  const segments = await api.list<SegmentRow>(`${project}/segments`);
  const named = segments.flatMap(({ key, environments }) =>
    environments
      .filter(({ rules }) => rules > 0)
      .map(
        ({ environment }) =>
          `${project}/environments/${encodeURIComponent(environment)}/segments/${encodeURIComponent(key)}`,
      ),
  );
  const clauses: Clause[] = [];
  for (const route of named) {
    const { rules } = await api.send<SegmentConfigView>('GET', route);
    clauses.push(...rules.flatMap((rule) => rule.clauses));
  }
  return clauses;
}

export function declaredBy(view: FlagDefinitionView, now: number): DeclaredFlag {
  const { key, type, description, ownerName, variations, jsonSchema, lifetimeDays, archivedAt } = view;
  const end = lifetimeDays === null ? null : Date.parse(view.createdAt) + lifetimeDays * DAY_MS;
  return {
    key,
    type,
    description,
    owner: ownerName,
    variations,
    jsonSchema,
    expires: end === null ? null : new Date(end).toISOString().slice(0, 10),
    isStale: archivedAt !== null || (end !== null && end < now),
    safe: safeOf(view),
    clauses: view.configurations.flatMap(({ rules }) => rules.flatMap((rule) => rule.clauses)),
  };
}

/** What it serves while off, where environments agree; else the last variation, which a new flag has for that. */
function safeOf({ variations, configurations }: FlagDefinitionView) {
  const keys = new Set(configurations.map(({ offVariation }) => offVariation));
  const [agreed] = keys;
  const found = keys.size === 1 ? variations.find(({ key }) => key === agreed) : undefined;
  return (found ?? variations.at(-1))?.value ?? null;
}
