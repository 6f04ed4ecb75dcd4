const PATTERN_CHARACTERS = 256;
const PROGRAM_INSTRUCTIONS = 1_000;
const INPUT_CHARACTERS = 4_096;

/** The part of re2js that evaluation uses. */
export interface Re2 {
  compile(pattern: string): { test(input: string): boolean; programSize(): number };
}

/** Compiles a pattern to a predicate; throws for what is no RE2 pattern or too large a one. */
export type MatchesEngine = (pattern: string) => (input: string) => boolean;

/**
 * The engine of the `matches` operator: finds the pattern anywhere in the input, in time linear in the input.
 * Patterns have at most 256 characters and 1,000 instructions; an input over 4,096 characters matches nothing.
 * `load` is called with the first pattern, so that nobody pays for an engine that no flag uses.
 */
export function re2Engine(load: () => Re2): MatchesEngine {
  return (pattern) => {
    if (pattern.length > PATTERN_CHARACTERS)
      throw new RangeError(`the pattern has ${pattern.length} characters; at most ${PATTERN_CHARACTERS} are allowed`);
    const compiled = load().compile(pattern);
    if (compiled.programSize() > PROGRAM_INSTRUCTIONS)
      throw new RangeError(`the pattern is too complex; at most ${PROGRAM_INSTRUCTIONS} instructions are allowed`);
    return (input) => input.length <= INPUT_CHARACTERS && compiled.test(input);
  };
}
