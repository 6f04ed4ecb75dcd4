"use strict";

var _sdk = require("@glidepath/sdk-node");
var _trace = require("../trace.ts");
var client = (0, _sdk.createClient)();
function fg(name) {
  return client.variation(name, { key: 'ann' }, false);
}
exports.fg = fg;
exports.scenario = function () {
  (0, _trace.log)("beta", fg('beta'));
};
