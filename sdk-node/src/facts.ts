import type { FlagFacts } from '@glidepath/core/sdk';
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
  return {
    [FACTS]: {
      flag(key) {
        const body = host.serving?.environment.flags.get(key)?.item.body;
        return body === undefined ? NOTHING : { hasRules: body.rules.length > 0, metadata: body.metadata ?? {} };
      },
      environment: () => host.serving?.epoch || null,
    },
  };
}

/** Of a client of this package, whatever made it; nothing of an object that only looks like one. */
export function factsOf(client: object): ClientFacts {
  const facts = (client as { [FACTS]?: ClientFacts })[FACTS];
  return facts ?? { flag: () => NOTHING, environment: () => null };
}
