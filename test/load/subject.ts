import { type BenchContext, type Workload, writtenKeys } from './shapes.ts';

/** One library that holds a workload. Contexts are named by their index: each library has them in its own form, made beforehand. */
export type Subject = SynchronousSubject | AsynchronousSubject;
export type SynchronousSubject = Answering<boolean, false>;
export type AsynchronousSubject = Answering<Promise<boolean>, true>;

interface Answering<Answer, IsAsync extends boolean> {
  readonly isAsync: IsAsync;
  ask(key: string, index: number): Answer;
  /** All flags of one context, as the library itself gives them. */
  all(index: number): unknown;
  /** One flag of what `all` gave. */
  read(all: unknown, key: string): boolean;
  close?(): unknown;
}

export type OpenSubject = (workload: Workload) => Subject | Promise<Subject>;

/** A library without a call for all flags is asked for each. */
export function synchronous(
  { flags, contexts }: Workload,
  evaluate: (key: string, context: BenchContext) => boolean,
): SynchronousSubject {
  const keys = writtenKeys(flags);
  return {
    isAsync: false,
    ask: (key, index) => evaluate(key, contexts[index]!),
    all(index) {
      const context = contexts[index]!;
      // Without a prototype: a table from the start, which costs a quarter of one that grows into it.
      const values: Record<string, boolean> = Object.create(null);
      for (const key of keys) values[key] = evaluate(key, context);
      return values;
    },
    read: (all, key) => (all as Record<string, boolean>)[key]!,
  };
}
