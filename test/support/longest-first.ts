import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They wait for something else most of the time: beside files that do not, they cost next to nothing. */
const WAITING = ['e2e/fresh-clone.test.ts', 'faults/stream-faults.test.ts', 'e2e/demo.test.ts'];
/** Its files are so short that no worker waits long for another in the end, but for one. */
const SHORT = 'unit';
const LONG = 'import/launchdarkly-vendor.test.ts';

/** What waits begins at different times, the longest of it first; what takes a moment comes last. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const short = sorted.filter(({ project, moduleId }) => project.name === SHORT && !moduleId.endsWith(LONG));
    const waiting = WAITING.flatMap((name) => sorted.filter(({ moduleId }) => moduleId.endsWith(name)));
    const others = sorted.filter((file) => !short.includes(file) && !waiting.includes(file));
    const share = Math.ceil(others.length / Math.max(1, waiting.length));
    const dealt = waiting.flatMap((file, turn) => [file, ...others.slice(turn * share, (turn + 1) * share)]);
    return [...dealt, ...others.slice(waiting.length * share), ...short];
  }
}
