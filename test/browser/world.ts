import type { Service } from '../support/start-service.ts';

export const FLAGS = '/api/v1/projects/default/flags';
export const SEGMENTS = '/api/v1/projects/default/segments';

/** Makes a flag; a boolean one unless said otherwise. */
export async function makeFlag(
  service: Service,
  flag: { readonly key: string } & Record<string, unknown>,
): Promise<void> {
  expectDone(await service.admin.send('POST', FLAGS, { body: { type: 'boolean', ...flag } }));
}

/** Changes what a flag does in an environment, as another window of the administrator would. */
export async function changeFlag(
  service: Service,
  environment: string,
  flag: string,
  instructions: readonly object[],
): Promise<void> {
  const body = { instructions, comment: 'made by the test' };
  expectDone(await service.admin.send('PATCH', configPath(environment, flag), { body }));
}

export interface StoredConfig {
  readonly on: boolean;
  readonly killed: { readonly reason: string } | null;
  readonly revision: number;
  readonly fallthrough: { readonly variation?: string; readonly split?: { readonly weights: Record<string, number> } };
  readonly targets: readonly { readonly variation: string; readonly keys: readonly string[] }[];
}

/** What the server has, whatever a page shows. */
export async function storedConfig(service: Service, environment: string, flag: string): Promise<StoredConfig> {
  return (await service.admin.send<StoredConfig>('GET', configPath(environment, flag))).body;
}

export function configPath(environment: string, flag: string): string {
  return `/api/v1/projects/default/environments/${environment}/flags/${flag}`;
}

export function segmentConfigPath(environment: string, segment: string): string {
  return `/api/v1/projects/default/environments/${environment}/segments/${segment}`;
}

export function expectDone({ status, body }: { readonly status: number; readonly body: unknown }): void {
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
}
