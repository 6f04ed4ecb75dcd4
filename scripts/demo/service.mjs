// A fresh server that is ready for the shop: its administrator, keys, flags, a plan, a policy, and a channel of Slack.
import { randomBytes } from 'node:crypto';

export const PROJECT = '/api/v1/projects/default';
export const PRODUCTION = `${PROJECT}/environments/production`;

const FLAGS = [
  { key: 'new-checkout', name: 'New checkout', type: 'boolean', tags: ['checkout'] },
  {
    key: 'banner-text',
    name: 'Banner',
    type: 'string',
    purpose: 'operational',
    variations: [
      { key: 'sale', value: 'Autumn sale: everything that flies, 20 % off' },
      { key: 'none', value: '' },
    ],
  },
  {
    key: 'page-size',
    name: 'Products per page',
    type: 'number',
    purpose: 'operational',
    variations: [
      { key: 'five', value: 5 },
      { key: 'three', value: 3 },
    ],
  },
];

/** What teams bake for hours is seconds here; so few samples do because the story has so little time. */
const planFor = (bakeSeconds) => ({
  id: 'demo-canary',
  name: 'Canary of the demo',
  stages: [1, 5, 25, 100].map((percent) => ({ kind: 'percent', percent, bakeMinutes: bakeSeconds / 60 })),
  gates: [
    { id: 'errors', kind: 'error-rate', minSamples: 30 },
    // Whether the machine of the demo is busy is not the question.
    { id: 'p95', kind: 'latency', minSamples: 30, ceilingMs: 2_000, timesControl: null },
  ],
  runbook:
    '1. Roll back.\n2. Look which errors there are: `docs/releases.md` says where.\n3. Mend, deploy, release again.',
});

const POLICY = {
  name: 'The shop goes out by canary',
  environment: 'production',
  tag: 'checkout',
  service: 'shop',
  template: 'demo-canary',
};

const CHANNEL_EVENTS = ['rollout-moved', 'incident-opened', 'incident-resolved', 'flag-killed', 'deploy-failed'];

export async function openService(processes, { dataDir, port, inboxUrl, bakeSeconds }) {
  const line = processes.start('server', ['server/dist/main.js'], {
    GLIDEPATH_DATA_DIR: dataDir,
    GLIDEPATH_PORT: port,
    GLIDEPATH_PUBLIC_URL: `http://localhost:${port}`,
    GLIDEPATH_LOG_LEVEL: 'warn',
    GLIDEPATH_SLACK_ORIGIN: inboxUrl,
  });
  const [ready, setup] = await Promise.all([line(/ready at (\S+)/), line(/Set-up link .*?(http\S+)/)]);
  const url = ready[1].replace(/\/$/, '');
  const admin = {
    email: 'demo@glidepath.example',
    name: 'Demo',
    password: `${randomBytes(9).toString('base64url')}-demo`,
  };
  const call = await signedUp(url, setup[1].split('#')[1], admin);

  const sdkKey = await call('POST', `${PRODUCTION}/sdk-keys`, { name: 'Shop', kind: 'server' });
  const token = await call('POST', '/api/v1/api-tokens', { name: 'Pipeline of the shop', role: 'operator' });
  for (const flag of FLAGS) await call('POST', `${PROJECT}/flags`, flag);
  // On, and for nobody yet: what is released by a policy waits like this for its deploy.
  await call('PATCH', `${PRODUCTION}/flags/new-checkout`, {
    instructions: [{ kind: 'turn-on' }, { kind: 'set-fallthrough', serve: { variation: 'off' } }],
    comment: 'Ready for its first deploy.',
  });
  await call('POST', `${PROJECT}/plans`, planFor(bakeSeconds));
  await call('POST', `${PROJECT}/release-policies`, POLICY);
  await call('POST', `${PROJECT}/channels`, {
    name: '#releases',
    kind: 'slack',
    address: `${inboxUrl}/services/T0DEMO/B0DEMO/demo`,
    events: CHANNEL_EVENTS,
  });
  return { url, admin, call, sdkKey: sdkKey.secret, token: token.secret };
}

/** Signs up, and in: answers how to call the API as this person. */
async function signedUp(url, token, person) {
  const { cookie } = await sent(url, 'POST', '/api/v1/setup', { token, ...person });
  const { answer: session } = await sent(url, 'GET', '/api/v1/session', undefined, { cookie });
  const headers = { cookie, 'x-glidepath-csrf': session.csrfToken };
  return async (method, route, body) => (await sent(url, method, route, body, headers)).answer;
}

async function sent(url, method, route, body, headers = {}) {
  const response = await fetch(url + route, {
    method,
    headers: { origin: url, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${route}: ${answer.detail}`);
  return { answer, cookie: response.headers.get('set-cookie')?.split(';')[0] };
}
