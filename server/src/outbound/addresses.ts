import { BlockList, isIP } from 'node:net';

/** IPv4 that is not the public internet, and what clouds keep for themselves. */
const CLOSED_V4: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // The service of Azure that gives its machines their secrets: public by number only.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** All of IPv6 that is handed out. Mapped addresses, NAT64, link-local, unique local and multicast lie outside. */
const GLOBAL_V6: readonly [network: string, bits: number] = ['2000::', 3];

/** Within it: what carries an IPv4 address inside (Teredo, 6to4), and what leads nowhere. */
const CLOSED_V6: readonly (readonly [network: string, bits: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const closed = new BlockList();
for (const [network, bits] of CLOSED_V4) closed.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of CLOSED_V6) closed.addSubnet(network, bits, 'ipv6');
const handedOut = new BlockList();
handedOut.addSubnet(...GLOBAL_V6, 'ipv6');

/** Whether anybody on the internet could be meant by it: an IP address in its plain form. */
export function isPublicAddress(address: string): boolean {
  const family = familyOf(address);
  if (family === null || closed.check(address, family)) return false;
  return family === 'ipv4' || handedOut.check(address, family);
}

/** Membership in networks such as `10.0.0.0/8`, or single addresses. */
export function networksOf(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = familyOf(address);
    if (family === null) throw new Error(`"${network}" is no network`);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const family = familyOf(address);
    return family !== null && list.check(address, family);
  };
}

/** Null for a name, and for an address of one interface (`fe80::1%eth0`), which is never public. */
function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  if (address.includes('%')) return null;
  const version = isIP(address);
  if (version === 0) return null;
  return version === 4 ? 'ipv4' : 'ipv6';
}
