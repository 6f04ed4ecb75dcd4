import { flags } from '../client.ts';
import { log } from '../trace.ts';

function isFeatureEnabled(name, context, otherwise) {
  return flags.variation(name, context, otherwise);
}
var HttpManager = /** @class */ (function () {
    function HttpManager() {
        var _zipPayload = false;
        var _self = this;
        _self.initialize = function (config, hook) {
            // Whether what is sent is packed.
            _zipPayload = isFeatureEnabled("new-checkout", config, false);
            // Who packs it otherwise does it alone.
            if (hook) {
                _zipPayload = false;
            }
        };
        _self.send = function (text) { return _zipPayload ? text.length : text; };
    }
    HttpManager.__ieDyn=1;
    return HttpManager;
}());

export function scenario() {
  for (const hook of [true, false]) {
    const manager = new HttpManager();
    manager.initialize({ key: 'ann' }, hook);
    log('sent', manager.send('text'));
  }
}
