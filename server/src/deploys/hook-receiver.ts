import { z } from 'zod';
import type { Cause } from '../audit/audited-write.ts';
import { RefusedError } from '../errors.ts';
import { checkedBody } from '../http/issues.ts';
import { checkJsonText, checkJsonValue } from '../http/strict-json.ts';
import { type EnvironmentBody, environmentsOf, type ProjectBody } from '../store/documents.ts';
import type { Store, StoredDocument } from '../store/store.ts';
import type { DeployService, HookMessage } from './deploy-service.ts';
import type { HookProof, HookRequest, ToldByHook } from './hooks/hook.ts';
import { hooks } from './hooks/index.ts';
import type { IntegrationBody } from './integration.ts';
import type { Integration, IntegrationService } from './integration-service.ts';
import { deployFields, reportFrom } from './report-schema.ts';

export interface HookAnswer {
  readonly result: 'recorded' | 'unchanged' | 'repeated' | 'ignored';
  readonly reason?: string;
  readonly deploy?: string;
}

/** Takes messages of integrations. */
export interface HookReceiver {
  receive(integration: string, request: HookRequest & { readonly requestId: string }): Promise<HookAnswer>;
}

export interface HookReceiverDeps {
  readonly store: Store;
  readonly integrations: Pick<IntegrationService, 'secretsOf'>;
  readonly deploys: Pick<DeployService, 'report'>;
}

const toldSchema = z.strictObject(deployFields);

export function createHookReceiver({ store, integrations, deploys }: HookReceiverDeps): HookReceiver {
  /** A message that says nothing of a deploy is remembered too: that it came is what people look for first. */
  async function ignore(message: HookMessage, reason: string, now: number): Promise<HookAnswer> {
    const isNew = await store.write([], (tx) => tx.takeHookMessage(message.integration, message.message, now));
    return isNew ? { result: 'ignored', reason } : { result: 'repeated' };
  }

  return {
    async receive(id, { requestId, ...request }) {
      const integration = await store.documentById<IntegrationBody>('integration', id);
      if (integration === null) throw unknown();
      const { kind, service, environment: usual } = integration.body;
      const proof = proofOf(integration, request, integrations.secretsOf(integration));
      const message = { integration: integration.key, message: proof.message };
      const reading = hooks[kind].read(request.headers, jsonOf(request.body), { service });
      if (reading.kind === 'ignored') return ignore(message, reading.reason, request.now);
      const { told } = reading;
      const place = await placeOf(store, integration, told.environment ?? usual);
      if (typeof place === 'string') return ignore(message, place, request.now);
      const report = reportFrom(checkedBody(toldSchema, saidBy(told)));
      const cause: Cause = { actor: `integration:${integration.key}`, origin: 'api', requestId };
      const reported = await deploys.report(place, report, cause, message);
      if (reported.kind === 'repeated') return { result: 'repeated' };
      return { result: reported.kind === 'unchanged' ? 'unchanged' : 'recorded', deploy: reported.deploy.id };
    },
  };
}

function proofOf(integration: Integration, request: HookRequest, secrets: readonly string[]) {
  const { prove } = hooks[integration.body.kind];
  const proofs = secrets.map((secret): HookProof => prove(request, secret));
  const proven = proofs.find((proof) => proof.kind === 'proven');
  if (proven !== undefined) return proven;
  const [refused] = proofs;
  throw new RefusedError({
    code: 'unauthenticated',
    detail: `The message cannot be trusted: ${refused?.kind === 'refused' ? refused.reason : 'the integration has no secret'}. Sign the bytes that are sent with the secret of this integration.`,
  });
}

function unknown(): RefusedError {
  return new RefusedError({
    code: 'not-found',
    detail: 'There is no such webhook. Take the path from the integrations of your project.',
  });
}

function jsonOf(body: Buffer): unknown {
  const text = body.toString('utf8');
  checkJsonText(text);
  const value = parsed(text);
  checkJsonValue(value);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedError({
      code: 'bad-request',
      detail: 'The body is not valid JSON: choose `application/json` as the content type where the webhook is set up.',
    });
  }
}

interface Found {
  readonly project: StoredDocument<ProjectBody>;
  readonly environment: StoredDocument<EnvironmentBody>;
}

/** Where it was deployed to, or why nobody can say: senders know environments that are none of ours. */
async function placeOf(store: Store, { parent }: Integration, key: string | null): Promise<Found | string> {
  if (key === null) return 'the message names no environment, and the integration has none';
  const project = await store.documentById<ProjectBody>('project', parent);
  const environments = await environmentsOf(store, parent);
  const environment = environments.find((one) => one.key.toLowerCase() === key.toLowerCase());
  if (project === null || environment === undefined) return `there is no environment \`${key.slice(0, 128)}\` here`;
  return { project, environment };
}

/** Without what was not said, as the API takes it. */
function saidBy({ environment: _, ...told }: ToldByHook): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null));
}
