import type { Flag, FlagConfig, Segment, SegmentConfig } from '@glidepath/core';
import type { FastifyRequest } from 'fastify';
import { RefusedError } from '../errors.ts';
import type { DocumentRef, Reads, StoredDocument } from '../store/store.ts';
import type { DeliveryReports } from '../stream/delivery.ts';
import { notFound } from './write-path/refuse.ts';

const MIN_VERSION_WAIT_MS = 1_000;

/** The flag that a path names, or the refusal that there is none. */
export function flagOf(reads: Reads, { project }: FastifyRequest, key: string): Promise<StoredDocument<Flag>> {
  return named(reads, { kind: 'flag', parent: project.id, key }, `project \`${project.key}\``);
}

export function flagConfigOf(
  reads: Reads,
  { environment }: FastifyRequest,
  key: string,
): Promise<StoredDocument<FlagConfig>> {
  return named(reads, { kind: 'flag-config', parent: environment.id, key }, `environment \`${environment.key}\``);
}

export function segmentOf(reads: Reads, { project }: FastifyRequest, key: string): Promise<StoredDocument<Segment>> {
  return named(reads, { kind: 'segment', parent: project.id, key }, `project \`${project.key}\``);
}

export function segmentConfigOf(
  reads: Reads,
  { environment }: FastifyRequest,
  key: string,
): Promise<StoredDocument<SegmentConfig>> {
  return named(reads, { kind: 'segment-config', parent: environment.id, key }, `environment \`${environment.key}\``);
}

async function named<B>(reads: Reads, ref: DocumentRef, where: string): Promise<StoredDocument<B>> {
  const document = await reads.document<B>(ref);
  if (document === null) throw notFound(ref.kind.replace('-config', ''), ref.key, where);
  return document;
}

/** Waits until this replica serves the version that the caller has seen already. */
export async function reach(
  delivery: DeliveryReports,
  environmentId: string,
  minVersion: number | undefined,
): Promise<void> {
  if (minVersion === undefined) return;
  if (await delivery.waitForVersion(environmentId, minVersion, MIN_VERSION_WAIT_MS)) return;
  throw new RefusedError({
    code: 'unavailable',
    detail: `This replica does not serve version ${minVersion} yet. Try again, or leave \`minVersion\` out.`,
    retryAfter: 1,
  });
}
