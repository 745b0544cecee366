// SPDX-License-Identifier: Apache-2.0
// XGBoost models are trained here by libxgboost, saved both ways, and walked in float64 from their documented form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xgboost/c_api.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "apprentice/base/random.h"
#include "apprentice/teacher/model_files.h"
#include "apprentice/teacher/xgboost_model.h"
#include "apprentice/trees/boosted_trees.h"
#include "apprentice/trees/statistics.h"
#include "tests/teacher/fixture.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
constexpr int64_t kSamples = 200, kFeatures = 4;

struct Fitted {
  BoosterHandle booster = nullptr;
  DMatrixHandle matrix = nullptr;
  ~Fitted() {
    XGBoosterFree(booster);
    XGDMatrixFree(matrix);
  }
};

Tensor features() {
  Rng rng(4, "features");
  Tensor out(DType::kF32, {kSamples, kFeatures});
  for (int64_t i = 0; i < out.size(); ++i) out.data<float>()[i] = static_cast<float>(rng.normal());
  return out;
}

class XgboostTest : public testing::Test {
 protected:
  // Three classes (or a value) by the signs of two features; written to m.json and m.ubj.
  void fit(const std::vector<std::pair<std::string, std::string>>& parameters) {
    Fitted fitted;
    ASSERT_EQ(XGDMatrixCreateFromMat(x_.data<float>(), kSamples, kFeatures, std::nanf(""), &fitted.matrix), 0);
    std::vector<float> labels;
    for (int64_t n = 0; n < kSamples; ++n) {
      const float* row = x_.data<float>() + n * kFeatures;
      labels.push_back(static_cast<float>((row[0] > 0.0F ? 1 : 0) + (row[2] > 0.3F && binary_ == 0 ? 1 : 0)));
    }
    XGDMatrixSetFloatInfo(fitted.matrix, "label", labels.data(), labels.size());
    ASSERT_EQ(XGBoosterCreate(&fitted.matrix, 1, &fitted.booster), 0);
    XGBoosterSetParam(fitted.booster, "verbosity", "0");
    XGBoosterSetParam(fitted.booster, "max_depth", "3");
    for (const auto& [key, value] : parameters) XGBoosterSetParam(fitted.booster, key.c_str(), value.c_str());
    for (int i = 0; i < 5; ++i)
      ASSERT_EQ(XGBoosterUpdateOneIter(fitted.booster, i, fitted.matrix), 0) << XGBGetLastError();
    for (const char* name : {"m.json", "m.ubj"})
      ASSERT_EQ(XGBoosterSaveModel(fitted.booster, scratch_.path(name).c_str()), 0);
  }
  Result<std::unique_ptr<teacher::Teacher>> make(const std::string& name, const data::DatasetInfo& data,
                                                 const std::string& keys = "") {
    return teacher_of("source = \"xgboost\"\npath = \"" + name + "\"\n" + keys, data, scratch_.path());
  }
  Json model() { return Json::parse(*read_file(scratch_.path("m.json"))); }
  void write_model(const Json& json) { ASSERT_TRUE(write_file(scratch_.path("m.json"), json.dump())); }
  std::string refusal(const Json& json) {
    write_model(json);
    const auto teacher = make("m.json", data_);
    return teacher ? "accepted" : teacher.error().text();
  }

  Scratch scratch_;
  const Tensor x_ = features();
  data::DatasetInfo data_ = data_info({kFeatures}, {"a", "b", "c"});
  int binary_ = 0;
};

// The sum of the leaves that a sample reaches in each class's trees, from the JSON alone.
std::vector<double> walk(const Json& model, const float* sample, int64_t outputs, double base) {
  std::vector<double> sums(static_cast<size_t>(outputs), base);
  const Json& forest = model["learner"]["gradient_booster"]["model"];
  for (size_t t = 0; t < forest["trees"].size(); ++t) {
    const Json& tree = forest["trees"][t];
    size_t node = 0;
    while (tree["left_children"][node].get<int>() >= 0) {
      const float value = sample[tree["split_indices"][node].get<size_t>()];
      const bool left = value < tree["split_conditions"][node].get<float>();
      node = tree[left ? "left_children" : "right_children"][node].get<size_t>();
    }
    sums[forest["tree_info"][t].get<size_t>()] += tree["split_conditions"][node].get<double>();
  }
  return sums;
}

void expect_walked(teacher::Teacher& teacher, const Json& model, const Tensor& x, int64_t outputs, double base,
                   int64_t first) {
  const auto answers = teacher.predict(x, {});
  ASSERT_TRUE(answers) << answers.error().text();
  const int64_t width = answers->logits.shape()[1];
  for (int64_t n = 0; n < kSamples; ++n) {
    const std::vector<double> sums = walk(model, x.data<float>() + n * kFeatures, outputs, base);
    for (int64_t c = 0; c < outputs; ++c)
      ASSERT_NEAR(answers->logits.data<float>()[n * width + first + c], sums[static_cast<size_t>(c)], 1e-5) << n;
  }
}

TEST_F(XgboostTest, MarginsOfSeveralClassesEqualAWalkOfTheTrees) {
  fit({{"objective", "multi:softprob"}, {"num_class", "3"}});
  for (const char* name : {"m.json", "m.ubj"}) {
    auto teacher = make(name, data_);
    ASSERT_TRUE(teacher) << teacher.error().text();
    expect_walked(**teacher, model(), x_, 3, 0.5, 0);
    EXPECT_THAT((*teacher)->info().description, HasSubstr("multi:softprob, 15 trees"));
  }
}

TEST_F(XgboostTest, MarginOfTwoClassesIsTheLogitOfTheSecond) {
  binary_ = 1;
  fit({{"objective", "binary:logistic"}});
  auto teacher = make("m.ubj", data_info({kFeatures}, {"no", "yes"}));
  ASSERT_TRUE(teacher) << teacher.error().text();
  expect_walked(**teacher, model(), x_, 1, 0.0, 1);  // base_score 0.5 is a margin of 0
}

TEST_F(XgboostTest, RegressionGivesItsValue) {
  fit({{"objective", "reg:squarederror"}});
  data::DatasetInfo data = data_info({kFeatures}, {});
  data.task = TaskKind::kRegression;
  auto teacher = make("m.json", data);
  ASSERT_TRUE(teacher) << teacher.error().text();
  expect_walked(**teacher, model(), x_, 1, 0.5, 0);
  EXPECT_THAT(make("m.json", data_).error().text(), HasSubstr("'reg:squarederror' gives no class probabilities"));
}

TEST_F(XgboostTest, TakesDartAndLinearModels) {
  for (const char* booster : {"dart", "gblinear"}) {
    fit({{"objective", "multi:softprob"}, {"num_class", "3"}, {"booster", booster}});
    auto json = make("m.json", data_), ubj = make("m.ubj", data_);
    ASSERT_TRUE(json) << json.error().text();
    ASSERT_TRUE(ubj) << ubj.error().text();
    EXPECT_EQ(floats((*json)->predict(x_, {})->logits), floats((*ubj)->predict(x_, {})->logits)) << booster;
  }
}

TEST_F(XgboostTest, FindsFeaturesByName) {
  fit({{"objective", "multi:softprob"}, {"num_class", "3"}});
  auto plain = make("m.json", data_);
  ASSERT_TRUE(plain) << plain.error().text();
  Json json = model();
  json["learner"]["feature_names"] = {"p", "q", "r", "s"};
  write_model(json);
  data::DatasetInfo turned = data_;
  turned.channel_names = {"s", "r", "q", "p"};
  auto named = make("m.json", turned);
  ASSERT_TRUE(named) << named.error().text();
  Tensor reversed = x_;
  for (int64_t n = 0; n < kSamples; ++n)
    std::reverse(reversed.data<float>() + n * kFeatures, reversed.data<float>() + (n + 1) * kFeatures);
  EXPECT_EQ(floats((*named)->predict(reversed, {})->logits), floats((*plain)->predict(x_, {})->logits));
  data::DatasetInfo wider = data_info({5}, data_.class_names);
  wider.channel_names = {"more", "p", "q", "r", "s"};
  auto picked = make("m.json", wider);
  ASSERT_TRUE(picked) << picked.error().text();
  const Tensor sample = Tensor::from({1, 5}, {9, 1, -1, 1, -1}), alone = Tensor::from({1, 4}, {1, -1, 1, -1});
  EXPECT_EQ(floats((*picked)->predict(sample, {})->logits), floats((*plain)->predict(alone, {})->logits));
  turned.channel_names = {"s", "r", "q", "other"};
  EXPECT_THAT(make("m.json", turned).error().text(), HasSubstr("feature 'p' is not in the data"));
}

TEST_F(XgboostTest, SeesWindowsByTheirStatisticsWhereTheJobSaysSo) {
  Tensor windows = x_;
  windows.reshape({kSamples / 2, 1, 2 * kFeatures});
  trees::TreeRows rows;
  rows.values = trees::statistics_of(windows);
  for (int64_t n = 0; n < kSamples / 2; ++n) rows.labels.push_back(rows.values.data<float>()[8 * n] > 0.0F ? 1 : 0);
  trees::TreeOptions options;
  options.rounds = 5;
  const auto trees = trees::train_trees(rows, rows, 2, options, {});
  ASSERT_TRUE(trees) << trees.error().text();
  ASSERT_TRUE(write_file(scratch_.path("m.json"), trees->json));
  const data::DatasetInfo data = data_info({1, 2 * kFeatures}, {"low", "high"});
  const auto teacher = make("m.json", data, "features = \"statistics\"\n");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_EQ(floats((*teacher)->predict(windows, {})->logits), floats(*trees::predict_trees(*trees, rows.values)));
  EXPECT_THAT(make("m.json", data_info({3, 8}, data.class_names), "features = \"statistics\"\n").error().text(),
              HasSubstr("takes 8 features, but samples [3, 8] have 24 statistics"));
}

TEST_F(XgboostTest, ReadsTheBaseScoreOfVersion3) {
  fit({{"objective", "multi:softprob"}, {"num_class", "3"}});
  Json json = model();
  json["learner"]["learner_model_param"]["base_score"] = "[5E-1,5E-1,5E-1]";
  write_model(json);
  auto teacher = make("m.json", data_);
  ASSERT_TRUE(teacher) << teacher.error().text();
  expect_walked(**teacher, json, x_, 3, 0.5, 0);
  json["learner"]["learner_model_param"]["base_score"] = "[5E-1,1E-1,5E-1]";
  EXPECT_THAT(refusal(json), HasSubstr("'base_score' differs between classes"));
}

TEST_F(XgboostTest, RefusesOtherNumbersOfFeaturesAndClasses) {
  fit({{"objective", "multi:softprob"}, {"num_class", "3"}});
  EXPECT_THAT(make("m.json", data_info({5}, {"a", "b", "c"})).error().text(), HasSubstr("'features' [N, 4]"));
  EXPECT_THAT(make("m.json", data_info({kFeatures}, {"a", "b"})).error().text(),
              HasSubstr("gives 3 values per sample"));
  EXPECT_THAT(make("m.json", data_, "output = \"probabilities\"").error().text(), HasSubstr("which are logits"));
}

TEST_F(XgboostTest, RefusesTreesThatAreNone) {
  fit({{"objective", "multi:softprob"}, {"num_class", "3"}});
  const Json good = model();
  const auto broken = [&](auto&& change) {
    Json json = good;
    change(json["learner"]["gradient_booster"]["model"]);
    return refusal(json);
  };
  EXPECT_THAT(broken([](Json& m) { m["trees"][2]["left_children"][0] = 0; }), HasSubstr("tree 2: node 0 is no child"));
  EXPECT_THAT(broken([](Json& m) { m["trees"][0]["right_children"][0] = 1000; }), HasSubstr("holds 1000"));
  EXPECT_THAT(broken([](Json& m) { m["trees"][0]["split_indices"][0] = 4; }), HasSubstr("'split_indices' holds 4"));
  EXPECT_THAT(broken([](Json& m) { m["trees"][0]["base_weights"].push_back(1.0); }), HasSubstr("'base_weights' has"));
  EXPECT_THAT(broken([](Json& m) { m["tree_info"][0] = 3; }), HasSubstr("'tree_info' holds 3"));
  EXPECT_THAT(broken([](Json& m) { m["trees"].erase(0); }), HasSubstr("'num_trees' is not 14"));
  EXPECT_THAT(broken([](Json& m) { m.erase("trees"); }), HasSubstr("'trees' is missing"));
}

TEST(ParseXgboost, RefusesWhatAFewBytesPromise) {
  const auto refusal = [](const std::string& bytes) {
    const auto model = teacher::parse_xgboost(bytes, "m");
    return model ? "accepted" : model.error().text();
  };
  EXPECT_THAT(refusal(""), HasSubstr("no XGBoost model"));
  EXPECT_THAT(refusal("{}"), HasSubstr("'learner' is missing"));
  EXPECT_THAT(refusal("{\"learner\": " + std::string(100000, '[')), HasSubstr("at most 64 levels"));
  EXPECT_THAT(refusal("{U\x01"
                      "a" +
                      std::string(100000, '[')),
              HasSubstr("at most 64 levels"));
  // UBJSON: a list of 2^40 nulls in 20 bytes.
  std::string bomb =
      "{U\x01"
      "a[$Z#L";
  bomb += std::string("\x00\x00\x01\x00\x00\x00\x00\x00", 8) + "}";
  EXPECT_THAT(refusal(bomb), HasSubstr("is damaged"));
}

TEST_F(XgboostTest, RefusesEveryTruncatedFile) {
  fit({{"objective", "multi:softprob"}, {"num_class", "3"}});
  for (const char* name : {"m.json", "m.ubj"}) {
    const std::string bytes = *read_file(scratch_.path(name));
    for (size_t size = 0; size < bytes.size(); size += 97)
      EXPECT_FALSE(teacher::parse_xgboost(bytes.substr(0, size), name)) << size;
  }
}

// As XGBClassifier does, where early stopping left its word; a booster of Python uses all rounds.
TEST_F(XgboostTest, UsesTheRoundsUpToTheBestUnlessToldOtherwise) {
  fit({{"objective", "multi:softprob"}, {"num_class", "3"}});
  Json stopped = model();
  stopped["learner"]["attributes"]["best_iteration"] = "1";
  write_model(stopped);
  Json first_two = model();
  while (first_two["learner"]["gradient_booster"]["model"]["trees"].size() > 6)
    first_two["learner"]["gradient_booster"]["model"]["trees"].erase(6);
  auto best = make("m.json", data_);
  ASSERT_TRUE(best) << best.error().text();
  expect_walked(**best, first_two, x_, 3, 0.5, 0);
  EXPECT_THAT((*best)->info().description, HasSubstr("15 trees; the first 2 of 5 rounds, the best"));
  auto all = make("m.json", data_, "rounds = \"all\"");
  ASSERT_TRUE(all) << all.error().text();
  expect_walked(**all, stopped, x_, 3, 0.5, 0);
  EXPECT_NE((*best)->info().fingerprint, (*all)->info().fingerprint);
  EXPECT_THAT(teacher::open_xgboost(scratch_.path("m.json"))->notes[2],
              HasSubstr("early stopping found round 2 of 5 the best: those after it are left out"));
  for (const char* told : {"4", "77", "-1", "two", ""}) {
    stopped["learner"]["attributes"]["best_iteration"] = told;
    write_model(stopped);
    expect_walked(**make("m.json", data_), stopped, x_, 3, 0.5, 0);
  }
}

// XGBoost 1.7 writes NaN, which is no JSON, for the thresholds of splits by category.
TEST_F(XgboostTest, TakesSplitsByCategory) {
  Tensor x = x_;
  for (int64_t n = 0; n < kSamples; ++n) x.data<float>()[n * kFeatures] = static_cast<float>(n % 5);
  Fitted fitted;
  ASSERT_EQ(XGDMatrixCreateFromMat(x.data<float>(), kSamples, kFeatures, std::nanf(""), &fitted.matrix), 0);
  const char* kinds[] = {"c", "q", "q", "q"};
  ASSERT_EQ(XGDMatrixSetStrFeatureInfo(fitted.matrix, "feature_type", kinds, kFeatures), 0);
  std::vector<float> labels;
  for (int64_t n = 0; n < kSamples; ++n) labels.push_back(static_cast<float>(n % 5 == 1 || n % 5 == 3));
  XGDMatrixSetFloatInfo(fitted.matrix, "label", labels.data(), labels.size());
  ASSERT_EQ(XGBoosterCreate(&fitted.matrix, 1, &fitted.booster), 0);
  for (const auto& [key, value] :
       {std::pair{"verbosity", "0"}, {"objective", "binary:logistic"}, {"tree_method", "approx"}})
    XGBoosterSetParam(fitted.booster, key, value);
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(XGBoosterUpdateOneIter(fitted.booster, i, fitted.matrix), 0) << XGBGetLastError();
  bst_ulong size = 0;
  const float* margins = nullptr;
  ASSERT_EQ(XGBoosterPredict(fitted.booster, fitted.matrix, 1, 0, 0, &size, &margins), 0);
  const std::vector<float> expected(margins, margins + size);
  for (const char* name : {"m.json", "m.ubj"}) {
    ASSERT_EQ(XGBoosterSaveModel(fitted.booster, scratch_.path(name).c_str()), 0);
    const auto made = teacher::open_xgboost(scratch_.path(name))->run(x);
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(floats(made->front().second), expected) << name;
  }
  std::string json = *read_file(scratch_.path("m.json"));
  const size_t nan = json.find("NaN");
  ASSERT_NE(nan, std::string::npos);
  const size_t kind = json.find("\"split_type\":[1");
  ASSERT_NE(kind, std::string::npos);
  json[kind + 14] = '0';
  EXPECT_THAT(teacher::parse_xgboost(json, "m").error().text(),
              HasSubstr("the threshold of node 0 is no finite number"));
}

TEST_F(XgboostTest, IsOpenedOutsideOfAJob) {
  fit({{"objective", "multi:softprob"}, {"num_class", "3"}});
  auto teacher = make("m.ubj", data_);
  ASSERT_TRUE(teacher) << teacher.error().text();
  const auto opened = teacher::open_xgboost(scratch_.path("m.ubj"));
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->columns, kFeatures);
  EXPECT_THAT(opened->notes[0], HasSubstr("gbtree of 15 trees"));
  const auto made = opened->run(x_);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->front().first, "margins");
  EXPECT_EQ(floats(made->front().second), floats((*teacher)->predict(x_, {})->logits));
  EXPECT_THAT(opened->run(Tensor::from({1, 2}, {1, 2})).error().text(), HasSubstr("takes samples of shape [n, 4]"));
}

TEST_F(XgboostTest, GivesValuesOutsideOfAJob) {
  fit({{"objective", "reg:squarederror"}});
  const auto made = teacher::open_xgboost(scratch_.path("m.json"))->run(x_);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->front().first, "value");
  EXPECT_EQ(made->front().second.shape(), (Shape{kSamples, 1}));
}

}  // namespace
}  // namespace apprentice::test
