import type { FlagConfig, Serve } from '../model/model.ts';

/** The configuration without what a rollout wrote there for SDKs alone. */
export function withoutArms(config: FlagConfig): FlagConfig {
  return {
    ...config,
    rules: config.rules.map((rule) => ({ ...rule, serve: serveWithoutArms(rule.serve) })),
    fallthrough: serveWithoutArms(config.fallthrough),
  };
}

export function serveWithoutArms(serve: Serve): Serve {
  if ('variation' in serve || serve.split.arms === undefined) return serve;
  const { arms: _, ...split } = serve.split;
  return { split };
}
