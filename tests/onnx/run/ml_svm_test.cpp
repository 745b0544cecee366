// SPDX-License-Identifier: Apache-2.0
// Support vector machines, and linear classifiers of a single row of coefficients, against figures of ONNX
// Runtime 1.30.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/onnx/run/ml_rows.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

const Tensor kFour = Tensor::from({4, 2}, {0.5F, 1, 0.6F, -2, -1, -2, 0, 0.3F});

auto are(const std::vector<float>& expected) { return Pointwise(FloatNear(2e-5F), expected); }

// Three classes of 2, 1 and 1 vectors.
Rows three_classes(const std::string& kernel) {
  Rows rows("SVMClassifier", {"label", "scores"});
  set_text(rows.node(), "kernel_type", kernel);
  set_reals(rows.node(), "kernel_params", {0.5F, 0.1F, 2});
  set_ints(rows.node(), "vectors_per_class", {2, 1, 1});
  set_reals(rows.node(), "support_vectors", {1, 0, 0, 1, -1, -1, 2, 1});
  set_reals(rows.node(), "coefficients", {0.7F, 0.4F, -0.9F, 0.3F, 0.2F, -0.5F, 0.6F, -0.8F});
  set_reals(rows.node(), "rho", {0.1F, -0.2F, 0.05F});
  set_ints(rows.node(), "classlabels_ints", {0, 1, 2});
  return rows;
}

Rows two_classes(const std::string& how) {
  Rows rows("SVMClassifier", {"label", "scores"});
  set_text(rows.node(), "kernel_type", "RBF");
  set_reals(rows.node(), "kernel_params", {0.5F, 0, 3});
  set_ints(rows.node(), "vectors_per_class", {2, 1});
  set_reals(rows.node(), "support_vectors", {1, 0, 0, 1, -1, -1});
  set_reals(rows.node(), "coefficients", {0.7F, 0.4F, -0.9F});
  set_reals(rows.node(), "rho", {0.1F});
  set_ints(rows.node(), "classlabels_ints", {0, 1});
  set_text(rows.node(), "post_transform", how);
  return rows;
}

TEST(OnnxSvm, PairsOfClassesAreScoredByEveryKernel) {
  EXPECT_THAT(three_classes("LINEAR").answer(kFour, "scores"),
              are({2.2F, 0, -2.45F, -1.54F, 0.68F, 1.53F, -4.1F, -0.6F, 5.05F, 0.49F, -0.26F, -0.37F}));
  EXPECT_THAT(three_classes("POLY").answer(kFour, "scores"),
              are({-0.0505F, 0.0075F, -0.6645F, -0.04F, -0.546F, 0.362F, -1.768F, 0.51F, -1.302F, 0.12975F, -0.2105F,
                   0.0015F}));
  EXPECT_THAT(three_classes("RBF").answer(kFour, "scores"),
              are({0.78814F, -0.4368F, -0.18336F, 0.03939F, -0.1784F, 0.14785F, -0.43036F, -0.19967F, 0.41382F,
                   0.58449F, -0.44361F, 0.12158F}));
  EXPECT_THAT(three_classes("SIGMOID").answer(kFour, "scores"),
              are({1.06479F, -0.1611F, -0.9334F, -0.51819F, 0.14674F, 0.68147F, -1.28199F, -0.20471F, 1.36799F, 0.3127F,
                   -0.22905F, -0.17591F}));
}

TEST(OnnxSvm, TheClassOfMostPairsIsTheLabel) {
  EXPECT_THAT(three_classes("LINEAR").labels(kFour), ElementsAre(0, 1, 1, 2));
  EXPECT_THAT(three_classes("POLY").labels(kFour), ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(three_classes("RBF").labels(kFour), ElementsAre(2, 0, 1, 0));
}

TEST(OnnxSvm, ProbabilitiesOfClassesComeFromThoseOfPairs) {
  Rows rows = three_classes("RBF");
  set_reals(rows.node(), "prob_a", {-1.5F, -0.7F, -1});
  set_reals(rows.node(), "prob_b", {0.2F, 0, -0.1F});
  EXPECT_THAT(rows.answer(kFour, "scores"), are({0.37537F, 0.23156F, 0.39307F, 0.30603F, 0.37718F, 0.3168F, 0.22418F,
                                                 0.49348F, 0.28234F, 0.36276F, 0.28474F, 0.3525F}));
  Rows two = two_classes("NONE");
  set_reals(two.node(), "prob_a", {-1.5F});
  set_reals(two.node(), "prob_b", {0.2F});
  EXPECT_THAT(two.answer(kFour, "scores"),
              are({0.72755F, 0.27245F, 0.46482F, 0.53518F, 0.30037F, 0.69963F, 0.66005F, 0.33995F}));
}

TEST(OnnxSvm, TheScoreOfTwoClassesIsGivenTwice) {
  const std::vector<float> plain{-0.78814F, 0.78814F, -0.03939F, 0.03939F, 0.43036F, -0.43036F, -0.58449F, 0.58449F};
  EXPECT_THAT(two_classes("NONE").answer(kFour, "scores"), are(plain));
  EXPECT_THAT(two_classes("NONE").labels(kFour), ElementsAre(0, 0, 1, 0));
  EXPECT_THAT(two_classes("LOGISTIC").answer(kFour, "scores"),
              are({0.31257F, 0.68743F, 0.49015F, 0.50985F, 0.60596F, 0.39404F, 0.3579F, 0.6421F}));
  EXPECT_THAT(two_classes("SOFTMAX").answer(kFour, "scores"),
              are({0.21186F, 0.78814F, 0.96061F, 0.03939F, 1.43036F, -0.43036F, 0.41551F, 0.58449F}));
}

Rows regressor(const std::string& kernel) {
  Rows rows("SVMRegressor");
  set_text(rows.node(), "kernel_type", kernel);
  set_reals(rows.node(), "kernel_params", {0.5F, 0.1F, 2});
  set_int(rows.node(), "n_supports", 3);
  set_reals(rows.node(), "support_vectors", {1, 0, 0, 1, -1, -1});
  set_reals(rows.node(), "coefficients", {0.7F, 0.4F, -0.9F});
  set_reals(rows.node(), "rho", {0.1F});
  return rows;
}

TEST(OnnxSvm, RegressionIsASumOverVectors) {
  EXPECT_THAT(regressor("LINEAR").answer(kFour), are({2.2F, -1.54F, -4.1F, 0.49F}));
  EXPECT_THAT(regressor("POLY").answer(kFour), are({-0.0505F, -0.04F, -1.768F, 0.12975F}));
  EXPECT_THAT(regressor("RBF").answer(kFour), are({0.78814F, 0.03939F, -0.43036F, 0.58449F}));
  Rows novelty = regressor("RBF");
  set_int(novelty.node(), "one_class", 1);
  EXPECT_THAT(novelty.answer(kFour), ElementsAre(1, 1, -1, 1));
}

TEST(OnnxSvm, RefusesMachinesWhoseListsDoNotFit) {
  Rows rows = three_classes("RBF");
  rows.node().mutable_attribute(5)->add_floats(1);  // rho
  EXPECT_THAT(rows.refusal(kFour), HasSubstr("4 values of rho for 3 classes"));
  EXPECT_THAT(three_classes("ROUND").refusal(kFour), HasSubstr("kernel_type 'ROUND' is not known"));
  EXPECT_THAT(three_classes("RBF").refusal(Tensor::from({1, 3}, {1, 2, 3})), HasSubstr("2 features, but gets 3"));
  EXPECT_THAT(Rows("SVMRegressor").refusal(kFour), HasSubstr("without support vectors"));
}

// LogisticRegression of two classes by other exporters than scikit-learn's.
TEST(OnnxMl, ALinearClassifierOfOneRowSpeaksForTheSecondClass) {
  const auto model = [](const std::string& how) {
    Rows rows("LinearClassifier", {"label", "scores"});
    set_reals(rows.node(), "coefficients", {0.5F, -0.2F});
    set_reals(rows.node(), "intercepts", {0.25F});
    set_ints(rows.node(), "classlabels_ints", {0, 1});
    set_text(rows.node(), "post_transform", how);
    return rows;
  };
  const Tensor x = Tensor::from({4, 2}, {0.5F, 1, 0.6F, 2, -1, -2, 0, 0.3F});
  EXPECT_THAT(model("NONE").answer(x, "scores"), are({0.7F, 0.3F, 0.85F, 0.15F, 0.85F, 0.15F, 0.81F, 0.19F}));
  EXPECT_THAT(model("LOGISTIC").answer(x, "scores"),
              are({0.42556F, 0.57444F, 0.46257F, 0.53743F, 0.46257F, 0.53743F, 0.45264F, 0.54736F}));
  EXPECT_THAT(model("SOFTMAX").answer(x, "scores"), are({0.7F, 0.3F, 0.85F, 0.15F, 0.85F, 0.15F, 0.81F, 0.19F}));
  EXPECT_THAT(model("NONE").labels(x), ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(model("PROBIT").refusal(x), HasSubstr("PROBIT of a single score"));
}

}  // namespace
}  // namespace apprentice::test
