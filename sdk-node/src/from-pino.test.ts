import { Writable } from 'node:stream';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { fromPino } from './from-pino.ts';
import { testPlatform } from './testing-platform.ts';

/** What Fastify logs with is pino. */
function aPino() {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(line, _encoding, done) {
      lines.push(JSON.parse(String(line)));
      done();
    },
  });
  return { pino: fastify({ logger: { level: 'debug', stream } }).log, lines };
}

test('with pino, lines are messages of their level, and fields are fields', () => {
  const { pino, lines } = aPino();
  const logger = fromPino(pino);
  for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](`a ${level}`, { code: 7 });
  logger.warn('plain');
  expect(lines).toMatchObject([
    { level: 20, msg: 'a debug', code: 7 },
    { level: 30, msg: 'a info', code: 7 },
    { level: 40, msg: 'a warn', code: 7 },
    { level: 50, msg: 'a error', code: 7 },
    { level: 40, msg: 'plain' },
  ]);
});

test('a client tells pino what is wrong, by its code', () => {
  const { pino, lines } = aPino();
  const flags = createClientOn(testPlatform(), { url: 'http://localhost:4000', logger: fromPino(pino) });
  expect(flags.variation('new-checkout', null, false)).toBe(false);
  expect(lines).toMatchObject([{ level: 50, msg: expect.stringContaining('[glidepath] GP1001') }]);
});
