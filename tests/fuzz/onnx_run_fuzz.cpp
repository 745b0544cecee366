// SPDX-License-Identifier: Apache-2.0
// Any bytes as an ONNX model that is loaded and run once on zeros, within the memory budget of onnx/run/. Needs
// libtorch, which is not instrumented itself: the sanitizers see our code, and libtorch's reads and writes of the heap.
#include "apprentice/onnx/run/model.h"
#include "tests/fuzz/parse.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  apprentice::onnx::run::set_compute_threads(1);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto graph = apprentice::onnx::parse_onnx(as_text(data, size), "fuzz.onnx");
  if (!graph) return 0;
  const auto model = apprentice::onnx::run::OnnxModel::from_graph(std::move(*graph));
  if (!model) return 0;
  static_cast<void>(model->cost());
  return 0;
}
