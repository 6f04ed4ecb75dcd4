export type {
  ConfigInstruction,
  FlagInput,
  FlagInstruction,
  Instruction,
  MembersInput,
  RuleInput,
  SegmentConfigInstruction,
  SegmentInstruction,
  ServeInput,
} from './instructions.ts';
export type { Applied, ChangeProblem } from './problem.ts';
