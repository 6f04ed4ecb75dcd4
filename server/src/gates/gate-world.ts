import type { Severity } from '../incidents/incident.ts';
import type { Outbound } from '../outbound/outbound.ts';
import type { HealthSeriesKey } from '../store/health.ts';
import type { Measured } from './measured.ts';
import type { Precision } from './statistics.ts';

type Kind = HealthSeriesKey['kind'];

/** What is released, in the words that queries and webhooks get. */
export interface Released {
  readonly rollout: string;
  /** Keys. */
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly variation: string;
  readonly control: string;
  /** Index of the stage in force; null while none is. */
  readonly stage: number | null;
  readonly percent: number;
  /** The deploy that it waits or waited for; null where it waits for none. */
  readonly service: string | null;
  readonly version: string | null;
}

export interface Fleet {
  readonly instances: number;
  /** Those of the service that the rollout waits for, and of them those at its version; null where it waits for none. */
  readonly deployed: { readonly instances: number; readonly covered: number } | null;
  /** Of all, those that have applied the stage in force. */
  readonly applied: number;
  /** How long the stage has been in force. */
  readonly sinceMs: number;
}

export interface OpenIncident {
  readonly key: string;
  readonly title: string;
  readonly severity: Severity;
}

/** How to ask what is outside; null where the installation has no such thing. */
export interface Sources {
  readonly outbound: Outbound;
  readonly prometheus: { readonly url: string; readonly token: string | null } | null;
  /** Headers by which a receiver knows who asks. */
  readonly sign:
    | ((message: {
        readonly id: string;
        readonly at: number;
        readonly body: string;
      }) => Readonly<Record<string, string>>)
    | null;
}

/** What the gates of a rollout look at; each thing is read when a gate asks for it, and once. */
export interface GateWorld {
  readonly now: number;
  readonly released: Released;
  readonly precision: Precision;
  /** Of the stage in force: by arm where it has arms, else over time. */
  readonly measured: (kind: Kind, name?: string) => Promise<Measured>;
  readonly measuredOverTime: (kind: Kind, name?: string) => Promise<Measured>;
  readonly fleet: () => Promise<Fleet>;
  /** Open incidents of the environment. */
  readonly incidents: () => Promise<readonly OpenIncident[]>;
  readonly sources: Sources;
}
