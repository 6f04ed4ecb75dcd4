import type { HookKind } from './hooks/index.ts';

/** Somebody who may report deploys of one project by webhook, and do nothing else. */
export interface IntegrationBody {
  readonly name: string;
  readonly kind: HookKind;
  /** What its deploys are of, where its messages do not say. */
  readonly service: string | null;
  /** Key of the environment, where its messages do not say. */
  readonly environment: string | null;
  /** Newest first. Two of them are valid while one replaces the other. */
  readonly secrets: readonly IntegrationSecret[];
  readonly createdAt: number;
  readonly createdBy: string;
}

export interface IntegrationSecret {
  /** Closed by the vault. */
  readonly sealed: string;
  readonly lastFour: string;
  /** Milliseconds since epoch; null = for as long as the integration. */
  readonly expiresAt: number | null;
}

export function validSecrets({ secrets }: IntegrationBody, now: number): readonly IntegrationSecret[] {
  return secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
}
