import type { Flag, FlagConfig, Segment, SegmentConfig } from '@glidepath/core';
import type { PlanDefinition } from '@glidepath/core/definition';
import type { PipelineRight, Role } from '../auth/principal.ts';
import type { IntegrationBody } from '../deploys/integration.ts';
import type { IncidentBody } from '../incidents/incident.ts';
import type { Reads, StoredDocument } from './store.ts';

/** The body of each kind of document. */
export interface DocumentBodies {
  readonly project: ProjectBody;
  readonly environment: EnvironmentBody;
  readonly flag: Flag;
  readonly 'flag-config': FlagConfig;
  readonly 'flag-plan': FlagPlanBody;
  readonly segment: Segment;
  readonly 'segment-config': SegmentConfig;
  readonly member: MemberBody;
  readonly 'sdk-key': SdkKeyBody;
  readonly 'api-token': ApiTokenBody;
  readonly incident: IncidentBody;
  readonly integration: IntegrationBody;
}

/** How releases of a flag go in an environment, as somebody said it; null = nothing is said any more. */
export interface FlagPlanBody {
  readonly plan: PlanDefinition | null;
}

export interface ProjectBody {
  readonly key: string;
  readonly name: string;
  readonly createdAt: number;
}

export interface EnvironmentBody {
  readonly key: string;
  readonly name: string;
  /** Production: confirmations and policies apply. */
  readonly critical: boolean;
  readonly colour: string;
  readonly secureMode: 'off' | 'required';
  /** Whether pages are told why they get a value. Absent, they are not. */
  readonly reasonsInBrowsers?: boolean;
  /** Position in lists, from 0. */
  readonly position: number;
  readonly createdAt: number;
}

/** The environments of a project, in the order of lists. */
export async function environmentsOf(
  reads: Reads,
  projectId: string,
): Promise<readonly StoredDocument<EnvironmentBody>[]> {
  const environments = await reads.documents<EnvironmentBody>('environment', projectId);
  return environments.toSorted((a, b) => a.body.position - b.body.position || (a.key < b.key ? -1 : 1));
}

export interface MemberBody {
  readonly email: string;
  readonly name: string;
  /** argon2id, in its own string form. */
  readonly passwordHash: string;
  /** Role per project id; `*` is every project. */
  readonly roles: Readonly<Record<string, Role>>;
  readonly disabledAt: number | null;
  readonly createdAt: number;
}

export interface SdkKeyBody {
  readonly name: string;
  readonly kind: 'server' | 'client';
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  readonly lastFour: string;
  /** Origins that a client key may be used from. */
  readonly origins: readonly string[];
  /** Derived from a server key when it was made, encrypted; null for client keys. */
  readonly sealed: { readonly seal: string; readonly mac: string } | null;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Milliseconds since epoch; set by rotation with an overlap. A revoked key is removed. */
  readonly expiresAt: number | null;
}

export interface ApiTokenBody {
  readonly name: string;
  readonly role: Role;
  /** Absent = all that its role may. */
  readonly only?: readonly PipelineRight[];
  readonly hash: string;
  readonly lastFour: string;
  readonly projects: readonly string[] | null;
  readonly environments: readonly string[] | null;
  /** Id of the member who made it. */
  readonly maker: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}
