import type { Seat, Visitor } from '../health/seat.ts';
import type { EvaluationDetail } from './detail.ts';

/** A flag that somebody read, and where that one sits in a rollout that is measured. */
export interface ReadFlag {
  readonly flag: string;
  readonly detail: EvaluationDetail<unknown>;
  /** A visitor where people are told from each other. */
  readonly seat: Seat | Visitor | null;
}

/** How an operation ended. */
export interface Ending {
  /** What kind of error it was; null when it went well. */
  readonly error: string | null;
  /** Null where nobody knows how long it took. */
  readonly durationMs: number | null;
}

/** Takes what is known of how flags are doing; must be quick and must not throw. */
export interface HealthSink {
  ended(read: ReadFlag, operation: string, ending: Ending): void;
  /** A number of the application. */
  measured(read: ReadFlag, metric: string, value: number): void;
  /** An event of the application; `read` is null where no flag was read before. */
  tracked(event: string, read: ReadFlag | null, value: number): void;
}
