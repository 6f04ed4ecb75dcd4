import type { Instruction } from '../change/instructions.ts';
import type { EnvironmentDefinition, MembershipDefinition } from './definition.ts';

/** Where a definition says what instructions of each kind do; `rule` and `at` lead to one of its rules. */
const PLACES = {
  rename: '/name',
  describe: '/description',
  'set-owner': '/owner',
  'set-tags': '/tags',
  'set-links': '/links',
  'set-metadata': '/metadata',
  'set-purpose': '/purpose',
  'set-lifetime': '/lifetimeDays',
  'set-client-side': '/clientSide',
  'set-json-schema': '/jsonSchema',
  'add-variation': '/variations',
  'update-variation': '/variations',
  'remove-variation': '/variations',
  'set-salt': '/salt',
  archive: '/archived',
  unarchive: '/archived',
  'turn-on': '/on',
  'turn-off': '/on',
  kill: '',
  restore: '',
  'set-off-variation': '/offVariation',
  'set-fallthrough': '/fallthrough',
  'set-split': 'at',
  'add-rule': 'rule',
  'update-rule': 'rule',
  'remove-rule': '/rules',
  'move-rule': 'rule',
  'set-targets': '/targets',
  'add-targets': '/targets',
  'remove-targets': '/targets',
  'set-prerequisites': '/prerequisites',
  'add-members': 'list',
  'remove-members': 'list',
  'set-members': 'list',
} as const satisfies Record<Instruction['kind'], string>;

/**
 * Pointer to what an instruction does, in the definition of the environment that it is for (null: of what environments
 * share). `rest` is the path of a problem inside the instruction.
 */
export function placeOf(
  instruction: Instruction,
  definition: EnvironmentDefinition | MembershipDefinition | null,
  rest: readonly string[],
): string {
  const place = PLACES[instruction.kind];
  const ruleAt = (id: string) => {
    const index = definition?.rules?.findIndex((rule) => rule.id === id) ?? -1;
    return index < 0 ? '/rules' : `/rules/${index}`;
  };
  switch (place) {
    case 'rule': {
      const id = 'rule' in instruction ? instruction.rule.id : 'ruleId' in instruction ? instruction.ruleId : undefined;
      const inside = rest[0] === 'rule' ? rest.slice(1) : rest.filter((step) => step !== 'index' && step !== 'ruleId');
      return `${ruleAt(id ?? '')}${joined(inside)}`;
    }
    case 'at': {
      const at = 'at' in instruction ? instruction.at : '';
      return `${at === 'fallthrough' ? '/fallthrough' : `${ruleAt(at)}/serve`}`;
    }
    case 'list':
      return 'list' in instruction ? `/${instruction.list}` : '';
    case '/prerequisites':
      return `${place}${joined(rest.slice(1))}`;
    default:
      return place;
  }
}

const joined = (steps: readonly string[]): string => steps.map((step) => `/${step}`).join('');
