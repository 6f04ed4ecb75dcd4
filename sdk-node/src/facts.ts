import type { FlagFacts, Hook } from '@glidepath/core/sdk';
import type { Host } from './host.ts';

/** What other entries of this package ask a client, whichever format each of them is loaded in. */
export interface ClientFacts {
  flag(key: string): FlagFacts;
  /** Stands for the environment; null before the first data of the service. */
  environment(): string | null;
}

const FACTS = Symbol.for('@glidepath/facts/1');
const NOTHING: FlagFacts = { hasRules: false, metadata: {} };

export function factsPart(host: Host): { readonly [FACTS]: ClientFacts } {
  const facts: ClientFacts = {
    flag(key) {
      const body = host.serving?.environment.flags.get(key)?.item.body;
      return body === undefined ? NOTHING : { hasRules: body.rules.length > 0, metadata: body.metadata ?? {} };
    },
    environment: () => host.serving?.epoch || null,
  };
  lendTo(host.options.hooks, facts);
  return { [FACTS]: facts };
}

/** Of a client of this package, whatever made it; nothing of an object that only looks like one. */
export function factsOf(client: object): ClientFacts {
  const facts = (client as { [FACTS]?: ClientFacts })[FACTS];
  return facts ?? { flag: () => NOTHING, environment: () => null };
}

const NEEDS_FACTS = Symbol.for('@glidepath/needs-facts/1');

interface CuriousHook extends Hook {
  [NEEDS_FACTS]?(facts: ClientFacts): void;
}

/** A hook that is lent the facts of the client that it is given to. */
export function hookWithFacts(hook: Hook, take: (facts: ClientFacts) => void): Hook {
  return Object.assign(hook, { [NEEDS_FACTS]: take });
}

function lendTo(hooks: readonly Hook[] | undefined, facts: ClientFacts): void {
  // Callers in plain JavaScript pass anything.
  if (Array.isArray(hooks)) for (const hook of hooks as readonly (CuriousHook | null)[]) hook?.[NEEDS_FACTS]?.(facts);
}
