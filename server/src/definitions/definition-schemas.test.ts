import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileJsonSchema } from './definition-schemas.ts';

const PUBLISHED = fileURLToPath(new URL('../../../docs/schema/flags-v1.schema.json', import.meta.url));

/** `vitest -u` on this file writes it anew. */
test('the published JSON Schema of files is the one by which they are checked', async () => {
  await expect(`${JSON.stringify(fileJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(PUBLISHED);
});
