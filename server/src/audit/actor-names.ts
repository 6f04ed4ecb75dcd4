import type { IntegrationBody } from '../deploys/integration.ts';
import type { ApiTokenBody, MemberBody } from '../store/documents.ts';
import type { Reads } from '../store/store.ts';

/** What people call those who acted. */
export async function namesOf(reads: Reads, actors: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const actor of new Set(actors)) names.set(actor, (await nameOf(reads, actor)) ?? actor);
  return names;
}

async function nameOf(reads: Reads, actor: string): Promise<string | undefined> {
  const [kind, id] = actor.split(':', 2);
  if (kind === 'system') return 'Glidepath';
  if (id === undefined) return undefined;
  if (kind === 'integration') return (await reads.documentById<IntegrationBody>('integration', id))?.body.name;
  const ref = { parent: '', key: id };
  if (kind === 'token') return (await reads.document<ApiTokenBody>({ kind: 'api-token', ...ref }))?.body.name;
  return (await reads.document<MemberBody>({ kind: 'member', ...ref }))?.body.name;
}
