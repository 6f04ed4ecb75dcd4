import { describe, expect, test } from 'vitest';
import { checkVersion } from './version.ts';

describe('the version of a database', () => {
  test.for<[string, string]>([
    ['3.51.2', '3.51.3'],
    ['3.50.9', '3.51.3'],
    ['2.99.99', '3.51.3'],
    ['3.51', '3.51.3'],
    ['13.22', '14'],
    ['9.6', '14'],
  ])('T16: %s is refused where %s is needed', ([actual, minimum]) => {
    expect(() => checkVersion('SQLite', actual, minimum)).toThrow(`SQLite ${actual} is too old`);
  });

  test.for<[string, string]>([
    ['3.51.3', '3.51.3'],
    ['3.53.2', '3.51.3'],
    ['4.0.0', '3.51.3'],
    ['14.0', '14'],
    ['18.4', '14'],
  ])('T16: %s is accepted where %s is needed', ([actual, minimum]) => {
    expect(() => checkVersion('SQLite', actual, minimum)).not.toThrow();
  });
});
