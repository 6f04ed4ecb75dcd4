/** The bits of an address or of the network that it stands in, as text of `0` and `1`; IPv4 is `::ffff:a.b.c.d`. */
type Bits = string;

const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
// Without leading zeros: they would be octal to some readers.
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);
const GROUP = /^[\da-f]{1,4}$/i;
const PREFIX = /^\d{1,3}$/;
/** What dual-stack sockets put before an IPv4 address. */
const MAPPED: Bits = '0'.repeat(80) + '1'.repeat(16);

export function addressOf(text: unknown): Bits | undefined {
  if (typeof text !== 'string') return undefined;
  if (text.includes(':')) return ipv6Of(text);
  const ipv4 = ipv4Of(text);
  return ipv4 && MAPPED + ipv4;
}

/** Reads `10.0.0.0/8` or `2001:db8::/32`; an address alone is a block of one. */
export function blockOf(text: string): Bits | undefined {
  const [base = '', prefix = '128', ...rest] = text.split('/');
  const offset = base.includes(':') || !text.includes('/') ? 0 : MAPPED.length;
  const length = PREFIX.test(prefix) && rest.length === 0 ? Number(prefix) + offset : Number.NaN;
  return length <= 128 ? addressOf(base)?.slice(0, length) : undefined;
}

/** An IPv6 block that is wider than IPv4's place in it holds no IPv4 address. */
export function isInBlock(address: Bits | undefined, block: Bits): boolean {
  if (address === undefined) return false;
  return address.startsWith(block) && (block.length >= MAPPED.length || !address.startsWith(MAPPED));
}

function ipv4Of(text: string): Bits | undefined {
  return IPV4.test(text) ? text.split('.').reduce((bits, octet) => bits + binary(Number(octet), 8), '') : undefined;
}

function ipv6Of(text: string): Bits | undefined {
  const [head = '', tail, ...rest] = text.split('::');
  const before = groupsOf(head, tail === undefined);
  const after = groupsOf(tail ?? '', true);
  if (before === undefined || after === undefined || rest.length > 0) return undefined;
  const gap = 128 - before.length - after.length;
  return (tail === undefined ? gap === 0 : gap > 0) ? before + '0'.repeat(gap) + after : undefined;
}

/** The last two groups of an address may be written as IPv4. */
function groupsOf(text: string, isEnd: boolean): Bits | undefined {
  if (text === '') return '';
  const parts = text.split(':');
  const last = parts.length - 1;
  const groups = parts.map((part, i) => {
    if (GROUP.test(part)) return binary(Number.parseInt(part, 16), 16);
    return isEnd && i === last ? ipv4Of(part) : undefined;
  });
  return groups.includes(undefined) ? undefined : groups.join('');
}

function binary(number: number, width: number): Bits {
  return number.toString(2).padStart(width, '0');
}
