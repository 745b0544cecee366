// SPDX-License-Identifier: Apache-2.0
// Operators of ai.onnx.ml, as scikit-learn and gradient boosting export them, against numbers worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "apprentice/onnx/model.h"
#include "tests/onnx/build_model.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

void set_reals(::onnx::NodeProto& node, const std::string& name, const std::vector<float>& values) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::FLOATS);
  for (const float value : values) attribute.add_floats(value);
}

void set_text(::onnx::NodeProto& node, const std::string& name, const std::string& value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::STRING);
  attribute.set_s(value);
}

void set_texts(::onnx::NodeProto& node, const std::string& name, const std::vector<std::string>& values) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::STRINGS);
  for (const std::string& value : values) attribute.add_strings(value);
}

// One node of ai.onnx.ml on `x`; a classifier has the label and the scores.
class Rows {
 public:
  explicit Rows(const std::string& op, const std::vector<std::string>& outputs = {"y"}) {
    text_.input("x", {-1, -1});
    for (const std::string& output : outputs) text_.output(output, {}, output == "label" ? 7 : 1);
    auto& import = *text_.model.add_opset_import();
    import.set_domain("ai.onnx.ml");
    import.set_version(3);
    node_ = &text_.node(op, {"x"}, outputs);
    node_->set_domain("ai.onnx.ml");
  }
  ::onnx::NodeProto& node() { return *node_; }
  Result<NamedTensors> run(const Tensor& x) const {
    APPRENTICE_TRY(OnnxGraph graph, parse_onnx(text_.bytes(), "m.onnx"));
    APPRENTICE_TRY(const OnnxModel model, OnnxModel::from_graph(std::move(graph)));
    return model.run({{"x", x}});
  }
  std::vector<float> answer(const Tensor& x, const std::string& output = "y") const {
    const auto made = run(x);
    EXPECT_TRUE(made) << made.error().text();
    if (!made) return {};
    const Tensor& y = made->at(output);
    return {y.data<float>(), y.data<float>() + y.size()};
  }
  std::vector<int64_t> labels(const Tensor& x) const {
    const auto made = run(x);
    EXPECT_TRUE(made) << made.error().text();
    if (!made) return {};
    const Tensor& label = made->at("label");
    return {label.data<int64_t>(), label.data<int64_t>() + label.size()};
  }
  std::string refusal(const Tensor& x) const {
    const auto made = run(x);
    return made ? "accepted" : made.error().text();
  }

 private:
  ModelText text_;
  ::onnx::NodeProto* node_ = nullptr;
};

// Two trees of one split each: x0 <= 0.5 and x1 < 2; the leaves of tree t give `weights[t]` to `targets[t]`.
void two_stumps(::onnx::NodeProto& node, const std::string& prefix, const std::vector<float>& weights,
                const std::vector<int64_t>& targets) {
  set_ints(node, "nodes_treeids", {0, 0, 0, 1, 1, 1});
  set_ints(node, "nodes_nodeids", {0, 1, 2, 0, 1, 2});
  set_ints(node, "nodes_featureids", {0, 0, 0, 1, 0, 0});
  set_ints(node, "nodes_truenodeids", {1, 0, 0, 1, 0, 0});
  set_ints(node, "nodes_falsenodeids", {2, 0, 0, 2, 0, 0});
  set_ints(node, "nodes_missing_value_tracks_true", {0, 0, 0, 1, 0, 0});
  set_reals(node, "nodes_values", {0.5F, 0, 0, 2.0F, 0, 0});
  set_texts(node, "nodes_modes", {"BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_LT", "LEAF", "LEAF"});
  set_ints(node, prefix + "_treeids", {0, 0, 1, 1});
  set_ints(node, prefix + "_nodeids", {1, 2, 1, 2});
  set_ints(node, prefix + "_ids", targets);
  set_reals(node, prefix + "_weights", weights);
}

const Tensor kCorners = Tensor::from({4, 2}, {0.5F, 1.0F, 0.6F, 2.0F, kNaN, kNaN, 0.0F, 5.0F});

TEST(OnnxMl, TreesAddTheirLeavesAndSendMissingValuesWhereTheyAreTold) {
  Rows rows("TreeEnsembleRegressor");
  two_stumps(rows.node(), "target", {1.0F, 2.0F, 10.0F, 20.0F}, {0, 0, 0, 0});
  set_reals(rows.node(), "base_values", {0.5F});
  EXPECT_THAT(rows.answer(kCorners), ElementsAre(11.5F, 22.5F, 12.5F, 21.5F));

  Rows mean("TreeEnsembleRegressor");
  two_stumps(mean.node(), "target", {1.0F, 2.0F, 10.0F, 20.0F}, {0, 0, 0, 0});
  set_text(mean.node(), "aggregate_function", "AVERAGE");
  EXPECT_THAT(mean.answer(kCorners), ElementsAre(5.5F, 11.0F, 6.0F, 10.5F));

  Rows least("TreeEnsembleRegressor");
  two_stumps(least.node(), "target", {1.0F, 2.0F, 10.0F, 20.0F}, {0, 0, 0, 0});
  set_text(least.node(), "aggregate_function", "MIN");
  EXPECT_THAT(least.answer(kCorners), ElementsAre(1.0F, 2.0F, 2.0F, 1.0F));
}

TEST(OnnxMl, TreesOfSeveralClassesNameTheLabel) {
  Rows rows("TreeEnsembleClassifier", {"label", "scores"});
  two_stumps(rows.node(), "class", {0.75F, 0.5F, 0.25F, 1.0F}, {0, 1, 1, 2});
  set_ints(rows.node(), "classlabels_int64s", {7, 8, 9});
  EXPECT_THAT(rows.labels(kCorners), ElementsAre(7, 9, 8, 9));
  EXPECT_THAT(rows.answer(kCorners, "scores"),
              ElementsAre(0.75F, 0.25F, 0, 0, 0.5F, 1.0F, 0, 0.75F, 0, 0.75F, 0, 1.0F));
}

// As XGBoost and LightGBM export two classes: all weights are of class 0 and speak for class 1.
TEST(OnnxMl, TreesOfOneScoreSpeakForTheSecondClass) {
  Rows rows("TreeEnsembleClassifier", {"label", "scores"});
  two_stumps(rows.node(), "class", {-1.0F, 2.0F, -0.5F, 0.25F}, {0, 0, 0, 0});
  set_ints(rows.node(), "classlabels_int64s", {0, 1});
  set_text(rows.node(), "post_transform", "LOGISTIC");
  EXPECT_THAT(rows.labels(kCorners), ElementsAre(0, 1, 1, 0));
  const auto sigmoid = [](double x) { return static_cast<float>(1.0 / (1.0 + std::exp(-x))); };
  const std::vector<float> expected = {sigmoid(1.5),  sigmoid(-1.5), sigmoid(-2.25), sigmoid(2.25),
                                       sigmoid(-1.5), sigmoid(1.5),  sigmoid(0.75),  sigmoid(-0.75)};
  EXPECT_THAT(rows.answer(kCorners, "scores"), Pointwise(FloatNear(1e-6F), expected));
}

TEST(OnnxMl, ABaseValueBelongsToTheOnlyScore) {
  Rows rows("TreeEnsembleClassifier", {"label", "scores"});
  two_stumps(rows.node(), "class", {-1.0F, 2.0F, -0.5F, 0.25F}, {0, 0, 0, 0});
  set_ints(rows.node(), "classlabels_int64s", {0, 1});
  set_reals(rows.node(), "base_values", {1.0F});
  EXPECT_THAT(rows.answer(kCorners, "scores"), ElementsAre(0.5F, -0.5F, -3.25F, 3.25F, -2.5F, 2.5F, -0.25F, 0.25F));
  rows.node().mutable_attribute()->rbegin()->add_floats(1.0F);
  EXPECT_THAT(rows.refusal(kCorners), HasSubstr("has 2 base values for 1 scores"));
}

TEST(OnnxMl, RefusesTreesThatAreNone) {
  Rows cycle("TreeEnsembleRegressor");
  two_stumps(cycle.node(), "target", {1, 2, 3, 4}, {0, 0, 0, 0});
  for (auto& attribute : *cycle.node().mutable_attribute())
    if (attribute.name() == "nodes_modes") attribute.set_strings(1, "BRANCH_LEQ");  // whose children are node 0
  EXPECT_THAT(cycle.refusal(kCorners), HasSubstr("lead back to themselves"));

  Rows outside("TreeEnsembleRegressor");
  two_stumps(outside.node(), "target", {1, 2, 3, 4}, {0, 0, 0, 5});
  EXPECT_THAT(outside.refusal(kCorners), HasSubstr("has a weight for target 5 of 1"));

  Rows narrow("TreeEnsembleRegressor");
  two_stumps(narrow.node(), "target", {1, 2, 3, 4}, {0, 0, 0, 0});
  EXPECT_THAT(narrow.refusal(Tensor::from({1, 1}, {1.0F})), HasSubstr("takes samples of at least 2 features"));
}

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
  const auto model = OnnxModel::load(data_folder() + "/models_thirdparty/trees/treeensembleclassifier.onnx");
  ASSERT_TRUE(model) << model.error().text();
  const OnnxValueInfo& input = model->graph().inputs.at(0);
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
