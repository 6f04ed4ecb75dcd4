import { expect, test } from 'vitest';
import { curlOf } from './curl.ts';

test('a request is one command whatever it contains, and holds no secret', () => {
  const command = curlOf('https://flags.example/api', { context: { key: "d'Arc $HOME `x`" } });
  expect(command.split(' \\\n  ')).toEqual([
    "curl -sS 'https://flags.example/api'",
    '-H "Authorization: Bearer $TOKEN"',
    "-H 'Content-Type: application/json'",
    `-d '{"context":{"key":"d'\\''Arc $HOME \`x\`"}}'`,
  ]);
});
