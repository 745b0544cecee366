// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "apprentice/layers/layer.h"
#include "apprentice/onnx/write/export.h"
#include "tests/onnx_runtime/nets.h"
#include "tests/onnx_runtime/referee.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;

// Largest difference to the float64 reference, relative to the largest output; without normalisation where told.
double error_of(const model::Model& model, const Tensor& input, const Tensor& answer) {
  const int64_t sample = element_count(model.spec.input_shape), outputs = answer.shape()[1];
  double largest = 0.0, error = 0.0;
  for (int64_t n = 0; n < input.shape()[0]; ++n) {
    const std::vector<double> expected = layers::run_float_reference(model, input.data<float>() + n * sample).value();
    for (int64_t k = 0; k < outputs; ++k) {
      const double value =
          expected[static_cast<size_t>(k)] * double{model.spec.output_scale} + double{model.spec.output_mean};
      largest = std::max(largest, std::abs(value));
      error = std::max(error, std::abs(value - double{answer.data<float>()[n * outputs + k]}));
    }
  }
  return error / largest;
}

TEST(OnnxExport, OnnxRuntimeAgreesWithTheFloatReferenceOnEveryKindAndFamily) {
  APPRENTICE_NEEDS_REFEREE();
  std::vector<test::Question> questions;
  const std::vector<model::Model> models = test::nets_of_every_kind();
  std::set<std::string> kinds;
  for (const model::Model& model : models) {
    const Result<std::string> bytes = onnx::write::export_onnx(model, onnx::write::Normalise::kInside);
    ASSERT_TRUE(bytes) << model.spec.name << ": " << bytes.error().text();
    questions.push_back({model.spec.name, *bytes, test::random_samples(model.spec, 16)});
    for (const model::LayerSpec& layer : model.spec.layers) kinds.insert(layer.kind);
  }
  const std::vector<test::Answer> answers = test::ask_referee(questions);
  ASSERT_EQ(answers.size(), models.size());
  for (size_t i = 0; i < models.size(); ++i) {
    EXPECT_LT(error_of(models[i], questions[i].input, answers[i].output), 1e-4) << models[i].spec.name;
  }
  for (const layers::LayerKind& kind : layers::layer_kinds()) {
    if (kind.name == std::string("softmax")) continue;  // has its own test
    EXPECT_EQ(kinds.count(kind.name), 1U) << kind.name << " is in no net";
  }
}

TEST(OnnxExport, LeavesNormalisationOutsideWhenAsked) {
  APPRENTICE_NEEDS_REFEREE();
  model::Model model = test::nets_of_every_kind()[2];
  const Tensor input = test::random_samples(model.spec, 4);
  const std::string bytes = onnx::write::export_onnx(model, onnx::write::Normalise::kOutside).value();
  model.spec.input_mean.clear();
  model.spec.input_scale.clear();
  const std::vector<test::Answer> answers = test::ask_referee({{"outside", bytes, input}});
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_LT(error_of(model, input, answers[0].output), 1e-4);
}

TEST(OnnxExport, WritesSoftmaxAsProbabilities) {
  APPRENTICE_NEEDS_REFEREE();
  model::Model model = test::nets_of_every_kind()[2];
  model.spec.layers.push_back({"p", "softmax", {model.spec.layers.back().name}});
  const Tensor input = test::random_samples(model.spec, 4);
  const std::vector<test::Answer> answers =
      test::ask_referee({{"softmax", onnx::write::export_onnx(model, onnx::write::Normalise::kInside).value(), input}});
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_LT(error_of(model, input, answers[0].output), 1e-4);
}

TEST(OnnxExport, WritesTheSameBytesAgain) {
  for (const model::Model& model : test::nets_of_every_kind()) {
    EXPECT_EQ(onnx::write::export_onnx(model, onnx::write::Normalise::kInside).value(),
              onnx::write::export_onnx(model, onnx::write::Normalise::kInside).value());
  }
}

TEST(OnnxExport, CarriesClassesAndFingerprint) {
  const model::Model model = test::nets_of_every_kind()[2];
  const std::string bytes = onnx::write::export_onnx(model, onnx::write::Normalise::kInside).value();
  EXPECT_THAT(bytes, HasSubstr(R"(["class0","class1","class2"])"));
  EXPECT_THAT(bytes, HasSubstr(model::fingerprint(model.spec)));
}

TEST(OnnxExport, WritesClassNamesThatAreNoUtf8) {
  model::Model model = test::nets_of_every_kind()[2];
  model.spec.class_names[0] = "\xff\xfe";
  EXPECT_TRUE(onnx::write::export_onnx(model, onnx::write::Normalise::kInside));
}

TEST(OnnxExport, RefusesNetsThatAreNotWhole) {
  model::Model model = test::nets_of_every_kind()[2];
  model.weights.erase("dense0.bias");
  EXPECT_THAT(onnx::write::export_onnx(model, onnx::write::Normalise::kInside).error().text(),
              HasSubstr("'dense0.bias' is missing"));
  model = test::nets_of_every_kind()[0];
  model.spec.layers.resize(1);
  model.weights = layers::initial_weights(model.spec, 1).value();
  EXPECT_THAT(onnx::write::export_onnx(model, onnx::write::Normalise::kInside).error().text(),
              HasSubstr("ONNX export needs [outputs] there"));
}

}  // namespace
}  // namespace apprentice
