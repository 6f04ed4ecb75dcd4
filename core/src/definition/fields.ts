import { PURPOSES } from '../change/purposes.ts';
import type { Flag, FlagConfig, Segment, SegmentConfig } from '../model/model.ts';
import type { EnvironmentDefinition, FlagDefinition } from './definition.ts';

/**
 * Who owns a field of a document once a definition names the document.
 * `names`: it tells which document is meant, and never changes. `said`: the definition's where it says it, else it stays
 * as it is. `whole`: the definition's in every environment that it names, said or not. `service`: never a definition's,
 * and so never a difference: what emergencies and rollouts do.
 */
type Ownership = 'names' | 'said' | 'whole' | 'service';

/** Every field of every document: a new one does not compile before it has an owner. */
const FIELDS = {
  flag: {
    key: 'names',
    type: 'names',
    name: 'said',
    description: 'said',
    variations: 'said',
    purpose: 'said',
    lifetimeDays: 'said',
    owner: 'said',
    tags: 'said',
    links: 'said',
    metadata: 'said',
    clientSide: 'said',
    salt: 'said',
    jsonSchema: 'said',
    createdAt: 'service',
    createdBy: 'service',
    // `archived` in a definition.
    archivedAt: 'said',
  },
  // Rules of a rollout, and what a rollout serves at its place, are the service's too: `wanted-config.ts`.
  config: {
    on: 'whole',
    killed: 'service',
    offVariation: 'whole',
    prerequisites: 'whole',
    targets: 'whole',
    rules: 'whole',
    fallthrough: 'whole',
  },
  // A rollout under way has its own copy: `service`.
  release: { plan: 'whole' },
  segment: { key: 'names', name: 'said', description: 'said', createdAt: 'service', createdBy: 'service' },
  membership: { included: 'said', excluded: 'said', rules: 'whole' },
} as const satisfies {
  readonly flag: Record<keyof Flag, Ownership>;
  readonly config: Record<keyof FlagConfig, Ownership>;
  readonly release: Record<Exclude<keyof EnvironmentDefinition, keyof FlagConfig>, Ownership>;
  readonly segment: Record<keyof Segment, Ownership>;
  readonly membership: Record<keyof SegmentConfig, Ownership>;
};

type SaidOf<Kind extends 'flag' | 'segment'> = {
  readonly [K in keyof (typeof FIELDS)[Kind]]: (typeof FIELDS)[Kind][K] extends 'said' ? K : never;
}[keyof (typeof FIELDS)[Kind]];

/** Fields that a definition may say or leave out, but for `archivedAt`, which it says as `archived`. */
export type SaidOfFlag = Exclude<SaidOf<'flag'>, 'archivedAt'>;

export const SAID_OF_FLAG = Object.entries(FIELDS.flag).flatMap(([field, ownership]) =>
  ownership === 'said' && field !== 'archivedAt' ? [field as SaidOfFlag] : [],
);

type Usual = Pick<Flag, 'key' | 'purpose'>;

/** What a new flag has where its definition says nothing: what need not be written down. */
export const USUAL: { readonly [K in Exclude<SaidOfFlag, 'variations'>]: (flag: Usual) => Flag[K] } = {
  name: ({ key }) => key,
  description: () => '',
  purpose: () => 'release',
  lifetimeDays: ({ purpose }) => PURPOSES[purpose].lifetimeDays,
  owner: () => null,
  tags: () => [],
  links: () => [],
  metadata: () => ({}),
  clientSide: () => false,
  salt: ({ key }) => key,
  jsonSchema: () => null,
};

/** What a definition leaves unsaid, as a new flag would have it. */
export function usualFields({ key, purpose = 'release' }: Pick<FlagDefinition, 'key' | 'purpose'>) {
  const flag = { key, purpose };
  return Object.fromEntries(Object.entries(USUAL).map(([field, usual]) => [field, usual(flag)]));
}
