import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CASE_FILES, CASES, readCaseFile } from './cases.ts';
import { caseFileOf } from './drafts.ts';
import { bucketOf, hashOf } from './reference/buckets.ts';
import { expectedOf } from './reference.ts';
import { TABLES } from './tables/index.ts';

describe('the conformance cases', () => {
  test('are at least 400, each with a title of its own', () => {
    const titles = CASES.map(({ title }) => title);
    expect(titles.length).toBeGreaterThanOrEqual(400);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('name the sentence that they show', () => {
    expect(CASES.filter(({ shows }) => shows.length < 10)).toEqual([]);
  });

  test.for(CASE_FILES)('of %s expect what the reference answers', (file) => {
    for (const { expected, ...question } of readCaseFile(file).cases) {
      const answer = expectedOf(question);
      // A fallback stands in the file as it was given, tagged where JSON cannot say it.
      const value = answer.variation === null ? question.fallback : answer.value;
      expect([question.name, { ...answer, value }]).toEqual([question.name, expected]);
    }
  });

  test('are those of the tables: run write-cases.ts', () => {
    expect(CASE_FILES).toEqual(TABLES.map(({ file }) => file).sort());
    for (const table of TABLES) expect(readCaseFile(table.file)).toEqual(JSON.parse(JSON.stringify(caseFileOf(table))));
  });
});

describe('the reference', () => {
  const vectors = (name: string) => {
    const file = new URL(`../../core/src/evaluate/testdata/${name}-vectors.json`, import.meta.url);
    return JSON.parse(readFileSync(file, 'utf8')).vectors as readonly Readonly<Record<string, string & number>>[];
  };

  test('has the published hash of every text', () => {
    const texts = vectors('murmur3').filter(({ text }) => text !== undefined);
    expect(texts.length).toBeGreaterThan(100);
    for (const { text = '', seed = 0, hash } of texts)
      expect([text, seed, hashOf(text, seed)]).toEqual([text, seed, hash]);
  });

  test('has the published bucket of every value', () => {
    for (const { salt = '', value = '', bucket } of vectors('bucketing'))
      expect([salt, value, bucketOf(salt, value)]).toEqual([salt, value, bucket]);
  });
});
