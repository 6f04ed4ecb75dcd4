import { randomUUID } from 'node:crypto';
import { type AuditedChange, type Cause, checkRevision, type Written, writeAudited } from '../audit/audited-write.ts';
import type { Vault } from '../auth/vault.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { ChannelEvent } from '../http/release-types.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { newSigningSecret } from '../outbound/signature.ts';
import { environmentsOf, type ProjectBody } from '../store/documents.ts';
import type { Reads, Store, StoredDocument } from '../store/store.ts';
import type { ChannelBody } from './channel.ts';
import { addressOf, closeAddress, closeSecret, secretOf } from './channel-secrets.ts';
import { type NotifierKind, notifiers } from './notifiers/index.ts';
import { testTelling } from './telling.ts';

type Project = StoredDocument<ProjectBody>;
type Channel = StoredDocument<ChannelBody>;

/** A channel without what is closed in the vault. */
export type ShownChannel = StoredDocument<Omit<ChannelBody, 'address' | 'secret'>>;

export interface ChannelInput {
  readonly name: string;
  readonly kind: NotifierKind;
  readonly address: string;
  readonly events: readonly ChannelEvent[];
  readonly environments?: readonly string[];
  readonly tags?: readonly string[];
  readonly isEnabled?: boolean;
}

/** The fields to alter: a channel stays of its kind. */
export type ChannelEdit = Partial<Omit<ChannelInput, 'kind'>>;

/** What became of a test message. */
export interface TestOutcome {
  readonly delivered: boolean;
  /** What the receiver said, or why it was not asked. */
  readonly detail: string;
}

/** Where messages go. Addresses and secrets come in and never out again, but for a new secret in its first answer. */
export interface ChannelService {
  create(project: Project, input: ChannelInput, cause: Cause): Promise<Written<ShownChannel>>;
  edit(
    project: Project,
    id: string,
    edit: ChannelEdit,
    expected: number | undefined,
    cause: Cause,
  ): Promise<Written<ShownChannel>>;
  remove(project: Project, id: string, expected: number | undefined, cause: Cause): Promise<void>;
  /** Sends a message now, past the queue. */
  test(project: Project, id: string): Promise<TestOutcome>;
  /** Lets a message that could not be delivered wait again. */
  retry(project: Project, id: string, notice: number): Promise<void>;
}

export interface ChannelServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly outbound: Outbound;
  /** Called when something waits again. */
  readonly onRetried: () => void;
}

export function createChannelService(deps: ChannelServiceDeps): ChannelService {
  const { store, clock, vault, outbound } = deps;

  /** Looks names up, so it comes before the transaction. */
  async function checkAddress(address: string, kind: NotifierKind): Promise<void> {
    const problem = await outbound.problemOf(address, { isSlack: notifiers[kind].isSlack });
    if (problem === null) return;
    throw new RefusedError({
      code: 'validation',
      detail: `The address is not accepted: ${problem}.`,
      errors: [{ pointer: '/address', detail: problem }],
    });
  }

  return {
    async create(project, { address, kind, environments = [], tags = [], isEnabled = true, ...plain }, cause) {
      await checkAddress(address, kind);
      const secret = notifiers[kind].isSigned ? newSigningSecret() : null;
      return writeAudited(deps, cause, async (tx, now) => {
        await checkEnvironments(tx, project, environments);
        const key = randomUUID();
        const body: ChannelBody = {
          ...plain,
          ...closeAddress(key, address, vault),
          kind,
          secret: closeSecret(key, secret, vault),
          environments,
          tags,
          isEnabled,
          createdAt: now,
        };
        const channel = await tx.put<ChannelBody>({ kind: 'channel', parent: project.id, key }, body, 0);
        const summary = `Made ${kind} channel "${plain.name}"`;
        const change = changeOf(project, channel, { action: 'create-channel', summary, before: null, after: body });
        return { ...change, ...(secret !== null && { secret }) };
      });
    },

    async edit(project, id, { address, ...edit }, expected, cause) {
      const { body: known } = await channelNamed(store, project, id);
      if (address !== undefined) await checkAddress(address, known.kind);
      return writeAudited(deps, cause, async (tx) => {
        const before = await channelNamed(tx, project, id);
        checkRevision(before, expected, shownParts(before.body));
        await checkEnvironments(tx, project, edit.environments ?? []);
        const moved = address === undefined ? {} : closeAddress(before.key, address, vault);
        const channel = await tx.put<ChannelBody>(before, { ...before.body, ...edit, ...moved }, before.revision);
        const summary = `Edited channel "${channel.body.name}"`;
        return changeOf(project, channel, {
          action: 'edit-channel',
          summary,
          before: before.body,
          after: channel.body,
        });
      });
    },

    async remove(project, id, expected, cause) {
      await writeAudited(deps, cause, async (tx) => {
        const before = await channelNamed(tx, project, id);
        checkRevision(before, expected, shownParts(before.body));
        await tx.remove(before, before.revision);
        const summary = `Removed channel "${before.body.name}"`;
        return changeOf(project, before, { action: 'remove-channel', summary, before: before.body, after: null });
      });
    },

    async test(project, id) {
      const { key, body } = await channelNamed(store, project, id);
      const answer = await outbound.send(
        notifiers[body.kind].requestOf({
          telling: testTelling(body.name, clock.now()),
          address: addressOf(key, body, vault),
          secret: secretOf(key, body, vault),
          id: `msg_${randomUUID()}`,
        }),
      );
      if (answer.kind !== 'answered') return { delivered: false, detail: answer.reason };
      return { delivered: answer.status >= 200 && answer.status < 300, detail: `answered ${answer.status}` };
    },

    async retry(project, id, notice) {
      const channel = await channelNamed(store, project, id);
      if (await store.retryNotice(channel.id, notice, clock.now())) {
        deps.onRetried();
        return;
      }
      throw new RefusedError({
        code: 'not-found',
        detail: 'There is no such message of this channel that failed: look at its list of messages.',
      });
    },
  };
}

export async function channelNamed(reads: Pick<Reads, 'document'>, project: Project, id: string): Promise<Channel> {
  const channel = await reads.document<ChannelBody>({ kind: 'channel', parent: project.id, key: id });
  if (channel !== null) return channel;
  throw new RefusedError({ code: 'not-found', detail: 'There is no such channel in this project: list its channels.' });
}

async function checkEnvironments(reads: Reads, project: Project, keys: readonly string[]): Promise<void> {
  const known = new Set((await environmentsOf(reads, project.id)).map(({ key }) => key));
  for (const [i, key] of keys.entries()) {
    if (known.has(key)) continue;
    const detail = `There is no environment \`${key}\` in project \`${project.key}\`.`;
    throw new RefusedError({ code: 'unknown-reference', detail, errors: [{ pointer: `/environments/${i}`, detail }] });
  }
}

function shownParts({ address: _address, secret: _secret, ...body }: ChannelBody): ShownChannel['body'] {
  return body;
}

interface ChannelChange extends Pick<AuditedChange<ShownChannel>, 'action' | 'summary'> {
  readonly before: ChannelBody | null;
  readonly after: ChannelBody | null;
}

function changeOf(
  project: Project,
  channel: Channel,
  { action, summary, before, after }: ChannelChange,
): AuditedChange<ShownChannel> {
  return {
    result: { ...channel, body: shownParts(channel.body) },
    action,
    summary,
    project: project.key,
    documents: [channel],
    before: before && shownParts(before),
    after: after && shownParts(after),
  };
}
