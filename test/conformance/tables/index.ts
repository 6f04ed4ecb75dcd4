import { attributes } from './attributes.ts';
import { contexts } from './contexts.ts';
import { dates } from './dates.ts';
import type { Table } from './kit.ts';
import { networks } from './networks.ts';
import { order } from './order.ts';
import { patterns } from './patterns.ts';
import { prerequisites } from './prerequisites.ts';
import { segments } from './segments.ts';
import { splitTable } from './splits.ts';
import { textAndNumbers } from './text-and-numbers.ts';
import { unreadable } from './unreadable.ts';
import { versions } from './versions.ts';

export const TABLES: readonly Table[] = [
  order,
  contexts,
  attributes,
  textAndNumbers,
  dates,
  versions,
  networks,
  patterns,
  segments,
  prerequisites,
  splitTable,
  unreadable,
];
