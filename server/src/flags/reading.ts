import type { Flag, FlagConfig, Segment, SegmentConfig } from '@glidepath/core';
import type { FastifyRequest } from 'fastify';
import { RefusedError } from '../errors.ts';
import type { Reads, StoredDocument } from '../store/store.ts';
import type { DeliveryReports } from '../stream/delivery.ts';
import { notFound } from './write-path/refuse.ts';

/** Documents that a path names, or the refusal that there is none. */

const MIN_VERSION_WAIT_MS = 1_000;

export async function flagOf(reads: Reads, request: FastifyRequest, key: string): Promise<StoredDocument<Flag>> {
  const { project } = request;
  const flag = await reads.document<Flag>({ kind: 'flag', parent: project.id, key });
  if (flag === null) throw notFound('flag', key, `project \`${project.key}\``);
  return flag;
}

export async function flagConfigOf(
  reads: Reads,
  request: FastifyRequest,
  key: string,
): Promise<StoredDocument<FlagConfig>> {
  const { environment } = request;
  const config = await reads.document<FlagConfig>({ kind: 'flag-config', parent: environment.id, key });
  if (config === null) throw notFound('flag', key, `environment \`${environment.key}\``);
  return config;
}

export async function segmentOf(reads: Reads, request: FastifyRequest, key: string): Promise<StoredDocument<Segment>> {
  const { project } = request;
  const segment = await reads.document<Segment>({ kind: 'segment', parent: project.id, key });
  if (segment === null) throw notFound('segment', key, `project \`${project.key}\``);
  return segment;
}

export async function segmentConfigOf(
  reads: Reads,
  request: FastifyRequest,
  key: string,
): Promise<StoredDocument<SegmentConfig>> {
  const { environment } = request;
  const config = await reads.document<SegmentConfig>({ kind: 'segment-config', parent: environment.id, key });
  if (config === null) throw notFound('segment', key, `environment \`${environment.key}\``);
  return config;
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
