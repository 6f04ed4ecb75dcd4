const { mock, test } = require('node:test');
const { createTestClient } = require('@glidepath/sdk-node/testing');
const { runSuite } = require('./suite.cjs');

runSuite({ test, createTestClient, timers: { fake: () => mock.timers.enable(), real: () => mock.timers.reset() } });
