// Loads every entry that it is given, and tells what that did to the process: `node probe.mjs import|require ENTRY…`.
import { createRequire } from 'node:module';

const [how, ...entries] = process.argv.slice(2);
const load = how === 'require' ? createRequire(`${process.cwd()}/probe.cjs`) : (entry) => import(entry);

const environmentReads = [];
const ours = /node_modules[\\/]@glidepath[\\/]/;
process.env = new Proxy(process.env, {
  get(target, name) {
    // The line after this handler's own is whoever reads.
    const [, , reader = ''] = (new Error().stack ?? '').split('\n');
    if (ours.test(reader)) environmentReads.push(String(name));
    return target[name];
  },
});
const state = () => ({
  listeners: process.eventNames().reduce((sum, event) => sum + process.listenerCount(event), 0),
  resources: process.getActiveResourcesInfo().filter((kind) => !/^(?:TTYWrap|PipeWrap|FSReqPromise)$/.test(kind)),
  globals: Object.getOwnPropertyNames(globalThis).length,
});

const before = state();
const exported = {};
const millis = {};
for (const entry of entries) {
  const startedAt = performance.now();
  const module = await load(entry);
  millis[entry] = performance.now() - startedAt;
  exported[entry] = Object.keys(module)
    .filter((name) => name !== 'default' && name !== 'module.exports' && name !== '__esModule')
    .sort();
}
console.log(JSON.stringify({ before, after: state(), environmentReads, exported, millis }));
