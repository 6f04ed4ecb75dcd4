import { defineFlag } from '@glidepath/sdk-node';

// The flags of this shop in one place, each with the value that is right when nobody answers.
export const banner = defineFlag('banner-text', { fallback: '' });
export const pageSize = defineFlag('page-size', { fallback: 3 });
