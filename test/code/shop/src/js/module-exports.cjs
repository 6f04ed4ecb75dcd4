const sdk = require('@glidepath/sdk-node');
const { log } = require('../trace.ts');

let client;
const clientOf = () => (client ??= sdk.createClient());

function scenario() {
  client ??= clientOf();
  log('size', client.variation('new-checkout', { key: 'ann' }, false) ? 'large' : 'small')
  ;[1, 2].forEach((one) => log('one', one))
}

module.exports = { scenario };
