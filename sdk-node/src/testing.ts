export {
  createTestClient,
  type HealthRecord,
  type TestClient,
  type TestClientOptions,
  type TrackedEvent,
} from './testing/test-client.ts';
