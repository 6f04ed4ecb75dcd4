export type {
  Definitions,
  EnvironmentDefinition,
  FlagDefinition,
  MembershipDefinition,
  RuleDefinition,
  SegmentDefinition,
  SegmentRuleDefinition,
  ServeDefinition,
  SplitDefinition,
} from './definition.ts';
export { DEFINITION_FORMAT } from './definition.ts';
