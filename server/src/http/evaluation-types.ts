import type { Prerequisite } from '@glidepath/core';
import type { FlagState } from '@glidepath/core/change';
import type { Effect, FlagEffect, ServeMove, UnreachableRule } from '@glidepath/core/effect';
import type { ExplainedStep } from '@glidepath/core/explain';

/** What the routes of evaluation, of previews and of dependencies answer. */

export interface EvaluationView {
  readonly flag: string;
  readonly value: unknown;
  readonly variation: string | null;
  readonly reason: unknown;
  readonly trace: readonly ExplainedStep[];
}

/** What a change of a flag's configuration does, worked out and tried with made-up contexts: nobody real is counted. */
export interface ChangeEffect {
  /** Of the new configuration. */
  readonly unreachable: readonly UnreachableRule[];
  readonly effect: Effect;
  readonly serveMoves: readonly ServeMove[];
  /** Flags that need this one, directly or not, and answer the same contexts otherwise than before. */
  readonly dependants: readonly FlagEffect[];
}

/** `POST …/segments/{s}/preview`: what a new definition would do to the flags that use it, directly or not. */
export interface SegmentPreviewView {
  /** The instructions in words. */
  readonly summary: readonly string[];
  /** Who belongs to it now, and then: as `belongs` of the definition says it. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** “Changes who gets what in 2 flags: `checkout` and `search`.” */
  readonly sentence: string;
  /** Flags that use it, directly or not, those that change most first; at most 200. */
  readonly flags: readonly FlagEffect[];
  readonly revision: number;
}

/** `GET …/flags/{f}/dependencies` */
export interface DependenciesView {
  readonly flag: DependencyView;
  /** What it needs, directly or not, nearest first. */
  readonly prerequisites: readonly DependencyView[];
  /** What needs it, directly or not, nearest first. */
  readonly dependants: readonly DependencyView[];
  /** What its rules name, directly or through other segments. */
  readonly segments: readonly { readonly segment: string; readonly name: string; readonly via: string }[];
  /** Dependants that serve nothing but their off variation once this flag is killed or off, and do not so already. */
  readonly takesDown: readonly string[];
}

export interface DependencyView extends FlagState {
  readonly flag: string;
  readonly name: string;
  /** Steps away from the flag in question. */
  readonly distance: number;
  /** Its own prerequisites. */
  readonly needs: readonly Prerequisite[];
}

/** `POST …/preview`: what a list of instructions would do; nothing is written. */
export interface PreviewView extends ChangeEffect {
  readonly summary: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Whether every bucket and target that it moves goes to the off variation. */
  readonly towardSafe: boolean;
  readonly contexts: readonly {
    readonly context: unknown;
    readonly before: EvaluationView;
    readonly after: EvaluationView;
  }[];
  readonly revision: number;
}
