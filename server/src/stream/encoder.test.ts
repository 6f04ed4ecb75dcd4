import { describe, expect, test } from 'vitest';
import { createEncoder } from './encoder.ts';

describe('the encoder of frames', () => {
  test('gives every socket the same buffer', () => {
    const encode = createEncoder(1_000);
    expect(encode('{"v":"é"}')).toBe(encode(['{"v":', '"é"}'].join('')));
    expect(encode('{"v":"é"}').toString()).toBe('{"v":"é"}');
  });

  test('keeps no more than it may, and the newest frame always', () => {
    const encode = createEncoder(10);
    const first = encode('12345678');
    const large = encode('a frame over the limit');
    expect(encode('a frame over the limit')).toBe(large);
    expect(encode('12345678')).not.toBe(first);
  });
});
