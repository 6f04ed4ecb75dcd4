import type { KindContext, SingleContext } from '../model/context.ts';
import type { FlagBody, FlagItem, SegmentBody, SegmentItem } from '../model/items.ts';
import { SCHEMA } from '../model/items.ts';
import type { Flag, FlagConfig, Rule, Segment, SegmentConfig } from '../model/model.ts';

/** A live boolean release flag with the variations `on` and `off`. */
export function aFlag(overrides: Partial<Flag> = {}): Flag {
  const key = overrides.key ?? 'new-checkout';
  return {
    key,
    name: 'New checkout',
    description: '',
    type: 'boolean',
    variations: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
    purpose: 'release',
    lifetimeDays: 30,
    owner: null,
    tags: [],
    links: [],
    metadata: {},
    clientSide: false,
    salt: key,
    jsonSchema: null,
    createdAt: 0,
    createdBy: 'member-1',
    archivedAt: null,
    ...overrides,
  };
}

/** What `aFlag()` does in an environment where it is on: `on` for everybody. */
export function aConfig(overrides: Partial<FlagConfig> = {}): FlagConfig {
  return {
    on: true,
    killed: null,
    offVariation: 'off',
    prerequisites: [],
    targets: [],
    rules: [],
    fallthrough: { variation: 'on' },
    ...overrides,
  };
}

/** Serves `on` to everybody in Germany. */
export function aRule(overrides: Partial<Rule> = {}): Rule {
  return {
    id: 'rule-1',
    name: '',
    clauses: [{ attribute: 'country', operator: 'in', values: ['DE'] }],
    serve: { variation: 'on' },
    ...overrides,
  };
}

export function aSegment(overrides: Partial<Segment> = {}): Segment {
  return {
    key: 'beta-testers',
    name: 'Beta testers',
    description: '',
    createdAt: 0,
    createdBy: 'member-1',
    ...overrides,
  };
}

/** A segment that nobody belongs to. */
export function aSegmentConfig(overrides: Partial<SegmentConfig> = {}): SegmentConfig {
  return { included: [], excluded: [], rules: [], ...overrides };
}

export function aContext(overrides: SingleContext & KindContext = {}): SingleContext {
  return { key: 'user-1', country: 'DE', ...overrides };
}

/** The compiled form of `aFlag()` with `aConfig()`. */
export function aFlagBody(overrides: Partial<FlagBody> = {}): FlagBody {
  return {
    schema: SCHEMA,
    type: 'boolean',
    variations: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
    on: true,
    salt: 'new-checkout',
    off: 1,
    prerequisites: [],
    targets: [],
    rules: [],
    fallthrough: { variation: 0 },
    ...overrides,
  };
}

/** A compiled segment that nobody belongs to. */
export function aSegmentBody(overrides: Partial<SegmentBody> = {}): SegmentBody {
  return { schema: SCHEMA, salt: 'beta-testers', included: [], excluded: [], rules: [], ...overrides };
}

/** An item of an environment's payload; the salt is the key unless given. */
export function flagItem(key: string, body: Partial<FlagBody> = {}, rev = 1): FlagItem {
  return { kind: 'flag', key, rev, body: aFlagBody({ salt: key, ...body }) };
}

/** An item of an environment's payload; the salt is the key unless given. */
export function segmentItem(key: string, body: Partial<SegmentBody> = {}, rev = 1): SegmentItem {
  return { kind: 'segment', key, rev, body: aSegmentBody({ salt: key, ...body }) };
}
