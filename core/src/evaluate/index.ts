/**
 * Evaluation by itself: what a flag answers for a context, once its definition and those that it names are known. It
 * compares what JSON knows; the readers of other formats (versions, networks, instants) come with `formats`, regular
 * expressions with an engine.
 */
export { comparisons } from './comparisons.ts';
export { compileFlag, compileSegment } from './compile.ts';
export { createEvaluator } from './evaluator.ts';
