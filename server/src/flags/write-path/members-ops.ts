import type { MemberList, SegmentBody, SegmentItem } from '@glidepath/core';
import { isSame } from '@glidepath/core/change';
import { withMembers } from '@glidepath/core/protocol';
import type { MembersOp } from '../../store/store.ts';

/** How the keys of a segment changed, where saying that is shorter than the whole segment; else nothing. */
export function membersOpsOf(key: string, before: SegmentBody, after: SegmentBody): readonly MembersOp[] {
  const ops = (['included', 'excluded'] as const).flatMap((list) =>
    kindsOf(before[list], after[list]).flatMap((ctx) => opOf(key, list, ctx, before, after)),
  );
  const moved = ops.reduce((sum, { add, remove }) => sum + add.length + remove.length, 0);
  return moved * 2 < sizeOf(after) && leadsTo(key, ops, before, after) ? ops : [];
}

function opOf(
  key: string,
  list: 'included' | 'excluded',
  ctx: string,
  before: SegmentBody,
  after: SegmentBody,
): readonly MembersOp[] {
  const [was, is] = [keysOf(before[list], ctx), keysOf(after[list], ctx)];
  const add = [...is].filter((member) => !was.has(member));
  const remove = [...was].filter((member) => !is.has(member));
  return add.length + remove.length === 0 ? [] : [{ op: 'members', key, ctx, list, add, remove }];
}

/** Whoever applies the ops must end with the same bytes, order included: checked with the code that they run. */
function leadsTo(key: string, ops: readonly MembersOp[], before: SegmentBody, after: SegmentBody): boolean {
  let segment: SegmentItem = { kind: 'segment', key, rev: 0, body: before };
  for (const op of ops) segment = withMembers(segment, { ...op, rev: 0 });
  return isSame(segment.body, after);
}

function kindsOf(before: readonly MemberList[], after: readonly MemberList[]): readonly string[] {
  return [...new Set([...before, ...after].map(({ contextKind }) => contextKind))];
}

function keysOf(lists: readonly MemberList[], ctx: string): ReadonlySet<string> {
  return new Set(lists.find(({ contextKind }) => contextKind === ctx)?.keys);
}

const sizeOf = ({ included, excluded }: SegmentBody): number =>
  [...included, ...excluded].reduce((sum, { keys }) => sum + keys.length, 0);
