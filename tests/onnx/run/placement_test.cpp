// SPDX-License-Identifier: Apache-2.0
// Models on another device than the processor. libtorch's lazy device stands for it: like a GPU, it refuses whoever
// reads its memory directly or mixes its values with the processor's. A GPU itself is asked where libtorch finds one.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <torch/csrc/lazy/ts_backend/ts_backend_impl.h>
#include <torch/cuda.h>

#include "apprentice/onnx/run/compute_device.h"
#include "apprentice/onnx/run/program.h"
#include "tests/onnx/format/build_model.h"
#include "tests/onnx/run/conformance.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

const at::Device& lazy_device() {
  static const at::Device device = [] {
    torch::lazy::InitTorchScriptBackend();
    return at::Device(at::kLazy, 0);
  }();
  return device;
}

ModelText convolution() {
  ModelText text;
  Tensor weight(DType::kF32, {2, 1, 3});
  for (int64_t i = 0; i < weight.size(); ++i) weight.data<float>()[i] = 0.5F - static_cast<float>(i);
  text.input("x", {-1, 1, 8}).constant("w", weight);
  text.node("Conv", {"x", "w"}, {"c"});
  text.node("Relu", {"c"}, {"r"});
  text.output("r");
  return text;
}

TEST(Placement, StepsRunWhereTheyCan) {
  ModelText text = convolution();
  text.node("NonZero", {"r"}, {"places"});
  text.output("places");
  const auto graph = onnx::parse_onnx(text.bytes(), "net");
  ASSERT_TRUE(graph) << graph.error().text();
  const auto program = onnx::run::Program::compile(*graph);
  ASSERT_TRUE(program) << program.error().text();
  (*program)->use_device(lazy_device());
  std::map<std::string, bool> on_device;
  onnx::run::RunOptions options;
  options.observer = [&](const onnx::run::Step& step, const onnx::run::Values&, const onnx::run::Values& outputs) {
    on_device[step.node->op] = outputs[0].device() == lazy_device();
  };
  const c10::InferenceMode inference;
  const auto made = (*program)->run({at::ones({3, 1, 8})}, (*program)->output_slots(), options);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_TRUE(on_device.at("Conv"));
  EXPECT_TRUE(on_device.at("Relu"));
  EXPECT_FALSE(on_device.at("NonZero"));
  for (const at::Tensor& value : *made) EXPECT_TRUE(value.device().is_cpu());
}

// As many of ONNX's own vectors as on the processor.
TEST(Placement, ConformanceVectorsHoldOnAnotherDevice) {
  APPRENTICE_NEEDS_DATA();
  const std::string folder = data_folder() + "/onnx_conformance/";
  int same = 0;
  for (const ListedCase& each : listed_cases(folder + "index.csv")) {
    if (each.suite == "light" || each.suite == "node_opset18" || !(each.core_float || each.quantised)) continue;
    const std::string path = folder + each.suite + "/" + each.name;
    const CaseResult here = run_case(path, 1e-5);
    if (here.outcome != Outcome::kSame) continue;
    const CaseResult there = run_case(path, 1e-5, [](onnx::run::OnnxModel& model) { model.compute_on(lazy_device()); });
    EXPECT_EQ(there.outcome, Outcome::kSame) << each.name << ": " << there.text;
    ++same;
  }
  fmt::print("{} vectors on {}\n", same, lazy_device().str());
  EXPECT_GE(same, 771 + 27 + 29 + 82 + 6);
}

TEST(Placement, ManySamplesGoTogether) {
  const auto run = [](const at::Device& device) {
    auto graph = onnx::parse_onnx(convolution().bytes(), "net");
    EXPECT_TRUE(graph);
    auto model = onnx::run::OnnxModel::from_graph(std::move(*graph));
    EXPECT_TRUE(model);
    model->compute_on(device);
    onnx::run::NamedTensors inputs;
    Tensor& samples = inputs["x"] = Tensor(DType::kF32, {700, 1, 8});
    for (int64_t i = 0; i < samples.size(); ++i) samples.data<float>()[i] = static_cast<float>(i % 17) - 8.0F;
    return model->run_samples(inputs, {"r"});
  };
  const auto here = run(at::Device(at::kCPU)), there = run(lazy_device());
  ASSERT_TRUE(here) << here.error().text();
  ASSERT_TRUE(there) << there.error().text();
  const Tensor &a = here->at("r"), &b = there->at("r");
  ASSERT_EQ(a.shape(), b.shape());
  for (int64_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a.data<float>()[i], b.data<float>()[i], 1e-5);
}

TEST(Placement, DevicesThatAreNotThereAreRefused) {
  EXPECT_TRUE(onnx::run::find_compute_device("cpu", "job.toml:3"));
  for (const char* name : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda0", "CUDA"}) {
    const auto found = onnx::run::find_compute_device(name, "job.toml:3");
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().text().rfind("job.toml:3: ", 0), 0U) << found.error().text();
    EXPECT_NE(found.error().text().find("is no device"), std::string::npos) << found.error().text();
  }
  EXPECT_FALSE(onnx::run::find_compute_device("cuda:100", "job.toml:3"));
}

// The largest difference between the answers of a device and the processor's, in units of 1 or of the answer itself.
float apart_on(const at::Device& device, const std::string& path) {
  const auto here = onnx::run::OnnxModel::load(path);
  auto there = onnx::run::OnnxModel::load(path);
  EXPECT_TRUE(here && there) << path;
  if (!here || !there) return 1e9F;
  there->compute_on(device);
  const onnx::OnnxValueInfo& input = here->graph().inputs[0];
  Shape shape{4};
  for (size_t i = 1; i < input.dims.size(); ++i) shape.push_back(input.dims[i].size);
  onnx::run::NamedTensors samples;
  Tensor& values = samples[input.name] = Tensor(DType::kF32, shape);
  for (int64_t i = 0; i < values.size(); ++i) values.data<float>()[i] = static_cast<float>(i * 37 % 256) / 255.0F;
  const auto expected = here->run_samples(samples), made = there->run_samples(samples);
  EXPECT_TRUE(expected) << expected.error().text();
  EXPECT_TRUE(made) << made.error().text();
  if (!expected || !made) return 1e9F;
  const Tensor a = expected->begin()->second.to_f32(), b = made->begin()->second.to_f32();
  float apart = 0.0F;
  for (int64_t i = 0; i < a.size(); ++i)
    apart = std::max(apart,
                     std::abs(b.data<float>()[i] - a.data<float>()[i]) / std::max(1.0F, std::abs(a.data<float>()[i])));
  return apart;
}

constexpr const char* kThirdParty[] = {"mlperf_tiny/ic_resnet8_large_float", "mlperf_tiny/kws_dscnn_float",
                                       "mlperf_tiny/ic_resnet8_int8_qdq", "cifar10_resnet_vnncomp/resnet_4b"};

TEST(Placement, ThirdPartyModelsAgreeWithTheProcessor) {
  APPRENTICE_NEEDS_DATA();
  for (const std::string name : kThirdParty)
    EXPECT_LE(apart_on(lazy_device(), data_folder() + "/models_thirdparty/" + name + ".onnx"), 1e-3F) << name;
}

TEST(Placement, AGpuAgreesWithTheProcessor) {
  APPRENTICE_NEEDS_DATA();
  if (torch::cuda::device_count() == 0) GTEST_SKIP() << "libtorch finds no GPU";
  for (const std::string name : kThirdParty)
    EXPECT_LE(apart_on(at::Device(at::kCUDA, 0), data_folder() + "/models_thirdparty/" + name + ".onnx"), 1e-3F)
        << name;
}

}  // namespace
}  // namespace apprentice::test
