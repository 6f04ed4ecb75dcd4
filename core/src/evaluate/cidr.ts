/** An address as eight groups of 16 bits; IPv4 is `::ffff:a.b.c.d`, as dual-stack sockets write it. */
export type Address = readonly number[];

export interface Block {
  readonly address: Address;
  /** Bits that must agree. */
  readonly bits: number;
}

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const GROUP = /^[\da-f]{1,4}$/i;
const PREFIX = /^\d{1,3}$/;
const GROUPS = 8;
const V4_BITS = 96;

export function addressOf(text: string): Address | undefined {
  return text.includes(':') ? ipv6Of(text) : ipv4Of(text);
}

/** Reads `10.0.0.0/8` or `2001:db8::/32`; an address alone is a block of one. */
export function blockOf(text: string): Block | undefined {
  const [base = '', prefix, ...rest] = text.split('/');
  const address = addressOf(base);
  if (address === undefined || rest.length > 0) return undefined;
  const offset = base.includes(':') ? 0 : V4_BITS;
  if (prefix === undefined) return { address, bits: 128 };
  const bits = PREFIX.test(prefix) ? Number(prefix) + offset : Number.NaN;
  return bits <= 128 ? { address, bits } : undefined;
}

/** An IPv6 block that is wider than IPv4's place in it holds no IPv4 address. */
export function isInBlock(address: Address, block: Block): boolean {
  if (block.bits < V4_BITS && isIpv4(address)) return false;
  for (let group = 0, left = block.bits; left > 0; group += 1, left -= 16) {
    const different = (address[group] ?? 0) ^ (block.address[group] ?? 0);
    if (different >>> Math.max(0, 16 - left) !== 0) return false;
  }
  return true;
}

function isIpv4(address: Address): boolean {
  return address[5] === 0xffff && address.slice(0, 5).every((group) => group === 0);
}

function ipv4Of(text: string): Address | undefined {
  const match = IPV4.exec(text);
  if (match === null) return undefined;
  const octets = match.slice(1);
  // A leading zero would be octal to some readers.
  if (octets.some((octet) => Number(octet) > 255 || (octet.length > 1 && octet.startsWith('0')))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number);
  return [0, 0, 0, 0, 0, 0xffff, a * 256 + b, c * 256 + d];
}

function ipv6Of(text: string): Address | undefined {
  const [head = '', tail, ...rest] = text.split('::');
  if (rest.length > 0) return undefined;
  const before = groupsOf(head, tail === undefined);
  const after = tail === undefined ? [] : groupsOf(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = GROUPS - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...Array<number>(missing).fill(0), ...after];
}

/** The last two groups may be written as IPv4. */
function groupsOf(text: string, isLast: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const v4 = isLast && i === parts.length - 1 ? ipv4Of(part) : undefined;
    if (v4 !== undefined) groups.push(...v4.slice(6));
    else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
