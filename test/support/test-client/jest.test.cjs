const { createTestClient } = require('@glidepath/sdk-node/testing');
const { runSuite } = require('./suite.cjs');

runSuite({ test, createTestClient, timers: { fake: () => jest.useFakeTimers(), real: () => jest.useRealTimers() } });
