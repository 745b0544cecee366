// SPDX-License-Identifier: Apache-2.0
// The models that teacher_bench runs.
#pragma once

#include <string>
#include <vector>

#include "apprentice/onnx/run/model.h"
#include "tests/support/real_data.h"

namespace apprentice::bench {

struct BenchModel {
  std::string name, path;
};

// An InceptionTime and a ResNet-18 with weights drawn at random (speed does not depend on them), written to `scratch`,
// and the third-party models where the real data is.
std::vector<BenchModel> bench_models(const test::Scratch& scratch);

// Normal numbers; free axes other than the first have size 1.
onnx::run::NamedTensors random_inputs(const onnx::OnnxGraph& graph, int64_t batch);

// Whether an engine that runs graphs as they are written takes any batch: axis 0 of every input is free.
bool takes_any_batch(const onnx::OnnxGraph& graph);

}  // namespace apprentice::bench
