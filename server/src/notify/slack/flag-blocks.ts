import type { KnownBlock } from '@slack/types';
import type { FlagGroup, FlagTarget, MessageFlag } from '../message.ts';
import { actions, richLines, type Span } from './blocks.ts';
import { buttonsOfFlag, flagValue } from './buttons/flag-buttons.ts';

interface FlagBlocksOptions {
  readonly hasButtons: boolean;
  /** As many blocks as there is room for. */
  readonly most: number;
}

type Line = readonly Span[];
type Drawn = { readonly kind: 'line'; readonly line: Line } | { readonly kind: 'buttons'; readonly flag: FlagTarget };

/** Flags by owner: those with buttons by themselves, the others as lines, as close together as Slack allows. */
export function flagBlocks(
  groups: readonly FlagGroup[],
  { hasButtons, most }: FlagBlocksOptions,
): readonly KnownBlock[] {
  const drawn = groups.flatMap((group) => drawnGroup(group, hasButtons));
  const blocks: KnownBlock[] = [];
  let lines: Line[] = [];
  for (const one of drawn) {
    if (one.kind === 'line') {
      lines.push(one.line);
      continue;
    }
    blocks.push(...richLines(lines, most), actions(buttonsOfFlag(one.flag), flagValue(one.flag.id)));
    lines = [];
  }
  // Whatever leaves no room for the rest, the rest is counted.
  const room = Math.max(0, most - blocks.length);
  return [...blocks, ...(room === 0 ? [] : richLines(lines, room))].slice(0, most);
}

function drawnGroup({ heading, person, flags }: FlagGroup, hasButtons: boolean): readonly Drawn[] {
  const name: Line = person === null ? [{ bold: heading }] : [{ person }];
  return [
    { kind: 'line', line: name },
    ...flags.flatMap((flag) => (flag.target === null ? lineOf(flag) : wholeOf(flag, flag.target, hasButtons))),
  ];
}

function wholeOf(flag: MessageFlag, target: FlagTarget, hasButtons: boolean): readonly Drawn[] {
  const { key, url, state, reasons } = flag;
  const lines: readonly Line[] = [
    [{ text: key, url }, ` · ${state}`],
    ...reasons.map((reason): Line => ['• ', reason]),
  ];
  const drawn = lines.map((line): Drawn => ({ kind: 'line', line }));
  return hasButtons ? [...drawn, { kind: 'buttons', flag: target }] : drawn;
}

function lineOf({ key, url, state, reasons }: MessageFlag): readonly Drawn[] {
  const why = reasons.length === 0 ? [] : [`: ${reasons.join(' ')}`];
  return [{ kind: 'line', line: ['• ', { text: key, url }, ` · ${state}`, ...why] }];
}
