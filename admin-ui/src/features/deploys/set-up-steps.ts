import type { IntegrationView } from '@glidepath/server/api-types';

/** One thing to do over there; `code` is to be copied. */
export interface SetUpStep {
  readonly text: string;
  readonly code?: string;
}

export type HookSubject = Pick<IntegrationView, 'kind' | 'service' | 'environment'>;

/** What has to be done over there, in order. The secret stands in no step: it is copied by itself. */
export function setUpSteps({ kind, service, environment }: HookSubject, address: string): readonly SetUpStep[] {
  const named =
    environment === null
      ? [{ text: 'Name its environments as their keys are called here, such as `production`.' }]
      : [];
  switch (kind) {
    case 'github':
      return [
        { text: 'In the repository or organisation: Settings → Webhooks → Add webhook.' },
        { text: 'Paste the address as Payload URL, choose the content type `application/json`, paste the secret.' },
        { text: 'Choose individual events, and of these only Deployment statuses.' },
        ...named,
        ...(service === null
          ? [{ text: 'The service is called like the repository, unless the payload of a deployment names `service`.' }]
          : []),
      ];
    case 'gitlab':
      return [
        { text: 'In the project or group: Settings → Webhooks → Add new webhook.' },
        { text: 'Paste the address as URL, and the secret as signing token (before GitLab has one: as secret token).' },
        { text: 'Choose Deployment events as the only trigger.' },
        ...named,
      ];
    case 'argo-cd':
      return [
        { text: 'Put the secret into `argocd-notifications-secret` under the name `glidepath-token`.' },
        { text: 'Add this to `argocd-notifications-cm`:', code: argoTemplate(address, environment) },
        { text: 'Annotate the applications:', code: 'notifications.argoproj.io/subscribe.glidepath.glidepath: ""' },
      ];
    case 'flux':
      return [
        { text: 'Make a secret with the field `token`, then apply this:', code: fluxProvider(address) },
        { text: 'Its events can carry more than the revision:', code: fluxMetadata(service, environment) },
      ];
    case 'generic':
      return [
        {
          text: 'Send this to the address, signed as Standard Webhooks says (`webhook-id`, `webhook-timestamp`, `webhook-signature`):',
          code: genericBody(service, environment),
        },
        { text: 'Send it once with the status `started` and once with `succeeded`, `failed` or `rolled-back`.' },
      ];
  }
}

function argoTemplate(address: string, environment: string | null): string {
  const place = environment === null ? '{{index .app.metadata.labels "environment"}}' : environment;
  return `service.webhook.glidepath: |
  url: ${address}
  headers:
    - name: Content-Type
      value: application/json
    - name: X-Glidepath-Token
      value: $glidepath-token
template.glidepath: |
  webhook:
    glidepath:
      method: POST
      body: |
        {
          "service": "{{.app.metadata.name}}",
          "environment": "${place}",
          "revision": "{{.app.status.operationState.syncResult.revision}}",
          "phase": "{{.app.status.operationState.phase}}",
          "health": "{{.app.status.health.status}}",
          "startedAt": "{{.app.status.operationState.startedAt}}",
          "finishedAt": "{{.app.status.operationState.finishedAt}}"
        }
trigger.glidepath: |
  - when: app.status.operationState.phase in ['Running']
    send: [glidepath]
  - when: app.status.operationState.phase in ['Succeeded'] and app.status.health.status in ['Healthy', 'Degraded']
    send: [glidepath]
  - when: app.status.operationState.phase in ['Failed', 'Error']
    send: [glidepath]`;
}

function fluxProvider(address: string): string {
  return `apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Provider
metadata: { name: glidepath, namespace: flux-system }
spec:
  type: generic-hmac
  address: ${address}
  secretRef: { name: glidepath }
---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Alert
metadata: { name: glidepath, namespace: flux-system }
spec:
  providerRef: { name: glidepath }
  eventSources:
    - { kind: Kustomization, name: '*' }
    - { kind: HelmRelease, name: '*' }`;
}

function fluxMetadata(service: string | null, environment: string | null): string {
  const lines = [`service: ${service ?? 'checkout'}`, `environment: ${environment ?? 'production'}`];
  return ['spec:', '  eventMetadata:', ...lines.map((line) => `    ${line}`)].join('\n');
}

function genericBody(service: string | null, environment: string | null): string {
  const body = {
    ...(service === null && { service: 'checkout' }),
    ...(environment === null && { environment: 'production' }),
    version: '2.4.1',
    status: 'succeeded',
    url: 'https://ci.example/runs/81',
  };
  return JSON.stringify(body, null, 2);
}
