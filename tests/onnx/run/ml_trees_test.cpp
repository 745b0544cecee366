// SPDX-License-Identifier: Apache-2.0
// Tree ensembles of ai.onnx.ml, as scikit-learn and gradient boosting export them: against numbers worked out by hand,
// and against those of ONNX Runtime where the specification says nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "apprentice/onnx/run/model.h"
#include "tests/onnx/run/ml_rows.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

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
  rows.node().mutable_attribute()->rbegin()->add_floats(1.0F);
  EXPECT_THAT(rows.refusal(kCorners), HasSubstr("3 base values for 2"));
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

// A line of tests/golden/one_score_trees.txt.
struct OneScoreCase {
  std::string transform, weights;
  int64_t target = 0, bases = 0;
  std::vector<float> scores;
  std::vector<int64_t> labels;
};

OneScoreCase read_case(const std::string& line) {
  OneScoreCase out;
  std::istringstream words(line);
  words >> out.transform >> out.weights >> out.target >> out.bases;
  std::string word;
  for (int i = 0; i < 8 && words >> word; ++i) out.scores.push_back(std::stof(word));
  for (int i = 0; i < 4 && words >> word; ++i) out.labels.push_back(std::stoll(word));
  return out;
}

Rows one_score_model(const OneScoreCase& the) {
  Rows rows("TreeEnsembleClassifier", {"label", "scores"});
  std::vector<float> weights{0.2F, 0.6F, 0.1F, 0.9F};
  if (the.weights == "zero") weights = {0.0F, 0.3F, 0.0F, 0.2F};
  if (the.weights == "mixed") weights = {-0.7F, 0.4F, 0.2F, -0.9F};
  two_stumps(rows.node(), "class", weights, {the.target, the.target, the.target, the.target});
  set_ints(rows.node(), "classlabels_int64s", {0, 1});
  set_text(rows.node(), "post_transform", the.transform);
  if (the.bases == 1) set_reals(rows.node(), "base_values", {0.25F});
  if (the.bases == 2) set_reals(rows.node(), "base_values", {0.25F, -0.5F});
  return rows;
}

// ONNX Runtime approximates the normal quantile.
MATCHER_P(IsTheSameScore, within, "") {
  const float a = std::get<0>(arg), b = std::get<1>(arg);
  return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= within;
}

TEST(OnnxMl, TreesOfOneScoreAnswerAsOnnxRuntimeDoes) {
  std::ifstream golden(source_folder() + "/tests/golden/one_score_trees.txt");
  int64_t cases = 0;
  for (std::string line; std::getline(golden, line);) {
    if (line[0] == '#') continue;
    const OneScoreCase the = read_case(line);
    const Rows rows = one_score_model(the);
    const float within = the.transform == "PROBIT" ? 5e-4F : 2e-6F;
    EXPECT_THAT(rows.answer(kCorners, "scores"), Pointwise(IsTheSameScore(within), the.scores)) << line;
    EXPECT_EQ(rows.labels(kCorners), the.labels) << line;
    ++cases;
  }
  EXPECT_EQ(cases, 84);
}

TEST(OnnxMl, TheProbitOfASingleScoreIsRefused) {
  const Rows rows = one_score_model({"PROBIT", "pos", 0, 0, {}, {}});
  EXPECT_THAT(rows.refusal(kCorners), HasSubstr("post_transform PROBIT of a single score is not supported"));
}

// One class is named, not two: its score stays as it is.
TEST(OnnxMl, TheScoreOfAnOnlyClassIsNotTransformed) {
  Rows rows("TreeEnsembleClassifier", {"label", "scores"});
  two_stumps(rows.node(), "class", {0.2F, 0.6F, 0.1F, 0.9F}, {0, 0, 0, 0});
  set_ints(rows.node(), "classlabels_int64s", {7});
  set_text(rows.node(), "post_transform", "LOGISTIC");
  EXPECT_THAT(rows.answer(kCorners, "scores"), Pointwise(FloatNear(1e-6F), std::vector<float>{0.3F, 1.5F, 0.7F, 1.1F}));
}

}  // namespace
}  // namespace apprentice::test
