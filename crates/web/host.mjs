// Asks the WebAssembly module and writes the answer to standard output.
//   node host.mjs MODULE.wasm explain CASE
//   node host.mjs MODULE.wasm simulate SCENARIO RUNS SEED
import { readFileSync, writeSync } from "node:fs";

const [path, verb, name, runs, seed] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(path), {});
const { memory, allocate, explain_case, simulate } = instance.exports;

const utf8 = new TextEncoder().encode(name);
const at = allocate(utf8.length);
new Uint8Array(memory.buffer, at, utf8.length).set(utf8);
const answer = verb === "explain"
  ? explain_case(at, utf8.length)
  : simulate(at, utf8.length, Number(runs), BigInt(seed));

const head = new DataView(memory.buffer, answer, 8);
const bytes = new Uint8Array(memory.buffer, answer + 8, head.getUint32(4, true));
const out = head.getUint32(0, true) === 0 ? 1 : 2;
for (let sent = 0; sent < bytes.length; ) sent += writeSync(out, bytes, sent);
process.exit(out - 1);
