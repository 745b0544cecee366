// SPDX-License-Identifier: Apache-2.0
// What students answer on data sets, and the samples that prove them.
#pragma once

#include <cstdint>

#include "apprentice/base/control.h"
#include "apprentice/codegen/package.h"
#include "apprentice/data/dataset.h"
#include "apprentice/device/device.h"
#include "apprentice/pipeline/inputs.h"
#include "apprentice/quant/quant_net.h"

namespace apprentice::pipeline {

// Logits [n, classes], or values [n, 1] in the target's unit, by libtorch, or in a build without it by the float
// reference (layers/float_net.h), which is slower and agrees but for the last digits. threads 0 = all
// cores.
Result<Tensor> predict_float(const model::Model& model, const data::Dataset& data, int threads,
                             const RunControl& control);
// Float32 [n, outputs], dequantized, by the oracle: what the device answers to the bit. threads 0 = all cores.
Result<Tensor> predict_int8(const quant::QuantNet& net, const data::Dataset& data, int threads,
                            const RunControl& control);
// The same for samples [n, ...input shape], channel-first.
Result<Tensor> predict_int8(const quant::QuantNet& net, const Tensor& samples, int threads, const RunControl& control);

// At most `count` samples, evenly spaced over the data set: [n, ...shape].
Tensor spread_samples(const data::Dataset& data, int64_t count);
// Raw float32 [count, ...shape] that prove a student: the first half real samples of `data` (as many as there are,
// repeated where fewer), the rest such that their int8 inputs are uniformly random, from `seed`.
Tensor proof_samples(const quant::QuantNet& net, const data::Dataset& data, int64_t count, uint64_t seed);
// For measure(): what the device makes of raw samples [n, ...shape], and the oracle's answers, on all cores.
Result<device::ProofVectors> proof_vectors(const quant::QuantNet& net, const Tensor& samples,
                                           const RunControl& control);

// C names start with [package] prefix, or with the job's name made a C identifier.
codegen::PackageOptions package_options(const Inputs& inputs);

}  // namespace apprentice::pipeline
