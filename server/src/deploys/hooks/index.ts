import { argoCd } from './argo-cd.ts';
import { flux } from './flux.ts';
import { generic } from './generic.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { HookDefinition } from './hook.ts';

/** Who may report deploys by webhook. */
export const hooks = {
  github,
  gitlab,
  'argo-cd': argoCd,
  flux,
  generic,
} as const satisfies Record<string, HookDefinition>;

export type HookKind = keyof typeof hooks;

export const HOOK_KINDS = Object.keys(hooks) as [HookKind, ...HookKind[]];
