import { List, Text } from '@mantine/core';
import { Sentence } from '../../kit/sentence.tsx';

/** What the server refuses, by where it points to. */
export interface PointedProblem {
  readonly pointer: string;
  readonly detail: string;
}

/** The problems of one part and of all that is inside of it. */
export function problemsUnder(problems: readonly PointedProblem[], pointer: string): readonly PointedProblem[] {
  return problems.filter((problem) => problem.pointer === pointer || problem.pointer.startsWith(`${pointer}/`));
}

/** Pointers from the plan on, which the server finds inside what was sent. */
export function inPlan(problems: readonly PointedProblem[]): readonly PointedProblem[] {
  return problems.map(({ pointer, detail }) => ({ pointer: pointer.replace(/^\/plan(?=\/|$)/, ''), detail }));
}

/** What belongs to none of these parts. */
export function problemsElsewhere(
  problems: readonly PointedProblem[],
  places: readonly string[],
): readonly PointedProblem[] {
  const placed = new Set(places.flatMap((place) => problemsUnder(problems, place)));
  return problems.filter((problem) => !placed.has(problem));
}

/** Beside what they are about. */
export function ProblemLines({ problems }: { readonly problems: readonly PointedProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <List role="alert" size="sm" c="red">
      {problems.map(({ pointer, detail }) => (
        <List.Item key={`${pointer} ${detail}`}>
          <Text span size="sm" c="red">
            <Sentence text={detail} />
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
