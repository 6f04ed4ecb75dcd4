import { KEY_PATTERN } from '@glidepath/core';
import { Failure } from '../failure.ts';

/** What Windows takes for a device, whatever comes behind the dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** The name of a file for one definition. No key begins with `_`, so that no other has the same name. */
export function fileNameOf(key: string): string {
  // Whatever answers in the place of the service must not choose where files are written.
  if (!KEY_PATTERN.test(key))
    throw new Failure('failed', 'answer', `The service names a definition ${JSON.stringify(key)}, which is no key.`);
  return `${DEVICE.test(key) ? '_' : ''}${key}.yaml`;
}
