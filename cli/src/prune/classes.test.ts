import { describe, expect, test } from 'vitest';
import { folded } from './testing-fold.ts';

describe('private fields that hold the value', () => {
  test.for<[title: string, code: string, left: string]>([
    [
      'of TypeScript',
      'export class Pay {\n  private readonly isNew = FLAG;\n\n  pay(c) {\n    return this.isNew ? this.fresh(c) : this.old(c);\n  }\n\n  private fresh(c) {\n    return c;\n  }\n\n  private old(c) {\n    return c.v1;\n  }\n}',
      'export class Pay {\n  pay(c) {\n    return this.fresh(c);\n  }\n\n  private fresh(c) {\n    return c;\n  }\n}',
    ],
    [
      'of JavaScript, with methods of their own',
      'class Pay {\n  #isNew = FLAG;\n  pay = () => (this.#isNew ? 1 : this.#old());\n  #old() {\n    return 2;\n  }\n}\nuse(Pay);',
      'class Pay {\n  pay = () => 1;\n}\nuse(Pay);',
    ],
    [
      'set by the constructor',
      'class Pay {\n  private readonly cart;\n  private readonly isNew: boolean;\n  constructor(cart) {\n    this.cart = cart;\n    this.isNew = FLAG;\n  }\n  pay() {\n    if (this.isNew) return this.cart.pay();\n    return 0;\n  }\n}\nuse(Pay);',
      'class Pay {\n  private readonly cart;\n  constructor(cart) {\n    this.cart = cart;\n  }\n  pay() {\n    return this.cart.pay();\n  }\n}\nuse(Pay);',
    ],
  ])('%s go', ([, code, left]) => {
    expect(folded(code, true)).toBe(left);
  });

  test.for<[title: string, code: string]>([
    ['that are set again', 'private isNew = FLAG;\n  stop() {\n    this.isNew = false;\n  }'],
    ['that others may name', 'isNew = FLAG;'],
    ['by names that are computed', 'private isNew = FLAG;\n  set(name) {\n    this[name] = 1;\n  }'],
    ['of objects as a whole', 'private isNew = FLAG;\n  copy() {\n    return { ...this };\n  }'],
    ['of another object', 'private isNew = FLAG;\n  same(other) {\n    return other.isNew;\n  }'],
    ['before they are set', 'a = this.test();\n  private isNew = FLAG;'],
    [
      'before the constructor sets them',
      'private isNew;\n  constructor() {\n    this.test();\n    this.isNew = FLAG;\n  }',
    ],
    [
      'that the constructor may not set',
      'private isNew;\n  constructor(a) {\n    if (a) return;\n    this.isNew = FLAG;\n  }',
    ],
  ])('%s stay', ([, members]) => {
    const code = `class Pay {\n  ${members}\n  test() {\n    return this.isNew ? 1 : 2;\n  }\n}\nuse(Pay);`;
    expect(folded(code, true)).toBe(code.replace('FLAG', 'true'));
  });

  test('of classes under others stay: what is above may use them first', () => {
    const code = 'class Pay extends Base {\n  #isNew = FLAG;\n  test() {\n    return this.#isNew;\n  }\n}\nuse(Pay);';
    expect(folded(code, true)).toBe(code.replace('FLAG', 'true'));
  });

  test('what nobody used before stays', () => {
    const code = 'class Pay {\n  private never() {}\n  test() {\n    return FLAG;\n  }\n}\nuse(Pay);';
    expect(folded(code, true)).toBe(code.replace('FLAG', 'true'));
  });
});
