// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/teacher_models.h"

#include <algorithm>
#include <cstring>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/families/family.h"
#include "apprentice/layers/layer.h"
#include "apprentice/onnx/write/export.h"
#include "benchmarks/must.h"

namespace apprentice::bench {
namespace {

BenchModel make_family(const std::string& name, const std::string& keys, const Shape& shape, int64_t classes,
                       const test::Scratch& scratch) {
  Config config = must(Config::parse(keys, "teacher_bench"));
  model::Model model;
  model.spec = must(families::read_net_spec(config, shape, classes));
  model.spec.name = name;
  model.spec.input_mean.assign(static_cast<size_t>(shape[0]), 0.0F);
  model.spec.input_scale.assign(static_cast<size_t>(shape[0]), 1.0F);
  for (int64_t c = 0; c < classes; ++c) model.spec.class_names.push_back(fmt::format("class{}", c));
  model.weights = must(layers::initial_weights(model.spec, 1));
  const std::string path = scratch.path(name + ".onnx");
  must(write_file(path, must(onnx::write::export_onnx(model, onnx::write::Normalise::kOutside))));
  return {name, path};
}

const char* const kThirdParty[] = {
    "cifar10_resnet_vnncomp/resnet_2b",      "cifar10_resnet_vnncomp/resnet_4b",   "mlperf_tiny/ad01_autoencoder_float",
    "mlperf_tiny/ad01_autoencoder_int8_qdq", "mlperf_tiny/ic_resnet8_float",       "mlperf_tiny/ic_resnet8_int8_qdq",
    "mlperf_tiny/ic_resnet8_large_float",    "mlperf_tiny/kws_dscnn_float",        "mlperf_tiny/kws_dscnn_int8_qdq",
    "mlperf_tiny/vww_mobilenet_float",       "mlperf_tiny/vww_mobilenet_int8_qdq", "mnist_onnx_zoo/model",
    "trees/treeensembleclassifier",          "winml_samples/cifar10_tutorial_cnn", "winml_samples/iris_mlp",
    "winml_samples/SqueezeNet_fp16"};

// Float16 numbers from 0 to 1: all bits below those of one.
void fill_halves(Tensor& tensor, Rng& rng) {
  constexpr uint64_t kOne = 0x3c00;
  for (int64_t i = 0; i < tensor.size(); ++i) {
    const auto bits = static_cast<uint16_t>(rng.below(kOne));
    std::memcpy(tensor.bytes() + 2 * i, &bits, sizeof bits);
  }
}

}  // namespace

std::vector<BenchModel> bench_models(const test::Scratch& scratch) {
  std::vector<BenchModel> all = {
      make_family("inceptiontime_5x256", "family = \"inceptiontime\"", {5, 256}, 10, scratch),
      make_family("resnet18_3x32x32", "family = \"resnet2d\"\nwidth = 64\ndepth = 2\nstages = 4", {3, 32, 32}, 10,
                  scratch)};
  if (test::data_folder().empty()) return all;
  for (const std::string path : kThirdParty) {
    const size_t slash = path.find('/');
    const std::string file = path.substr(slash + 1);
    all.push_back(
        {file == "model" ? path.substr(0, slash) : file, test::data_folder() + "/models_thirdparty/" + path + ".onnx"});
  }
  return all;
}

onnx::run::NamedTensors random_inputs(const onnx::OnnxGraph& graph, int64_t batch) {
  Rng rng(7, "teacher_bench");
  onnx::run::NamedTensors inputs;
  for (const onnx::OnnxValueInfo& value : graph.inputs) {
    Shape shape;
    for (const onnx::OnnxDim& dim : value.dims) shape.push_back(shape.empty() ? batch : std::max<int64_t>(dim.size, 1));
    Tensor tensor(value.dtype.value_or(DType::kF32), shape);
    if (tensor.dtype() == DType::kF32)
      for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<float>()[i] = static_cast<float>(rng.normal());
    if (tensor.dtype() == DType::kF16) fill_halves(tensor, rng);
    inputs[value.name] = std::move(tensor);
  }
  return inputs;
}

bool takes_any_batch(const onnx::OnnxGraph& graph) {
  return std::all_of(graph.inputs.begin(), graph.inputs.end(),
                     [](const onnx::OnnxValueInfo& value) { return !value.dims.empty() && value.dims[0].size < 0; });
}

}  // namespace apprentice::bench
