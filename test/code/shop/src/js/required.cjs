const { createClient } = require('@glidepath/sdk-node');
const { log } = require('../trace.ts');

const client = createClient();
const legacyTotal = (prices) => prices.length;

exports.scenario = function scenario() {
  const isNew = client.variation('new-checkout', { key: 'ann' }, false);
  if (!isNew) {
    return log('total', legacyTotal([1, 2]));
  }
  return log('total', [1, 2].reduce((sum, price) => sum + price, 0));
};
