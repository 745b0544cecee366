// SPDX-License-Identifier: Apache-2.0
// Operators of ai.onnx.ml, as scikit-learn and gradient boosting export them, against numbers worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "apprentice/onnx/run/model.h"
#include "tests/onnx/run/ml_rows.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

TEST(OnnxMl, LinearModelsMultiplyAndAdd) {
  Rows regression("LinearRegressor");
  set_reals(regression.node(), "coefficients", {1, 2, 3, 4});
  set_reals(regression.node(), "intercepts", {10, 20});
  set_int(regression.node(), "targets", 2);
  EXPECT_THAT(regression.answer(Tensor::from({2, 2}, {1, 1, 0, 2})), ElementsAre(13, 27, 14, 28));

  Rows classes("LinearClassifier", {"label", "scores"});
  set_reals(classes.node(), "coefficients", {1, 0, 0, 1});
  set_reals(classes.node(), "intercepts", {0, 0.5F});
  set_texts(classes.node(), "classlabels_strings", {"cat", "dog"});
  set_text(classes.node(), "post_transform", "SOFTMAX");
  const Tensor x = Tensor::from({2, 2}, {2, 1, 1, 1});
  EXPECT_THAT(classes.labels(x), ElementsAre(0, 1));  // texts by their place
  const auto share = [](double a, double b) { return static_cast<float>(std::exp(a) / (std::exp(a) + std::exp(b))); };
  const std::vector<float> expected = {share(2, 1.5), share(1.5, 2), share(1, 1.5), share(1.5, 1)};
  EXPECT_THAT(classes.answer(x, "scores"), Pointwise(FloatNear(1e-6F), expected));
  EXPECT_THAT(classes.refusal(Tensor::from({1, 3}, {1, 2, 3})), HasSubstr("coefficients for 2 features, but gets 3"));
}

TEST(OnnxMl, ScalersAndNormalisersWorkPerFeatureAndPerRow) {
  Rows scaler("Scaler");
  set_reals(scaler.node(), "offset", {1, 2});
  set_reals(scaler.node(), "scale", {10, 0.5F});
  EXPECT_THAT(scaler.answer(Tensor::from({2, 2}, {1, 2, 3, 4})), ElementsAre(0, 0, 20, 1));

  const Tensor x = Tensor::from({2, 2}, {3, -4, 0, 0});
  const std::pair<const char*, std::vector<float>> norms[] = {
      {"L1", {3.0F / 7, -4.0F / 7, 0, 0}}, {"L2", {0.6F, -0.8F, 0, 0}}, {"MAX", {1, -4.0F / 3, 0, 0}}};
  for (const auto& [norm, expected] : norms) {
    Rows rows("Normalizer");
    set_text(rows.node(), "norm", norm);
    EXPECT_THAT(rows.answer(x), Pointwise(FloatNear(1e-6F), expected)) << norm;
  }
}

TEST(OnnxMl, MissingValuesAreFilledIn) {
  Rows rows("Imputer");
  set_reals(rows.node(), "imputed_value_floats", {-1, -2});
  auto& replaced = *rows.node().add_attribute();
  replaced.set_name("replaced_value_float");
  replaced.set_type(::onnx::AttributeProto::FLOAT);
  replaced.set_f(kNaN);
  EXPECT_THAT(rows.answer(Tensor::from({2, 2}, {kNaN, 1, 2, kNaN})), ElementsAre(-1, 1, 2, -2));
}

// 100 trees over 25 inputs and 3 classes, exported by others.
TEST(OnnxMl, TheThirdPartyForestLoadsAndRuns) {
  APPRENTICE_NEEDS_DATA();
  const auto model = onnx::run::OnnxModel::load(data_folder() + "/models_thirdparty/trees/treeensembleclassifier.onnx");
  ASSERT_TRUE(model) << model.error().text();
  const onnx::OnnxValueInfo& input = model->graph().inputs.at(0);
  Tensor x(DType::kF32, {2, 25});
  for (int64_t i = 0; i < x.size(); ++i) x.data<float>()[i] = static_cast<float>(i % 7) - 3.0F;
  const auto made = model->run({{input.name, x}});
  ASSERT_TRUE(made) << made.error().text();
  for (const auto& [name, tensor] : *made) {
    EXPECT_EQ(tensor.shape()[0], 2) << name;
    if (tensor.dtype() != DType::kF32) continue;
    for (int64_t row = 0; row < 2; ++row) {
      const float* scores = tensor.data<float>() + row * 3;
      EXPECT_NEAR(scores[0] + scores[1] + scores[2], 1.0F, 1e-5F) << "shares of votes";
    }
  }
}

}  // namespace
}  // namespace apprentice::test
