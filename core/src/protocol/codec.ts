import { LIMITS } from '../model/limits.ts';
import {
  applicationFrom,
  basisFrom,
  countFrom,
  digestFrom,
  epochFrom,
  itemFrom,
  keyFrom,
  listFrom,
  opFrom,
  pieceFrom,
  textFrom,
} from './fields.ts';
import type { ClientFrame, GoodbyeReason, IntentReason, NackCode, Payload, ServerFrame } from './messages.ts';
import { type Fields, isObject, parseObject } from './safe-json.ts';

/** What a stranger's text means. An unknown frame is one of another version: to be ignored. */
export type Decoded<F> =
  | { readonly kind: 'frame'; readonly frame: F }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' };

export function encode(frame: ClientFrame | ServerFrame): string {
  return JSON.stringify(frame);
}

/** Reads a frame that a server sent; never throws. */
export function decodeServerFrame(text: string): Decoded<ServerFrame> {
  return decoded(text, LIMITS.frameBytes, serverFrames);
}

/** Reads a frame that an SDK sent; never throws. */
export function decodeClientFrame(text: string): Decoded<ClientFrame> {
  return decoded(text, CLIENT_FRAME_BYTES, clientFrames);
}

/** Reads the body of a poll's answer; null when it is none. */
export function readPayload(text: string): Payload | null {
  const fields = text.length > 2 * LIMITS.payloadBytes ? null : parseObject(text);
  if (!fields) return null;
  const epoch = epochFrom(fields['epoch']);
  const version = countFrom(fields['version']);
  const digest = digestFrom(fields['digest']);
  if (epoch === null || version === null || digest === null) return null;
  switch (fields['kind']) {
    case 'full': {
      const items = listFrom(fields['items'], LIMITS.payloadItems, (item) => (isObject(item) ? itemFrom(item) : null));
      const flags = {
        ...(fields['rebase'] === true && { rebase: true as const }),
        ...(fields['empty'] === true && { empty: true as const }),
      };
      return items && { kind: 'full', epoch, version, digest, items, ...flags };
    }
    case 'delta': {
      const from = countFrom(fields['from']);
      const ops = listFrom(fields['ops'], MAX_OPS, (op) => {
        const read = opFrom(op);
        return read?.op === 'part' ? null : read;
      });
      return from === null || !ops ? null : { kind: 'delta', epoch, from, version, digest, ops };
    }
    default:
      return null;
  }
}

const CLIENT_FRAME_BYTES = 64 * 1024;
const MAX_OPS = 2 * LIMITS.payloadItems;
const MAX_FRAMES = 4096;

/** Reads the fields of one kind of frame; null = malformed. Fields that it does not know are left out. */
type Readers<F extends { readonly t: string }> = { readonly [T in F['t']]: (fields: Fields) => F | null };

function decoded<F extends { readonly t: string }>(text: string, maxLength: number, readers: Readers<F>): Decoded<F> {
  const fields = text.length > maxLength ? null : parseObject(text);
  const t = fields?.['t'];
  if (!fields || typeof t !== 'string') return { kind: 'malformed' };
  if (!Object.hasOwn(readers, t)) return { kind: 'unknown' };
  const frame = readers[t as F['t']](fields);
  return frame ? { kind: 'frame', frame } : { kind: 'malformed' };
}

const REASONS: Readonly<Record<IntentReason, true>> = {
  current: true,
  behind: true,
  cold: true,
  epoch: true,
  ahead: true,
  digest: true,
  compacted: true,
  large: true,
};

const NACKS: Readonly<Record<NackCode, true>> = {
  digest: true,
  'too-big': true,
  apply: true,
  empty: true,
  malformed: true,
};

const FAREWELLS: Readonly<Record<GoodbyeReason, true>> = {
  drain: true,
  age: true,
  revoked: true,
  slow: true,
  hello: true,
  protocol: true,
};

function oneOf<T extends string>(table: Readonly<Record<T, true>>, value: unknown): T | null {
  return typeof value === 'string' && Object.hasOwn(table, value) ? (value as T) : null;
}

const d8From = (value: unknown) => (typeof value === 'string' && /^[0-9a-f]{8}$/.test(value) ? value : null);

const serverFrames: Readers<ServerFrame> = {
  welcome(fields) {
    const { intent } = fields;
    const conn = textFrom(fields['conn'], 128);
    const epoch = epochFrom(fields['epoch']);
    const head = countFrom(fields['head']);
    const digest = digestFrom(fields['digest']);
    const reason = oneOf(REASONS, fields['reason']) ?? 'behind';
    const limits = isObject(fields['limits']) ? fields['limits'] : {};
    if (conn === null || epoch === null || head === null || digest === null) return null;
    if (intent !== 'none' && intent !== 'delta' && intent !== 'full') return null;
    return {
      t: 'welcome',
      conn,
      epoch,
      head,
      digest,
      intent,
      reason,
      rebase: fields['rebase'] === true,
      hb: countFrom(fields['hb']) ?? 0,
      schema: countFrom(fields['schema']) ?? 0,
      limits: {
        frame: countFrom(limits['frame']) ?? LIMITS.frameBytes,
        items: countFrom(limits['items']) ?? LIMITS.payloadItems,
        bytes: countFrom(limits['bytes']) ?? LIMITS.payloadBytes,
      },
      ...(fields['overrides'] === true && { overrides: true }),
    };
  },
  change(fields) {
    const from = countFrom(fields['from']);
    const to = countFrom(fields['to']);
    const digest = digestFrom(fields['digest']);
    const frames = fields['frames'] === undefined ? 1 : countFrom(fields['frames']);
    const ops = listFrom(fields['ops'], MAX_OPS, opFrom);
    if (from === null || to === null || to <= from || digest === null || !ops) return null;
    if (frames === null || frames < 1 || frames > MAX_FRAMES) return null;
    const urgent = fields['urgent'] === true;
    return { t: 'change', from, to, digest, ...(urgent && { urgent }), ...(frames > 1 && { frames }), ops };
  },
  ops(fields) {
    const to = countFrom(fields['to']);
    const ops = listFrom(fields['ops'], MAX_OPS, opFrom);
    return to === null || !ops ? null : { t: 'ops', to, ops };
  },
  begin(fields) {
    const epoch = epochFrom(fields['epoch']);
    const v = countFrom(fields['v']);
    const items = countFrom(fields['items']);
    const bytes = countFrom(fields['bytes']);
    if (epoch === null || v === null || items === null || bytes === null) return null;
    return { t: 'begin', epoch, v, items, bytes, ...(fields['rebase'] === true && { rebase: true }) };
  },
  items(fields) {
    const items = listFrom(fields['items'], MAX_OPS, pieceFrom);
    return items && { t: 'items', items };
  },
  commit(fields) {
    const v = countFrom(fields['v']);
    const digest = digestFrom(fields['digest']);
    if (v === null || digest === null) return null;
    return { t: 'commit', v, digest, ...(fields['empty'] === true && { empty: true }) };
  },
  hb(fields) {
    const v = countFrom(fields['v']);
    const d8 = d8From(fields['d8']);
    return v === null || d8 === null ? null : { t: 'hb', v, d8 };
  },
  goodbye(fields) {
    const reason = oneOf(FAREWELLS, fields['reason']) ?? 'drain';
    const spread = countFrom(fields['spread']);
    return { t: 'goodbye', reason, ...(spread !== null && { spread }) };
  },
};

const clientFrames: Readers<ClientFrame> = {
  hello(fields) {
    const proto = countFrom(fields['proto']);
    const sdk = textFrom(fields['sdk'], 64);
    const inst = textFrom(fields['inst'], 64);
    const schema = countFrom(fields['schema']);
    if (proto === null || sdk === null || inst === null || schema === null) return null;
    const caps = Array.isArray(fields['caps']) && fields['caps'].includes('delta') ? (['delta'] as const) : [];
    const app = applicationFrom(fields['app']);
    return { t: 'hello', proto, sdk, inst, app, schema, basis: basisFrom(fields['basis']), caps };
  },
  ack(fields) {
    const v = countFrom(fields['v']);
    const d8 = d8From(fields['d8']);
    const applyUs = durationFrom(fields['applyUs']);
    const heldMs = durationFrom(fields['heldMs']);
    if (v === null || d8 === null || applyUs === null || heldMs === null) return null;
    const unsupported = listFrom(fields['unsupported'], 1000, keyFrom);
    return { t: 'ack', v, d8, applyUs, heldMs, ...(unsupported && { unsupported }) };
  },
  nack(fields) {
    const v = countFrom(fields['v']);
    const code = oneOf(NACKS, fields['code']);
    return v === null || code === null ? null : { t: 'nack', v, code };
  },
  hb: () => ({ t: 'hb' }),
  resync: (fields) => ({ t: 'resync', basis: basisFrom(fields['basis']) }),
  report(fields) {
    const flag = keyFrom(fields['flag']);
    const variation = keyFrom(fields['variation']);
    const until = countFrom(fields['until']);
    if (fields['kind'] !== 'breaker' || flag === null || variation === null || until === null) return null;
    return { t: 'report', kind: 'breaker', flag, variation, until };
  },
};

function durationFrom(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value < 1e12 ? value : null;
}
