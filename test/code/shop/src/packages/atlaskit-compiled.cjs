"use strict";

Object.defineProperty(exports, "__esModule", {
  value: true
});
exports.scenario = scenario;
var _gates = require("./gates.cjs");
var _trace = require("../trace.ts");
function scenario() {
  if ((0, _gates.fg)('new-checkout')) {
    (0, _trace.log)("top");
    return;
  }
  (0, _trace.log)("place");
}
