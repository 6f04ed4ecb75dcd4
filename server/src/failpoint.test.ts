import { afterEach, describe, expect, test } from 'vitest';
import { armFailpoints, failpoint } from './failpoint.ts';

describe('a failpoint', () => {
  afterEach(() => {
    armFailpoints('');
  });

  test('does nothing until it is armed', async () => {
    await expect(failpoint('before-commit')).resolves.toBeUndefined();
  });

  test('throws at every pass, or only at the given one', async () => {
    armFailpoints('before-commit=throw;after-commit=throw@2');
    await expect(failpoint('before-commit')).rejects.toThrow('failpoint before-commit');
    await expect(failpoint('before-commit')).rejects.toThrow('failpoint before-commit');
    await expect(failpoint('after-commit')).resolves.toBeUndefined();
    await expect(failpoint('after-commit')).rejects.toThrow('failpoint after-commit');
    await expect(failpoint('after-commit')).resolves.toBeUndefined();
  });

  test('sleeps for as long as it is told', async () => {
    armFailpoints('before-answer=sleep:30');
    const start = performance.now();
    await failpoint('before-answer');
    expect(performance.now() - start).toBeGreaterThan(25);
  });

  test('that is misspelt is refused by name', () => {
    expect(() => armFailpoints('before-commit=explode')).toThrow('GLIDEPATH_FAILPOINTS: "before-commit=explode"');
  });
});
