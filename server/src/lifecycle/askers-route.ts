import type { Flag } from '@glidepath/core';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { notFound } from '../flags/write-path/refuse.ts';
import { type Api, PROJECT_PATH, people, problemSchema, timeOf } from '../http/api.ts';
import type { FlagAskersView, FlagAskerView } from '../http/lifecycle-types.ts';
import { keySchema } from '../http/schemas.ts';
import type { LiveVersion } from '../store/deploys.ts';
import { environmentsOf } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import { isOfArchived, type MissingRow } from '../store/usage.ts';
import { askersSchema } from './lifecycle-schemas.ts';

export interface AskersRouteDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
}

/** The route of who still asks for an archived flag. */
export function registerAskersRoute(api: Api, { store, clock }: AskersRouteDeps): void {
  api.get(
    `${PROJECT_PATH}/flags/:f/askers`,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags: ['Lifecycle'],
        summary: 'Which applications have asked for an archived flag since it was archived, the last first',
        params: z.strictObject({ p: keySchema, f: keySchema }),
        querystring: z.strictObject({}),
        response: { 200: askersSchema, '4xx': problemSchema },
      },
    },
    async ({ project, params: { f } }): Promise<FlagAskersView> => {
      const flag = await store.document<Flag>({ kind: 'flag', parent: project.id, key: f });
      if (flag === null) throw notFound('flag', f, `project \`${project.key}\``);
      const { archivedAt } = flag.body;
      if (archivedAt === null) return { items: [] };
      const now = clock.now();
      const found = await Promise.all(
        (await environmentsOf(store, project.id)).map(async ({ id, key }) =>
          askersOf(await store.missing(id), { flag: f, archivedAt }).map((row) => ({ environment: key, id, row })),
        ),
      );
      const items = await Promise.all(
        found
          .flat()
          .toSorted((a, b) => b.row.lastAt - a.row.lastAt)
          .map(async ({ environment, id, row }) => viewOf(environment, row, await store.liveVersions(id, now))),
      );
      return { items };
    },
  );
}

/** Those who got a value of it, and those who asked once it had left the payloads. */
function askersOf(
  rows: readonly MissingRow[],
  { flag, archivedAt }: { readonly flag: string; readonly archivedAt: number },
): readonly MissingRow[] {
  return rows.filter(
    (row) => row.key === flag && row.lastAt >= archivedAt && (isOfArchived(row) || row.error === 'FLAG_NOT_FOUND'),
  );
}

function viewOf(environment: string, row: MissingRow, live: readonly LiveVersion[]): FlagAskerView {
  const { app, sdk, n, lastAt } = row;
  const same = live.filter(({ service, version }) => [service, version].filter(Boolean).join(' ') === app);
  return {
    environment,
    application: app,
    sdk,
    evaluations: n,
    lastAt: timeOf(lastAt),
    instances: same.reduce((sum, { instances }) => sum + instances, 0),
    isServed: isOfArchived(row),
  };
}
