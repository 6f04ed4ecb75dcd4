import { describe, expect, test } from 'vitest';
import { RefusedError } from '../../errors.ts';
import { mayRetry, postgresErrorOf } from './postgres-errors.ts';

const coded = (code: string) => Object.assign(new Error('told by the driver'), { code });
const wrapped = (cause: Error) => new Error('Failed query', { cause });

describe('an error of PostgreSQL', () => {
  test.for<[string, Error, string]>([
    ['a refused connection', coded('ECONNREFUSED'), 'unavailable'],
    ['every address of a host', new AggregateError([coded('ECONNREFUSED'), coded('ETIMEDOUT')]), 'unavailable'],
    ['a connection failure', wrapped(coded('08006')), 'unavailable'],
    ['a shutdown', wrapped(coded('57P01')), 'unavailable'],
    ['a standby', wrapped(coded('25006')), 'unavailable'],
    ['a statement that took too long', wrapped(coded('57014')), 'unavailable'],
    ['a lock that was not to be had', wrapped(coded('55P03')), 'unavailable'],
    ['a deadlock', wrapped(coded('40P01')), 'unavailable'],
    ['a connection that ended', new Error('Connection terminated unexpectedly'), 'unavailable'],
    ['a server that fell silent', wrapped(new Error('Query read timeout')), 'unavailable'],
    ['an exhausted pool', new Error('timeout exceeded when trying to connect'), 'unavailable'],
    ['a full disk', wrapped(coded('53100')), 'storage-full'],
  ])('%s', ([, error, code]) => {
    expect(postgresErrorOf(error)).toMatchObject({ refusal: { code } });
  });

  test('that is a mistake of ours stays what it is', () => {
    const mistake = wrapped(coded('42703'));
    expect(postgresErrorOf(mistake)).toBe(mistake);
    expect(postgresErrorOf('text')).toBe('text');
  });

  test('that is a refusal already stays that refusal', () => {
    const refusal = new RefusedError({ code: 'already-exists', detail: 'taken' });
    expect(postgresErrorOf(refusal)).toBe(refusal);
  });

  test('allows another attempt only where the database asks for it', () => {
    expect(mayRetry(wrapped(coded('40001')))).toBe(true);
    expect(mayRetry(wrapped(coded('40P01')))).toBe(true);
    expect(mayRetry(wrapped(coded('57014')))).toBe(false);
  });
});
