import { defineFlag } from '@glidepath/sdk-node';
import { log } from './trace.ts';

export const newCheckout = defineFlag('new-checkout', { fallback: false });
export const beta = defineFlag('beta', { fallback: true });

export const scenario = (): void => void log('declared', typeof beta);
