import type { EnvironmentView, FlagRow, Page } from '@glidepath/server/api-types';
import type { Call } from './call.ts';
import { projectRoute } from './paths.ts';

/** Enough for a menu of candidates. */
const MOST = '500';

export async function flagKeyList(call: Call): Promise<readonly string[]> {
  const page = await call.api().send<Page<FlagRow>>('GET', `${projectRoute(call)}/flags`, { query: { limit: MOST } });
  return page.items.map(({ key }) => key);
}

export async function environmentKeyList(call: Call): Promise<readonly string[]> {
  const page = await call.api().send<Page<EnvironmentView>>('GET', `${projectRoute(call)}/environments`);
  return page.items.map(({ key }) => key);
}
