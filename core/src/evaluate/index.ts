/** Evaluation by itself: what a flag answers for a context, once its definition and those that it names are known. */
export { compileFlag, compileSegment } from './compile.ts';
export { createEvaluator } from './evaluator.ts';
