import type { ContextInput as AnyContext, Context } from '../model/context.ts';
import type { Json } from '../model/model.ts';
import type { EvaluationDetail } from './detail.ts';

/** Where no registry of flags exists, any key may be asked for. */
export type AnyFlags = Record<string, Json>;

/** What a package's `Register` declares, or an open record when it declares nothing. */
export type FlagsOf<R> = R extends { flags: infer F extends object } ? F : AnyFlags;
export type ContextOf<R> = R extends { context: infer C extends object } ? C : Context;

export type FlagKey<F extends object> = Extract<keyof F, string>;
/** Keys of the flags whose values are of type `V`. */
export type FlagKeyOf<V, F extends object> = string extends keyof F
  ? string
  : { [K in FlagKey<F>]: F[K] extends V ? K : never }[FlagKey<F>];

/** Literal types are widened, so that `variation('x', context, false)` is a `boolean` and not `false`. */
export type Widen<T> = T extends boolean ? boolean : T extends string ? string : T extends number ? number : T;

/** A flag declared once: key, fallback and, where it has one, the check of its values. Usable wherever a key is. */
export interface FlagRef<T> {
  readonly key: string;
  readonly fallback: T;
  readonly schema?: StandardSchema<T>;
}

/** The synchronous part of Standard Schema v1: zod, valibot and arktype satisfy it. */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => { readonly value: T } | { readonly issues: readonly object[] } | Promise<unknown>;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** Declares flags; each package knows its own registry. */
export type DefineFlag<F extends object> = string extends keyof F
  ? <T>(key: string, options: { fallback: T; schema?: StandardSchema<T> }) => FlagRef<Widen<T>>
  : <K extends FlagKey<F>>(key: K, options: { fallback: F[K]; schema?: StandardSchema<F[K]> }) => FlagRef<F[K]>;

/** Server: key, context, fallback. Checked against the registry where there is one. */
export type VariationFn<F extends object, C = AnyContext> = string extends keyof F
  ? { <T>(key: string, context: C, fallback: T): Widen<T>; <T>(flag: FlagRef<T>, context: C): T }
  : {
      <K extends FlagKey<F>>(key: K, context: C, fallback: F[K]): F[K];
      <T>(flag: FlagRef<T>, context: C): T;
    };
export type VariationDetailFn<F extends object, C = AnyContext> = string extends keyof F
  ? {
      <T>(key: string, context: C, fallback: T): EvaluationDetail<Widen<T>>;
      <T>(flag: FlagRef<T>, context: C): EvaluationDetail<T>;
    }
  : {
      <K extends FlagKey<F>>(key: K, context: C, fallback: F[K]): EvaluationDetail<F[K]>;
      <T>(flag: FlagRef<T>, context: C): EvaluationDetail<T>;
    };

/** Where the context is known already: key and fallback. */
export type BoundVariationFn<F extends object> = string extends keyof F
  ? { <T>(key: string, fallback: T): Widen<T>; <T>(flag: FlagRef<T>): T }
  : { <K extends FlagKey<F>>(key: K, fallback: F[K]): F[K]; <T>(flag: FlagRef<T>): T };
export type BoundVariationDetailFn<F extends object> = string extends keyof F
  ? { <T>(key: string, fallback: T): EvaluationDetail<Widen<T>>; <T>(flag: FlagRef<T>): EvaluationDetail<T> }
  : {
      <K extends FlagKey<F>>(key: K, fallback: F[K]): EvaluationDetail<F[K]>;
      <T>(flag: FlagRef<T>): EvaluationDetail<T>;
    };
