export {
  createTestClient,
  type HealthRecord,
  type TestClient,
  type TestClientOptions,
  type TrackedEvent,
} from './testing/test-client.ts';
export { type Received, startTestServer, type TestServer, type TestServerOptions } from './testing/test-server.ts';
