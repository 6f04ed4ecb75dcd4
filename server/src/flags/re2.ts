import type { Engines } from '@glidepath/core';
import { re2Engine } from '@glidepath/core';
import { RE2JS } from 're2js';

/** What the evaluator cannot bring itself: regular expressions in time linear in the input. */
export const engines: Engines = { matches: re2Engine(() => RE2JS) };
