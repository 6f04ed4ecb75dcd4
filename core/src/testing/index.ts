export {
  arbitraryContext,
  arbitraryFlagBody,
  arbitraryItems,
} from './arbitraries.ts';
export {
  aConfig,
  aContext,
  aFlag,
  aFlagBody,
  aRule,
  aSegment,
  aSegmentBody,
  aSegmentConfig,
  flagItem,
  segmentItem,
} from './builders.ts';
export { arbitraryConfig } from './change-arbitraries.ts';
export { hostileTexts, refusedTexts, spoilable, spoiledBodies, spoilingChange } from './hostile-frames.ts';
export { type Spoiled, spoiled, spoiledItems } from './junk.ts';
