// SPDX-License-Identifier: Apache-2.0
// Trained models of others (data/models_thirdparty) against their golden outputs, made by OpenCV 4.6.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "apprentice/onnx/format/tensor_file.h"
#include "apprentice/onnx/run/model.h"
#include "tests/onnx/run/npy.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

constexpr double kTolerance = 1e-4;  // of the largest logit
constexpr int64_t kBatch = 64;

std::string models() { return data_folder() + "/models_thirdparty/"; }

Tensor rows(const Tensor& all, int64_t first, int64_t count) {
  Shape shape = all.shape();
  shape[0] = std::min(count, shape[0] - first);
  Tensor out(DType::kF32, shape);
  const int64_t row = all.size() / all.shape()[0];
  std::memcpy(out.bytes(), all.data<float>() + first * row, static_cast<size_t>(out.byte_count()));
  return out;
}

// Answers of the model's only output, in batches.
Tensor answers(const onnx::run::OnnxModel& model, const Tensor& samples) {
  const std::string input = model.graph().inputs[0].name;
  Tensor all;
  int64_t done = 0;
  for (; done < samples.shape()[0]; done += kBatch) {
    const auto made = model.run_samples({{input, rows(samples, done, kBatch)}});
    EXPECT_TRUE(made) << made.error().text();
    if (!made) return {};
    const Tensor& out = made->begin()->second;
    const int64_t width = out.size() / out.shape()[0];
    if (done == 0) all = Tensor(DType::kF32, {samples.shape()[0], width});
    std::memcpy(all.data<float>() + done * width, out.data<float>(), static_cast<size_t>(out.byte_count()));
  }
  return all;
}

// Largest difference to the golden rows, relative to the largest golden value.
double relative_error(const Tensor& made, const Tensor& golden) {
  double largest = 0.0, difference = 0.0;
  for (int64_t i = 0; i < made.size(); ++i) {
    const double expected = static_cast<double>(golden.data<float>()[i]);
    largest = std::max(largest, std::abs(expected));
    difference = std::max(difference, std::abs(static_cast<double>(made.data<float>()[i]) - expected));
  }
  return difference / largest;
}

double accuracy(const Tensor& logits, const std::vector<int>& labels) {
  const int64_t width = logits.shape()[1];
  int64_t right = 0;
  for (int64_t n = 0; n < logits.shape()[0]; ++n) {
    const float* row = logits.data<float>() + n * width;
    right += (std::max_element(row, row + width) - row) == labels[static_cast<size_t>(n)] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(logits.shape()[0]);
}

struct Images {
  Tensor pixels;  // raw 0..255
  std::vector<int> labels;
};

Images read_cifar(int64_t count) {
  const std::string bytes = read_file(data_folder() + "/cifar10_jpeg/test_batch.bin").value();
  Images images{Tensor(DType::kF32, {count, 3, 32, 32}), {}};
  for (int64_t n = 0; n < count; ++n) {
    const char* row = bytes.data() + n * 3073;
    images.labels.push_back(row[0]);
    for (int64_t i = 0; i < 3072; ++i)
      images.pixels.data<float>()[n * 3072 + i] = static_cast<float>(static_cast<unsigned char>(row[1 + i]));
  }
  return images;
}

Tensor normalised(const Tensor& pixels, const std::vector<float>& mean, const std::vector<float>& dev) {
  Tensor out = pixels;
  for (int64_t i = 0; i < out.size(); ++i) {
    const size_t channel = static_cast<size_t>(i / 1024 % 3);
    out.data<float>()[i] = (out.data<float>()[i] / 255.0F - mean[channel]) / dev[channel];
  }
  return out;
}

struct CifarCase {
  const char* file;
  const char* golden;
  std::vector<float> mean, dev;  // empty: raw pixels
  double published;              // accuracy of data/README.md on all 10,000
};

std::vector<CifarCase> cifar_cases() {
  const std::vector<float> mean = {.4914F, .4822F, .4465F}, dev = {.2471F, .2435F, .2616F}, half = {.5F, .5F, .5F};
  return {{"mlperf_tiny/ic_resnet8_float.onnx", "ic_resnet8_float_on_cifar_test10k.npy", {}, {}, 0.7548},
          {"mlperf_tiny/ic_resnet8_large_float.onnx", "ic_resnet8_large_float_on_cifar_test10k.npy", {}, {}, 0.8103},
          {"cifar10_resnet_vnncomp/resnet_2b.onnx", "resnet_2b_on_cifar_test10k.npy", mean, dev, 0.6870},
          {"cifar10_resnet_vnncomp/resnet_4b.onnx", "resnet_4b_on_cifar_test10k.npy", mean, dev, 0.7654},
          {"winml_samples/cifar10_tutorial_cnn.onnx", "winml_cifar10_on_cifar_test10k.npy", half, half, 0.6406}};
}

void check_cifar(int64_t count, bool all) {
  const Images images = read_cifar(count);
  for (const CifarCase& each : cifar_cases()) {
    const auto model = onnx::run::OnnxModel::load(models() + each.file);
    ASSERT_TRUE(model) << model.error().text();
    const Tensor samples = each.mean.empty() ? images.pixels : normalised(images.pixels, each.mean, each.dev);
    const Tensor made = answers(*model, samples);
    const Tensor golden = rows(read_golden(models() + "golden/" + each.golden), 0, count);
    ASSERT_EQ(made.size(), golden.size());
    const double error = relative_error(made, golden), right = accuracy(made, images.labels);
    fmt::print("{}: relative error {:.2e}, accuracy {:.4f} on {} images, samples run {}\n", each.file, error, right,
               count, model->why_not_together().value().empty() ? "together" : "one by one");
    EXPECT_LE(error, kTolerance) << each.file;
    EXPECT_NEAR(right, accuracy(golden, images.labels), 1e-3) << each.file;
    if (all) {
      EXPECT_NEAR(right, each.published, 1e-3) << each.file;
    }
  }
}

// Speed depends on it: none of them mixes samples, and the graph of each proves that.
TEST(ThirdParty, TheGraphProvesThatSamplesMayRunTogether) {
  APPRENTICE_NEEDS_DATA();
  for (const char* file : {"cifar10_resnet_vnncomp/resnet_2b.onnx", "cifar10_resnet_vnncomp/resnet_4b.onnx",
                           "mlperf_tiny/ad01_autoencoder_float.onnx", "mlperf_tiny/ad01_autoencoder_int8_qdq.onnx",
                           "mlperf_tiny/ic_resnet8_float.onnx", "mlperf_tiny/ic_resnet8_int8_qdq.onnx",
                           "mlperf_tiny/ic_resnet8_large_float.onnx", "mlperf_tiny/kws_dscnn_float.onnx",
                           "mlperf_tiny/kws_dscnn_int8_qdq.onnx", "mlperf_tiny/vww_mobilenet_float.onnx",
                           "mlperf_tiny/vww_mobilenet_int8_qdq.onnx", "mnist_onnx_zoo/model.onnx",
                           "trees/treeensembleclassifier.onnx", "winml_samples/SqueezeNet_fp16.onnx",
                           "winml_samples/cifar10_tutorial_cnn.onnx", "winml_samples/iris_mlp.onnx"}) {
    const auto model = onnx::run::OnnxModel::load(models() + file);
    ASSERT_TRUE(model) << model.error().text();
    const auto why_not = model->why_not_together();
    EXPECT_EQ(why_not ? *why_not : why_not.error().text(), "") << file;
  }
}

TEST(ThirdParty, CifarModelsEqualTheirGoldenAnswers) {
  APPRENTICE_NEEDS_DATA();
  check_cifar(1000, false);
}

TEST(ThirdPartySlow, CifarModelsReachTheirPublishedAccuracy) {
  APPRENTICE_NEEDS_DATA();
  check_cifar(10000, true);
}

TEST(ThirdParty, KeywordModelEqualsItsGoldenAnswers) {
  APPRENTICE_NEEDS_DATA();
  const std::string folder = data_folder() + "/speech_commands_kws01/";
  const std::string bytes = read_file(folder + "mfcc_int8.npy").value(),
                    label_bytes = read_file(folder + "labels.npy").value();
  const size_t values = 1000 * 490, item = (label_bytes.size() - 128) / 1000;
  Tensor samples(DType::kF32, {1000, 1, 49, 10});
  std::vector<int> labels;
  for (size_t i = 0; i < values; ++i)
    samples.data<float>()[i] =
        (static_cast<float>(static_cast<signed char>(bytes[bytes.size() - values + i])) - 83.0F) * 0.5847029F;
  for (size_t n = 0; n < 1000; ++n) labels.push_back(label_bytes[label_bytes.size() - 1000 * item + n * item]);
  const auto model = onnx::run::OnnxModel::load(models() + "mlperf_tiny/kws_dscnn_float.onnx");
  ASSERT_TRUE(model) << model.error().text();
  const Tensor made = answers(*model, samples);
  const double error = relative_error(made, read_golden(models() + "golden/kws_dscnn_float_on_kws01.npy"));
  fmt::print("kws_dscnn_float: relative error {:.2e}, accuracy {:.4f}\n", error, accuracy(made, labels));
  EXPECT_LE(error, kTolerance);
  EXPECT_NEAR(accuracy(made, labels), 0.901, 1e-3);
}

TEST(ThirdParty, AutoencoderAndMobileNetEqualTheirGoldenAnswers) {
  APPRENTICE_NEEDS_DATA();
  const std::string cases[][3] = {
      {"mlperf_tiny/ad01_autoencoder_float.onnx", "ad01_input8.npy", "ad01_autoencoder_float_out8.npy"},
      {"mlperf_tiny/vww_mobilenet_float.onnx", "vww_input4.npy", "vww_mobilenet_float_out4.npy"}};
  for (const auto& [file, input, golden] : cases) {
    const auto model = onnx::run::OnnxModel::load(models() + file);
    ASSERT_TRUE(model) << model.error().text();
    const Tensor made = answers(*model, read_golden(models() + "golden/" + input));
    const Tensor expected = read_golden(models() + "golden/" + golden);
    ASSERT_EQ(made.size(), expected.size());
    EXPECT_LE(relative_error(made, expected), kTolerance) << file;
  }
}

TEST(ThirdParty, MnistEqualsItsTestData) {
  APPRENTICE_NEEDS_DATA();
  const auto model = onnx::run::OnnxModel::load(models() + "mnist_onnx_zoo/model.onnx");
  ASSERT_TRUE(model) << model.error().text();
  for (int set = 0; set < 3; ++set) {
    const std::string folder = fmt::format("{}mnist_onnx_zoo/test_data_set_{}/", models(), set);
    const auto input = onnx::read_tensor_file(folder + "input_0.pb"),
               expected = onnx::read_tensor_file(folder + "output_0.pb");
    ASSERT_TRUE(input && expected);
    const auto made = model->run({{model->graph().inputs[0].name, input->tensor}});
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_LE(relative_error(made->begin()->second, expected->tensor), kTolerance);
  }
}

// Models without golden answers: they load, run, and give finite numbers of the declared shape.
TEST(ThirdParty, OtherModelsLoadAndRun) {
  APPRENTICE_NEEDS_DATA();
  for (const char* file : {"winml_samples/iris_mlp.onnx", "winml_samples/SqueezeNet_fp16.onnx",
                           "mlperf_tiny/ic_resnet8_int8_qdq.onnx", "mlperf_tiny/kws_dscnn_int8_qdq.onnx",
                           "mlperf_tiny/ad01_autoencoder_int8_qdq.onnx", "mlperf_tiny/vww_mobilenet_int8_qdq.onnx"}) {
    const auto model = onnx::run::OnnxModel::load(models() + file);
    ASSERT_TRUE(model) << model.error().text();
    const auto cost = model->cost();
    ASSERT_TRUE(cost) << cost.error().text();
    fmt::print("{}: {} parameters, {} MACs\n", file, onnx::summarize(model->graph()).parameters, cost->macs);
    EXPECT_GT(cost->macs, 0) << file;
  }
}

// Control flow and recurrence: If around everything in one, LSTM in both.
TEST(ThirdParty, VoiceActivityModelsRun) {
  APPRENTICE_NEEDS_DATA();
  for (const char* file : {"silero_vad/silero_vad_16k_op15.onnx", "silero_vad/silero_vad_op18_ifless.onnx"}) {
    const auto model = onnx::run::OnnxModel::load(models() + file);
    ASSERT_TRUE(model) << model.error().text();
    onnx::run::NamedTensors inputs;
    for (const onnx::OnnxValueInfo& input : model->graph().inputs) {
      fmt::print("{} {} {}\n", file, input.name, onnx::shape_text(input));
      const bool rate = input.name == "sr", state = input.name == "state";
      inputs[input.name] =
          rate ? Tensor(DType::kI64, {}) : Tensor(DType::kF32, state ? Shape{2, 1, 128} : Shape{1, 576});
      if (rate) *inputs[input.name].data<int64_t>() = 16000;
    }
    const auto made = model->run(inputs);
    ASSERT_TRUE(made) << made.error().text();
    const float silence = made->at("output").data<float>()[0];
    EXPECT_GE(silence, 0.0F) << file;
    EXPECT_LT(silence, 0.2F) << file;
  }
}

}  // namespace
}  // namespace apprentice::test
