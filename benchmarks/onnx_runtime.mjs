// SPDX-License-Identifier: Apache-2.0
// ONNX Runtime's side of teacher_bench: one command per line on standard input, one little-endian float64 back for each.
//   load PATH THREADS            a session with all optimisations; -1 when ONNX Runtime refuses the model
//   input NAME TYPE DIMS FILE    raw little-endian values (float32 or float16), DIMS as 1,3,32,32
//   run SECONDS CLOCK            seconds of the shortest of the runs that fill that time, by wall or processor
//   output NAME FILE             runs once and writes the raw values of that output
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';

const require = createRequire(process.argv[2] + '/package.json');
const ort = require('onnxruntime-node');
let session = null;
let inputs = {};

async function load(path, threads) {
  inputs = {};
  try {
    session = await ort.InferenceSession.create(path, {
      executionProviders: ['cpu'], graphOptimizationLevel: 'all', executionMode: 'sequential',
      intraOpNumThreads: Number(threads), interOpNumThreads: 1, logSeverityLevel: 4,
    });
    return 0;
  } catch (error) {
    process.stderr.write(`${path}: ${error.message}\n`);
    return -1;
  }
}

function input(name, type, dims, file) {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const data = type === 'float32' ? new Float32Array(buffer) : new Uint16Array(buffer);
  inputs[name] = new ort.Tensor(type, data, dims === '-' ? [] : dims.split(',').map(Number));
  return 0;
}

async function run(seconds, counted) {
  const wall = () => performance.now() / 1e3;
  const processor = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1e6; };
  const clock = counted === 'wall' ? wall : processor;
  let least = Infinity;
  const end = wall() + Number(seconds);
  do {
    const begin = clock();
    await session.run(inputs);
    least = Math.min(least, clock() - begin);
  } while (wall() < end);
  return Math.max(least, 1e-6);
}

async function output(name, file) {
  const made = (await session.run(inputs))[name];
  writeFileSync(file, Buffer.from(made.data.buffer, made.data.byteOffset, made.data.byteLength));
  return 0;
}

const commands = { load, input, run, output };
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...rest] = line.split(' ');
  const reply = Buffer.alloc(8);
  reply.writeDoubleLE(await commands[command](...rest));
  writeSync(1, reply);
}
