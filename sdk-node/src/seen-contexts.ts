import { type ContextInput, KIND_PATTERN } from '@glidepath/core';
import { readableContext } from '@glidepath/core/sdk';
import type { Layer } from './answers.ts';
import { type Room, readable, taken } from './report-text.ts';
import type { PrivacyOptions } from './types.ts';

/** A kind of context and the names of its attributes, as they go over the wire. */
export type SeenKind = readonly [kind: string, attributes: readonly string[]];

export interface SeenPart {
  readonly contexts: readonly SeenKind[];
}

/** What contexts are made of: names, and never what they hold. */
export interface SeenContexts {
  readonly layer: Layer;
  /** Names that wait to be told. */
  readonly series: number;
  take(room: Room): SeenPart;
}

/** More than this nobody picks from; names that are made up on the way would never end. */
const MOST_NAMES = 1_000;
const NAME_CHARACTERS = 128;
/** The service forgets what it is told no more; a process may run for long. */
const TELL_AGAIN_MS = 24 * 3_600_000;
/** Every context may have them. */
const COMMON: ReadonlySet<string> = new Set(['key', 'kind', 'anonymous']);

/** Null where nobody wants it told, so that evaluating costs nothing more. */
export function createSeenContexts(given: PrivacyOptions | undefined, monotonic: () => number): SeenContexts | null {
  const { contexts = 'none', privateAttributes = [] } = given ?? {};
  if (contexts !== 'kinds' && contexts !== 'attribute-names') return null;
  const untold = new Set(Array.isArray(privateAttributes) ? privateAttributes : []);
  const toldAt = new Map<string, number>();
  const waiting = new Map<string, readonly [kind: string, name: string]>();
  const looked = new WeakSet();

  const note = (kind: string, name: string): void => {
    if (name.length > NAME_CHARACTERS || untold.has(name)) return;
    const id = `${kind}\t${name}`;
    const at = toldAt.get(id);
    if (at !== undefined && monotonic() - at < TELL_AGAIN_MS) return;
    if (at === undefined && toldAt.size >= MOST_NAMES) return;
    toldAt.set(id, monotonic());
    waiting.set(id, [readable(kind), readable(name)]);
  };

  const look = (context: ContextInput): void => {
    // One request asks for many flags with one context.
    if (typeof context !== 'object' || context === null || looked.has(context)) return;
    looked.add(context);
    for (const [kind, names] of namesIn(context)) {
      note(kind, '');
      if (contexts === 'attribute-names') for (const name of names) note(kind, name);
    }
  };

  return {
    layer: (below) => ({
      value(key, context, fallback) {
        look(context);
        return below.value(key, context, fallback);
      },
      evaluate(key, context, fallback) {
        look(context);
        return below.evaluate(key, context, fallback);
      },
    }),
    get series() {
      return waiting.size;
    },
    take(room) {
      const kinds = new Map<string, string[]>();
      for (const [kind, name] of taken(waiting, room, (entry) => entry)) {
        const names = kinds.get(kind) ?? [];
        if (name !== '') names.push(name);
        kinds.set(kind, names);
      }
      return { contexts: [...kinds] };
    },
  };
}

function namesIn(context: ContextInput): readonly SeenKind[] {
  return Object.entries(readableContext(context))
    .filter(([kind]) => KIND_PATTERN.test(kind))
    .map(([kind, body = {}]) => [kind, Object.keys(body).filter((name) => !COMMON.has(name))]);
}
