import type { FlagBody, Item } from '@glidepath/core';
import { type Draft, flag, flagItem, isIn, OFF, ON, segmentItem, type Table, users } from './kit.ts';

const shows = 'A prerequisite must be on and serve one of the variations that satisfy it, else: the off variation.';
const several = 'Prerequisites are asked in order; the first that is not met is named.';
const levels = 'A prerequisite is evaluated like any flag, its own prerequisites included.';
const cycle = 'A cycle yields `MALFORMED_FLAG`, never an endless loop; it is found only where it is reached.';
const absent = 'A flag that refers to something absent is malformed.';

const needs = (...keys: readonly string[]) => keys.map((key) => ({ flag: key, variations: ['on'] }));

type Row = readonly [name: string, items: readonly Item[], gives: string, context?: unknown];

const cases = (sentence: string, rows: readonly Row[]): readonly Draft[] =>
  rows.map(([name, items, gives, context = { key: 'u' }]) => ({ name, shows: sentence, items, context, gives }));

const asking = (needed: Partial<FlagBody>, variations: readonly string[] = ['on']): readonly Item[] => [
  flagItem('needed', needed),
  flag({ prerequisites: [{ flag: 'needed', variations }] }),
];

/** `f0` needs `f1`, and so on. */
function chain(length: number, last: Partial<FlagBody> = {}): readonly Item[] {
  return Array.from({ length }, (_, i) => {
    const key = i === 0 ? 'flag' : `f${i}`;
    return i + 1 < length ? flagItem(key, { prerequisites: needs(`f${i + 1}`) }) : flagItem(key, last);
  });
}

export const prerequisites: Table = {
  file: 'prerequisites',
  about: 'Flags that need other flags.',
  drafts: [
    ...cases(shows, [
      ['it serves a wanted variation', asking({}), 'on FALLTHROUGH'],
      ['it serves another variation', asking({ fallthrough: OFF }), 'off PREREQUISITE_FAILED'],
      ['it serves the second of two wanted variations', asking({ fallthrough: OFF }, ['on', 'off']), 'on FALLTHROUGH'],
      ['no variation is wanted', asking({}, []), 'off PREREQUISITE_FAILED'],
      ['a variation is wanted that it does not have', asking({}, ['blue']), 'off PREREQUISITE_FAILED'],
      ['it is off, and its off variation is wanted', asking({ on: false }, ['off']), 'off PREREQUISITE_FAILED'],
      ['it is off, and everything is wanted', asking({ on: false }, ['on', 'off']), 'off PREREQUISITE_FAILED'],
      ['it is killed, and its off variation is wanted', asking({ killed: true }, ['off']), 'off PREREQUISITE_FAILED'],
      ['it is archived', asking({ archived: true }), 'on FALLTHROUGH'],
      [
        'it serves the wanted variation by a target',
        asking({ targets: [{ variation: 0, contextKind: 'user', keys: ['u'] }], fallthrough: OFF }),
        'on FALLTHROUGH',
      ],
      [
        'it serves the wanted variation by a rule',
        asking({
          rules: [{ id: 'r', clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: ON }],
          fallthrough: OFF,
        }),
        'on FALLTHROUGH',
        { key: 'u', plan: 'pro' },
      ],
      [
        'its rule does not match',
        asking({
          rules: [{ id: 'r', clauses: [{ attribute: 'plan', operator: 'in', values: ['pro'] }], serve: ON }],
          fallthrough: OFF,
        }),
        'off PREREQUISITE_FAILED',
      ],
      [
        'it splits, and the bucket is of the wanted variation',
        asking({
          salt: 'a',
          fallthrough: {
            split: {
              ranges: [
                [852, 0],
                [100_000, 1],
              ],
            },
          },
        }),
        'on FALLTHROUGH',
        { key: 'user-1' },
      ],
      [
        'it splits, and the bucket is of another variation',
        asking({
          salt: 'a',
          fallthrough: {
            split: {
              ranges: [
                [851, 0],
                [100_000, 1],
              ],
            },
          },
        }),
        'off PREREQUISITE_FAILED',
        { key: 'user-1' },
      ],
      [
        'it splits, and nobody can be bucketed',
        asking(
          {
            fallthrough: {
              split: {
                ranges: [
                  [50_000, 0],
                  [100_000, 1],
                ],
              },
            },
          },
          ['off'],
        ),
        'on FALLTHROUGH',
        { plan: 'pro' },
      ],
      [
        'its type does not matter to the caller',
        asking({
          type: 'number',
          variations: [
            { key: 'on', value: 1 },
            { key: 'off', value: 0 },
          ],
        }),
        'on FALLTHROUGH',
      ],
      [
        'its variation is told by its key, not by its value',
        asking({
          type: 'string',
          variations: [
            { key: 'blue', value: 'on' },
            { key: 'red', value: 'off' },
          ],
        }),
        'off PREREQUISITE_FAILED',
      ],
      [
        'a variation with a key that is not ASCII',
        asking(
          {
            variations: [
              { key: 'да', value: true },
              { key: 'нет', value: false },
            ],
          },
          ['да'],
        ),
        'on FALLTHROUGH',
      ],
    ]),
    ...cases(several, [
      ['both are met', [flagItem('a'), flagItem('b'), flag({ prerequisites: needs('a', 'b') })], 'on FALLTHROUGH'],
      [
        'the first is not met',
        [flagItem('a', { on: false }), flagItem('b'), flag({ prerequisites: needs('a', 'b') })],
        'off PREREQUISITE_FAILED',
      ],
      [
        'the second is not met',
        [flagItem('a'), flagItem('b', { on: false }), flag({ prerequisites: needs('a', 'b') })],
        'off PREREQUISITE_FAILED',
      ],
      [
        'neither is met',
        [flagItem('a', { on: false }), flagItem('b', { killed: true }), flag({ prerequisites: needs('b', 'a') })],
        'off PREREQUISITE_FAILED',
      ],
      [
        'what comes after one that is not met is not asked',
        [flagItem('a', { on: false }), flag({ prerequisites: needs('a', 'gone') })],
        'off PREREQUISITE_FAILED',
      ],
      ['the same one twice', [flagItem('a'), flag({ prerequisites: needs('a', 'a') })], 'on FALLTHROUGH'],
    ]),
    ...cases(levels, [
      ['two levels, all on', chain(3), 'on FALLTHROUGH'],
      ['the last of three levels is off', chain(3, { on: false }), 'off PREREQUISITE_FAILED'],
      ['a hundred levels', chain(100), 'on FALLTHROUGH'],
      [
        'one that fails its own prerequisite serves its off variation, which may be wanted',
        [
          flagItem('deep', { on: false }),
          flagItem('needed', { prerequisites: needs('deep') }),
          flag({ prerequisites: [{ flag: 'needed', variations: ['off'] }] }),
        ],
        'on FALLTHROUGH',
      ],
      [
        'two ways to the same flag are no cycle',
        [
          flagItem('base'),
          flagItem('left', { prerequisites: needs('base') }),
          flagItem('right', { prerequisites: needs('base') }),
          flag({ prerequisites: needs('left', 'right') }),
        ],
        'on FALLTHROUGH',
      ],
    ]),
    ...cases(levels, [
      [
        'two ways to a flag that needs another are no cycle',
        [
          flagItem('deep'),
          flagItem('base', { prerequisites: needs('deep') }),
          flagItem('left', { prerequisites: needs('base') }),
          flagItem('right', { prerequisites: needs('base') }),
          flag({ prerequisites: needs('left', 'right') }),
        ],
        'on FALLTHROUGH',
      ],
      [
        'two ways to a flag whose own prerequisite is off',
        [
          flagItem('deep', { on: false }),
          flagItem('base', { prerequisites: needs('deep') }),
          flagItem('left', { prerequisites: [{ flag: 'base', variations: ['off'] }] }),
          flagItem('right', { prerequisites: needs('base') }),
          flag({ prerequisites: needs('left', 'right') }),
        ],
        'off PREREQUISITE_FAILED',
      ],
    ]),
    ...cases('References lead on at most 100 times.', [
      ['a hundred and ten levels', chain(110), 'ERROR MALFORMED_FLAG'],
    ]),
    ...cases(cycle, [
      ['a flag needs itself', [flag({ prerequisites: needs('flag') })], 'ERROR MALFORMED_FLAG'],
      [
        'two flags need each other',
        [flag({ prerequisites: needs('b') }), flagItem('b', { prerequisites: needs('flag') })],
        'ERROR MALFORMED_FLAG',
      ],
      [
        'a cycle further on',
        [
          flag({ prerequisites: needs('b') }),
          flagItem('b', { prerequisites: needs('c') }),
          flagItem('c', { prerequisites: needs('b') }),
        ],
        'ERROR MALFORMED_FLAG',
      ],
      [
        'a cycle behind a flag that is off',
        [flag({ prerequisites: needs('b') }), flagItem('b', { on: false, prerequisites: needs('flag') })],
        'off PREREQUISITE_FAILED',
      ],
      [
        'a cycle behind a flag that is killed',
        [flag({ prerequisites: needs('b') }), flagItem('b', { killed: true, prerequisites: needs('flag') })],
        'off PREREQUISITE_FAILED',
      ],
      [
        'a cycle behind a prerequisite that is not met',
        [flag({ prerequisites: needs('a', 'flag') }), flagItem('a', { on: false })],
        'off PREREQUISITE_FAILED',
      ],
      [
        'a cycle by way of a segment is none: segments need no flags',
        [
          flagItem('b', { rules: [{ id: 'r', clauses: [isIn(['s'])], serve: ON }], fallthrough: OFF }),
          segmentItem('s', { included: users('u') }),
          flag({ prerequisites: needs('b') }),
        ],
        'on FALLTHROUGH',
      ],
    ]),
    ...cases(absent, [
      ['a prerequisite that is not there', [flag({ prerequisites: needs('gone') })], 'ERROR MALFORMED_FLAG'],
      [
        'a prerequisite that names a segment',
        [flag({ prerequisites: needs('s') }), segmentItem('s')],
        'ERROR MALFORMED_FLAG',
      ],
      [
        'a prerequisite of a prerequisite that is not there',
        [flag({ prerequisites: needs('a') }), flagItem('a', { prerequisites: needs('gone') })],
        'ERROR MALFORMED_FLAG',
      ],
      ['a prerequisite named constructor', [flag({ prerequisites: needs('constructor') })], 'ERROR MALFORMED_FLAG'],
      [
        'a prerequisite named toString that is there',
        [flag({ prerequisites: needs('toString') }), flagItem('toString')],
        'on FALLTHROUGH',
      ],
    ]),
    ...cases('What keeps a prerequisite from being evaluated keeps the flag from it too.', [
      [
        'a prerequisite with an unknown operator',
        [
          flag({ prerequisites: needs('a') }),
          flagItem('a', {
            rules: [{ id: 'r', clauses: [{ attribute: 'a', operator: 'sounds-like', values: ['x'] }], serve: ON }],
          }),
        ],
        'ERROR UNSUPPORTED',
      ],
      [
        'a prerequisite of an unknown schema',
        [flag({ prerequisites: needs('a') }), flagItem('a', { schema: 99 })],
        'ERROR UNSUPPORTED',
      ],
      [
        'a prerequisite that is malformed',
        [flag({ prerequisites: needs('a') }), flagItem('a', { fallthrough: { variation: 7 } })],
        'ERROR MALFORMED_FLAG',
      ],
    ]),
  ],
};
