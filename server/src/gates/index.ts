export { DEFAULT_GATES } from './gate-schemas.ts';
export { errorStanding, latencyStanding, precisionOf } from './harm.ts';
export { differenceWithin, type Interval, type Precision, ratioWithin, sampleRatioOf } from './statistics.ts';
