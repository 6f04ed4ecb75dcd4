'use strict';
var __importDefault = function (mod) { return mod && mod.__esModule ? mod : { default: mod }; };
Object.defineProperty(exports, '__esModule', { value: true });
exports.scenario = void 0;
var sdk_node_1 = require('@glidepath/sdk-node');
var trace_1 = require('../trace.ts');
var keys_1 = __importDefault({ wide: 'w' });
var flags = (0, sdk_node_1.createClient)();
var scenario = function () {
    return flags.variation('new-checkout', { key: 'ann' }, false)
        ? (0, trace_1.log)('new', keys_1.default.wide)
        : (0, trace_1.log)('old', keys_1.default.wide);
};
exports.scenario = scenario;
