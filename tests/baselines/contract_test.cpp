// SPDX-License-Identifier: Apache-2.0
// Every row of the table on windows, rows and pictures, in classification and regression.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "apprentice/base/random.h"
#include "apprentice/baselines/baseline.h"
#include "apprentice/metrics/metrics.h"
#include "tests/baselines/array_dataset.h"

namespace apprentice {
namespace {

constexpr int64_t kClasses = 3;

// Class k is a slow wave of k + 1 turns in a channel's first half, of any phase, with noise; the target is k and some.
std::shared_ptr<const data::Dataset> side(const Shape& shape, TaskKind task, int64_t samples, const char* stream) {
  Rng rng(3, stream);
  data::DatasetInfo info;
  info.task = task;
  info.sample_shape = shape;
  if (task == TaskKind::kClassification) info.class_names = {"calm", "busy", "wild"};
  const int64_t size = element_count(shape);
  std::vector<float> values;
  std::vector<data::SampleInfo> infos(static_cast<size_t>(samples));
  for (int64_t i = 0; i < samples; ++i) {
    const auto kind = static_cast<int32_t>(i % kClasses);
    data::SampleInfo& sample = infos[static_cast<size_t>(i)];
    if (task == TaskKind::kClassification) sample.label = kind;
    sample.target = static_cast<float>(10 * kind);
    for (int64_t j = 0; j < size; ++j) {
      const double wave = j < size / 2 ? (kind + 1.0) : 0.0;
      values.push_back(static_cast<float>(wave + 0.5 * rng.normal()));
    }
  }
  return std::make_shared<test::ArrayDataset>(std::move(info), std::move(values), std::move(infos));
}

data::Splits splits(const Shape& shape, TaskKind task) {
  data::Splits sides;
  sides.train = side(shape, task, 240, "train");
  sides.validation = side(shape, task, 60, "validation");
  sides.test = side(shape, task, 90, "test");
  return sides;
}

double quality(const Tensor& answers, const data::Dataset& data) {
  std::vector<int32_t> labels;
  std::vector<float> targets;
  for (int64_t i = 0; i < data.size(); ++i) {
    labels.push_back(data.sample_info(i).label);
    targets.push_back(data.sample_info(i).target);
  }
  if (data.info().task == TaskKind::kClassification) return metrics::classification_metrics(answers, labels).accuracy;
  return metrics::regression_metrics(answers, targets).r2;
}

using Case = std::tuple<Shape, TaskKind>;
class EveryBaseline : public testing::TestWithParam<Case> {};

TEST_P(EveryBaseline, AnswersEverySampleAndBeatsTheMajorityWhereItLearns) {
  const auto& [shape, task] = GetParam();
  const data::Splits sides = splits(shape, task);
  const auto fitted = baselines::fit_baselines(sides, {1, 2}, {});
  ASSERT_TRUE(fitted) << fitted.error().text();
  ASSERT_GE(fitted->size(), 3U);
  const int64_t width = task == TaskKind::kClassification ? kClasses : 1;
  for (const baselines::Baseline& one : *fitted) {
    SCOPED_TRACE(one.title);
    EXPECT_EQ(one.answers.validation.shape(), (Shape{60, width}));
    EXPECT_EQ(one.answers.test.shape(), (Shape{90, width}));
    EXPECT_EQ(one.trained_on, 240);
    EXPECT_GT(one.answers.size, 0);
    EXPECT_FALSE(one.answers.unit.empty());
    const double least = one.name == "majority" ? -0.01 : 0.8;
    EXPECT_GT(quality(one.answers.test, *sides.test), least);
    EXPECT_GT(quality(one.answers.validation, *sides.validation), least);
  }
}

TEST_P(EveryBaseline, GivesTheSameBitsTwice) {
  const auto& [shape, task] = GetParam();
  const data::Splits sides = splits(shape, task);
  const auto first = baselines::fit_baselines(sides, {1, 2}, {}), second = baselines::fit_baselines(sides, {1, 2}, {});
  ASSERT_TRUE(first && second);
  for (size_t i = 0; i < first->size(); ++i) {
    const Tensor &a = (*first)[i].answers.test, &b = (*second)[i].answers.test;
    EXPECT_EQ(std::vector<float>(a.data<float>(), a.data<float>() + a.size()),
              std::vector<float>(b.data<float>(), b.data<float>() + b.size()))
        << (*first)[i].name;
  }
}

TEST_P(EveryBaseline, StopsWhenAsked) {
  const auto& [shape, task] = GetParam();
  const std::atomic<bool> stop{true};
  RunControl control;
  control.stop = &stop;
  const auto fitted = baselines::fit_baselines(splits(shape, task), {1, 1}, control);
  ASSERT_FALSE(fitted);
  EXPECT_EQ(fitted.error().kind, ErrorKind::kInterrupted);
}

INSTANTIATE_TEST_SUITE_P(Data, EveryBaseline,
                         testing::Combine(testing::Values(Shape{6}, Shape{2, 16}, Shape{1, 8, 8}),
                                          testing::Values(TaskKind::kClassification, TaskKind::kRegression)));

TEST(BaselineTable, NamesAreThoseOfTheFiles) {
  std::set<std::string> names;
  for (const baselines::BaselineKind& kind : baselines::baseline_kinds())
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
  const std::string folder = std::string(std::getenv("APPRENTICE_SOURCE")) + "/apprentice/baselines/";
  for (const std::string& name : names) EXPECT_TRUE(std::filesystem::exists(folder + name + ".cpp")) << name;
}

TEST(BaselineTable, TheMajorityAnswersTheCommonestClassAndTheMean) {
  const data::Splits classes = splits({2}, TaskKind::kClassification), values = splits({2}, TaskKind::kRegression);
  const auto first = baselines::baseline_kinds().front().fit(classes, {}, {}),
             second = baselines::baseline_kinds().front().fit(values, {}, {});
  ASSERT_TRUE(first && second);
  EXPECT_NEAR(quality(first->answers.test, *classes.test), 1.0 / 3.0, 1e-9);
  EXPECT_FLOAT_EQ(second->answers.test.data<float>()[5], 10.0F);
}

}  // namespace
}  // namespace apprentice
