// SPDX-License-Identifier: Apache-2.0
// Runs ONNX models by ONNX Runtime with all optimisations:
//   node run_model.mjs MODEL INPUT.npy OUTPUT.npy [MODEL INPUT.npy OUTPUT.npy ...]
// and writes the optimised graphs that it runs as MODEL.optimised. Arrays are float32 in C order; a model has one input and one output.
import { readFileSync, writeFileSync } from 'node:fs';
import ort from 'onnxruntime-node';

function readNpy(path) {
  const bytes = readFileSync(path);
  if (bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw new Error(`${path}: not an NPY file`);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  if (!header.includes("'<f4'") || !header.includes("'fortran_order': False")) throw new Error(`${path}: not float32`);
  const dims = header.match(/'shape': \(([^)]*)\)/)[1].split(',').filter((s) => s.trim() !== '').map(Number);
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
  return { dims, data };
}

function writeNpy(path, dims, data) {
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims.join(', ')},), }`;
  header += ' '.repeat(63 - ((10 + header.length) % 64)) + '\n';
  const lead = Buffer.from('\x93NUMPY\x01\x00\x00\x00' + header, 'latin1');
  lead.writeUInt16LE(header.length, 8);
  writeFileSync(path, Buffer.concat([lead, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]));
}

const args = process.argv.slice(2);
for (let i = 0; i + 2 < args.length; i += 3) {
  const session = await ort.InferenceSession.create(args[i], {
    executionProviders: ['cpu'], graphOptimizationLevel: 'all', intraOpNumThreads: 1, logSeverityLevel: 3,
    optimizedModelFilePath: `${args[i]}.optimised`,
  });
  const { dims, data } = readNpy(args[i + 1]);
  const outputs = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', data, dims) });
  const output = outputs[session.outputNames[0]];
  writeNpy(args[i + 2], output.dims, output.data);
}
