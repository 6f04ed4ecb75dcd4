import type { Flag, FlagConfig } from '@glidepath/core';
import type { FlagConfigView, FlagView } from '@glidepath/server/api-types';

/** The configuration as core knows it, from what the API answers. */
export function configOf(view: FlagConfigView): FlagConfig {
  return {
    on: view.on,
    killed: view.killed && { ...view.killed, at: Date.parse(view.killed.at) },
    offVariation: view.offVariation,
    prerequisites: view.prerequisites,
    targets: view.targets,
    rules: view.rules,
    fallthrough: view.fallthrough,
  };
}

export function flagOf(view: FlagView): Flag {
  const { revision: _revision, updatedAt: _updatedAt, ...flag } = view;
  return {
    ...flag,
    createdAt: Date.parse(view.createdAt),
    archivedAt: view.archivedAt === null ? null : Date.parse(view.archivedAt),
  };
}
