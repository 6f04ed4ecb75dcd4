import { KEY_PATTERN, RESERVED_KEYS } from '../model/keys.ts';
import type { Flag, FlagConfig, Segment, SegmentConfig, Variation } from '../model/model.ts';
import type { ChangeFacts, FlagInEnvironment, SegmentInEnvironment } from './facts.ts';
import type { FlagInput, SegmentInput } from './instructions.ts';
import { type Applied, type ChangeProblem, refused, unless } from './problem.ts';
import { isMigration, MIGRATION_STAGES, PURPOSES } from './purposes.ts';
import { type Checks, validateFlag } from './validate-flag.ts';
import { code } from './words.ts';

const ON_AND_OFF: readonly Variation[] = [
  { key: 'on', value: true },
  { key: 'off', value: false },
];

/** A new flag, and what it does in every environment at first: it is off. Problems point into the input. */
export function createFlag(input: FlagInput, facts: ChangeFacts, checks: Checks = {}): Applied<FlagInEnvironment> {
  const { key, purpose = 'release' } = input;
  const variations = input.variations ?? variationsFor(input);
  if (variations === undefined)
    return refused('invalid', '/variations', `A ${input.type} flag has no variations of its own. Give at least two.`);
  const flag: Flag = {
    key,
    name: input.name ?? key,
    description: input.description ?? '',
    type: input.type,
    variations,
    purpose,
    lifetimeDays: input.lifetimeDays === undefined ? PURPOSES[purpose].lifetimeDays : input.lifetimeDays,
    owner: input.owner ?? null,
    tags: [...new Set(input.tags)],
    links: [],
    metadata: input.metadata ?? {},
    clientSide: input.clientSide ?? false,
    salt: key,
    jsonSchema: null,
    createdAt: facts.now,
    createdBy: facts.actor,
    archivedAt: null,
  };
  const problems = [...problemsOfKey(key), ...problemsOfPurpose(flag), ...validateFlag(flag, checks)];
  return unless(problems, () => ({ flag, config: startingConfig(flag) }));
}

/** What a flag does in an environment where nobody has said anything yet. */
export function startingConfig(flag: Flag): FlagConfig {
  const first = flag.variations[0];
  const last = flag.variations.at(-1);
  if (first === undefined || last === undefined) throw new Error(`flag ${flag.key} has no variations`);
  // The last stage of a migration sends everybody to the new store alone: its safe variation is the first.
  const safe = flag.purpose === 'migration' ? first : last;
  return {
    on: false,
    killed: null,
    offVariation: safe.key,
    prerequisites: [],
    targets: [],
    rules: [],
    fallthrough: { variation: first.key },
  };
}

/** A new segment, and its definition in every environment: nobody belongs to it. */
export function createSegment(input: SegmentInput, facts: ChangeFacts): Applied<SegmentInEnvironment> {
  const { key, name = key, description = '' } = input;
  const segment: Segment = { key, name, description, createdAt: facts.now, createdBy: facts.actor };
  return unless(problemsOfKey(key), () => ({ segment, config: startingSegmentConfig() }));
}

export function startingSegmentConfig(): SegmentConfig {
  return { included: [], excluded: [], rules: [] };
}

function variationsFor({ type, purpose }: FlagInput): readonly Variation[] | undefined {
  if (purpose === 'migration') return MIGRATION_STAGES;
  return type === 'boolean' ? ON_AND_OFF : undefined;
}

function problemsOfKey(key: string): readonly ChangeProblem[] {
  if (RESERVED_KEYS.has(key))
    return [{ code: 'reserved', pointer: '/key', detail: `${code(key)} is a reserved word. Choose another key.` }];
  if (KEY_PATTERN.test(key)) return [];
  const detail =
    'A key begins with a letter or digit and has at most 128 letters, digits, dots, underscores and hyphens.';
  return [{ code: 'invalid', pointer: '/key', detail }];
}

function problemsOfPurpose(flag: Flag): readonly ChangeProblem[] {
  if (flag.purpose !== 'migration' || (flag.type === 'string' && isMigration(flag.variations))) return [];
  const stages = MIGRATION_STAGES.map((stage) => code(stage.key)).join(', ');
  const detail = `A migration flag is a string flag with the six variations ${stages}. Leave \`variations\` out.`;
  return [{ code: 'invalid', pointer: flag.type === 'string' ? '/variations' : '/type', detail }];
}
