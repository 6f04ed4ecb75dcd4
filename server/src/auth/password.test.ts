import { describe, expect, test } from 'vitest';
import { openPasswords, passwordProblems } from './password.ts';

describe('a password', () => {
  test.for([
    'short',
    'elevenchars',
    'password1234',
    'Password1234!!!',
    'passwordpassword',
    'qwertyuiop12',
    '123456789012',
    'abcdefghijkl',
    'zyxwvutsrqpo',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'correcthorsebatterystaple',
    'ada.lovelace2026',
    'a'.repeat(257),
  ])('%s is refused with the reason', (password) => {
    expect(passwordProblems(password, 'ada.lovelace@example.test')).toMatchObject([{ pointer: '/password' }]);
  });

  test.for(['a long way to the harbour', 'Kdj3-fk2L-00xQ', 'ada.lovelace wrote notes', '漢字漢字 と かな と 木と火'])(
    '%s is accepted',
    (password) => {
      expect(passwordProblems(password, 'ada.lovelace@example.test')).toEqual([]);
    },
  );
});

describe('a stored password', () => {
  const passwords = openPasswords();

  test('is hashed with argon2id at the agreed cost, differently each time', async () => {
    const [first, second] = await Promise.all([passwords.hash('a long way home'), passwords.hash('a long way home')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(first).not.toBe(second);
  });

  test('matches itself and nothing else', async () => {
    const stored = await passwords.hash('a long way home');
    expect(await passwords.matches(stored, 'a long way home')).toBe(true);
    expect(await passwords.matches(stored, 'a long way homE')).toBe(false);
  });

  test('of nobody matches nothing, not even the stand-in', async () => {
    expect(await passwords.matches(null, 'nobody has this password')).toBe(false);
  });

  test('is hashed for at most 68 people at a time; the rest is asked to come back', async () => {
    const results = await Promise.allSettled(Array.from({ length: 80 }, () => passwords.hash('a long way home')));
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(12);
  });
});
