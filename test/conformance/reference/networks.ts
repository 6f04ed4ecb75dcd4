import { isIPv4, isIPv6 } from 'node:net';

/** An address as one number; an IPv4 address that is written as an IPv6 one counts as IPv4. */
export interface Address {
  readonly family: 4 | 6;
  readonly number: bigint;
}

export interface Block extends Address {
  /** Bits that must agree. */
  readonly prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;
const MAPPED = 0xffffn;

export function addressOf(text: string): Address | undefined {
  const written = writtenAddress(text);
  if (written === undefined || written.family === 4) return written;
  return written.number >> 32n === MAPPED ? { family: 4, number: written.number & 0xffffffffn } : written;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or an address that stands for itself alone. */
export function blockOf(text: string): Block | undefined {
  const [base = '', prefixText, ...more] = text.split('/');
  const written = writtenAddress(base);
  if (written === undefined || more.length > 0) return undefined;
  const width = BITS[written.family];
  const prefix = prefixText === undefined ? width : Number(prefixText);
  if (prefixText !== undefined && !/^\d+$/.test(prefixText)) return undefined;
  if (prefix > width) return undefined;
  const isMapped = written.family === 6 && written.number >> 32n === MAPPED && prefix >= 96;
  return isMapped ? { family: 4, number: written.number & 0xffffffffn, prefix: prefix - 96 } : { ...written, prefix };
}

export function isInside(address: Address, block: Block): boolean {
  if (address.family !== block.family) return false;
  const free = BigInt(BITS[block.family] - block.prefix);
  return address.number >> free === block.number >> free;
}

/** The address in the family in which it is written. */
function writtenAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: 4, number: fromGroups(text.split('.').map(Number), 8n) };
  // A zone names an interface of one machine.
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [head = '', tail] = text.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array<number>(8 - before.length - after.length).fill(0);
  return { family: 6, number: fromGroups([...before, ...zeros, ...after], 16n) };
}

function groupsOf(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function fromGroups(groups: readonly number[], width: bigint): bigint {
  return groups.reduce((number, group) => (number << width) + BigInt(group), 0n);
}
