// SPDX-License-Identifier: Apache-2.0
// What every row of the loss table promises, checked for every row: value and gradient against an independent
// reference, no NaN at extreme logits, least when the student equals the teacher, invariances, strict keys.
#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <cmath>

#include "apprentice/base/random.h"
#include "apprentice/losses/loss.h"
#include "tests/losses/read_loss.h"
#include "tests/losses/reference.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;

struct Scene {
  size_t batch = 4, classes = 5;
  double spread = 3.0;  // logits lie in [-spread, spread]
  bool one_hot_teacher = false;
  bool mixup = false;
};

LossCase make_case(const losses::LossKind& kind, const Scene& scene, uint64_t seed) {
  Rng rng(seed, "loss case");
  const size_t width = kind.task == TaskKind::kRegression ? 1 : scene.classes;
  // Float32 values, so that the float32 run sees the same input.
  const auto draw = [&] {
    Row row(width);
    for (long double& z : row) z = static_cast<float>(rng.uniform(-scene.spread, scene.spread));
    return row;
  };
  LossCase input;
  for (size_t b = 0; b < scene.batch; ++b) {
    input.student.push_back(draw());
    input.teacher.push_back(draw());
    input.labels.push_back(rng.below(width));
    input.values.push_back(static_cast<float>(rng.normal()));
    if (scene.mixup) {
      input.others.push_back(rng.below(width));
      input.shares.push_back(static_cast<float>(rng.uniform()));
    }
    if (!scene.one_hot_teacher || width == 1) continue;
    std::fill(input.teacher[b].begin(), input.teacher[b].end(), -80.0L);
    input.teacher[b][input.labels[b]] = 80.0L;
  }
  input.constant_student = input.student;
  input.epoch = 3;
  return input;
}

at::Tensor to_tensor(const std::vector<Row>& rows, at::ScalarType type) {
  const at::Tensor tensor =
      at::empty({static_cast<int64_t>(rows.size()), static_cast<int64_t>(rows[0].size())}, at::kDouble);
  double* out = tensor.data_ptr<double>();
  for (const Row& row : rows) out = std::copy(row.begin(), row.end(), out);
  return tensor.to(type);
}

at::Tensor to_labels(const std::vector<size_t>& labels) {
  const at::Tensor tensor = at::empty({static_cast<int64_t>(labels.size())}, at::kLong);
  std::copy(labels.begin(), labels.end(), tensor.data_ptr<int64_t>());
  return tensor;
}

losses::Targets make_targets(const losses::LossKind& kind, const LossCase& input, at::ScalarType type) {
  losses::Targets targets;
  targets.teacher_logits = to_tensor(input.teacher, type);
  targets.epoch = static_cast<int64_t>(input.epoch);
  if (kind.task == TaskKind::kRegression) {
    std::vector<Row> column;
    for (long double value : input.values) column.push_back({value});
    targets.values = to_tensor(column, type);
    return targets;
  }
  targets.labels = to_labels(input.labels);
  targets.peers = {targets.teacher_logits};  // one peer answers as the teacher does
  if (input.others.empty()) return targets;
  targets.other_labels = to_labels(input.others);
  targets.own_shares = to_tensor({input.shares}, type)[0];
  return targets;
}

// Keys that are whole numbers, with another one than the default.
const Keys& counts() {
  static const Keys kCounts = {{"k", 3}, {"peers", 2}};
  return kCounts;
}

std::unique_ptr<losses::Loss> make(const losses::LossKind& kind, const Keys& keys) {
  std::string text;
  for (const auto& [key, value] : keys) {
    text += fmt::format(counts().count(key) > 0 ? "{} = {:.0f}\n" : "{} = {:f}\n", key, value);
  }
  Config config = *Config::parse(text, "test");
  auto loss = test::read_loss(kind.name, config);
  EXPECT_TRUE(config.finish()) << config.finish().error().text();
  return std::move(*loss);
}

struct Outcome {
  double value = 0.0;
  at::Tensor gradient;
};

Outcome run(const losses::Loss& loss, const losses::LossKind& kind, const LossCase& input, at::ScalarType type) {
  const at::Tensor logits = to_tensor(input.student, type).set_requires_grad(true);
  const losses::LossValue value = loss({logits}, make_targets(kind, input, type));
  value.total.backward();
  for (const auto& [name, part] : value.parts) {
    EXPECT_FALSE(part.requires_grad()) << name;
    EXPECT_EQ(part.numel(), 1) << name;
  }
  return {value.total.item<double>(), logits.grad().to(at::kDouble)};
}

// Central difference of the reference along one logit.
double reference_slope(const LossReference& reference, LossCase input, const Keys& keys, size_t b, size_t c) {
  constexpr long double kStep = 1e-4L;
  const long double middle = input.student[b][c];
  input.student[b][c] = middle + kStep;
  const long double above = reference.value(input, keys);
  input.student[b][c] = middle - kStep;
  return static_cast<double>((above - reference.value(input, keys)) / (2 * kStep));
}

void expect_equals_reference(const losses::LossKind& kind, const Keys& keys, const Scene& scene) {
  const LossReference& reference = loss_references().at(kind.name);
  const LossCase input = make_case(kind, scene, 11);
  const std::unique_ptr<losses::Loss> loss = make(kind, keys);
  const auto expected = static_cast<double>(reference.value(input, keys));
  const Outcome exact = run(*loss, kind, input, at::kDouble), single = run(*loss, kind, input, at::kFloat);
  const double size = 1.0 + std::abs(expected);
  EXPECT_NEAR(exact.value, expected, 1e-10 * size);
  EXPECT_NEAR(single.value, expected, 3e-4 * size);
  EXPECT_TRUE(single.gradient.isfinite().all().item<bool>());
  const double steepest = 1.0 + exact.gradient.abs().max().item<double>();
  EXPECT_LT((single.gradient - exact.gradient).abs().max().item<double>(), 1e-4 * steepest);
  Rng rng(5, "coordinates");
  const size_t width = input.student[0].size();
  const int coordinates = width > 100 ? 3 : 12;
  for (int i = 0; i < coordinates; ++i) {
    const size_t b = rng.below(scene.batch), c = i == 0 ? input.labels[b] : rng.below(width);
    const double slope = exact.gradient[static_cast<int64_t>(b)][static_cast<int64_t>(c)].item<double>();
    EXPECT_NEAR(slope, reference_slope(reference, input, keys, b, c), 1e-6 * steepest) << b << " " << c;
  }
}

class LossContract : public ::testing::TestWithParam<std::string> {
 protected:
  const losses::LossKind& kind() const { return *losses::find_loss_kind(GetParam()); }
  // The loss's own numbers, with their defaults.
  Keys defaults() const {
    Config config;
    EXPECT_TRUE(test::read_loss(GetParam(), config));
    const nlohmann::ordered_json json = config.resolved();
    Keys keys;
    for (const auto& [key, value] : json.items()) {
      if (value.is_number()) keys[key] = value.get<double>();
    }
    return keys;
  }
  std::vector<Keys> temperatures() const {
    if (defaults().count("T") == 0) return {{}};
    return {{{"T", 1.0}}, {{"T", 4.0}}, {{"T", 20.0}}};
  }
};

TEST_P(LossContract, HasAReferenceASummaryAndASource) {
  EXPECT_EQ(loss_references().count(GetParam()), 1U) << "add it to tests/losses/reference.cpp";
  EXPECT_GT(std::string(kind().summary).size(), 10U);
  EXPECT_GT(std::string(kind().source).size(), 10U);
}

TEST_P(LossContract, EqualsTheReferenceInValueAndGradient) {
  for (const Keys& keys : temperatures()) {
    expect_equals_reference(kind(), keys, {});
    expect_equals_reference(kind(), keys, {8, 2, 3.0});
    expect_equals_reference(kind(), keys, {1, 7, 3.0});
    expect_equals_reference(kind(), keys, {3, 1000, 3.0});
    expect_equals_reference(kind(), keys, {6, 10, 80.0});
    expect_equals_reference(kind(), keys, {6, 10, 3.0, true});
    expect_equals_reference(kind(), keys, {6, 10, 80.0, true});
    expect_equals_reference(kind(), keys, {6, 10, 3.0, false, true});
    expect_equals_reference(kind(), keys, {6, 10, 80.0, true, true});
  }
}

TEST_P(LossContract, FollowsEachOfItsWeights) {
  for (const auto& [key, value] : defaults()) {
    const auto count = counts().find(key);
    expect_equals_reference(kind(), {{key, count != counts().end() ? count->second : value * 0.75 + 0.05}},
                            {6, 9, 3.0});
  }
}

TEST_P(LossContract, IsLeastWhenStudentEqualsTeacher) {
  const LossReference& reference = loss_references().at(GetParam());
  if (reference.teacher_only.empty()) GTEST_SKIP() << "has no teacher part";
  const std::unique_ptr<losses::Loss> loss = make(kind(), reference.teacher_only);
  LossCase input = make_case(kind(), {5, 6, 4.0}, 3);
  input.student = input.teacher;
  const Outcome least = run(*loss, kind(), input, at::kDouble);
  EXPECT_LT(least.gradient.abs().max().item<double>(), 1e-9);
  Rng rng(4, "nudges");
  for (int i = 0; i < 20; ++i) {
    LossCase nudged = input;
    for (Row& row : nudged.student) {
      for (long double& z : row) z += rng.uniform(-1.0, 1.0);
    }
    EXPECT_GT(run(*loss, kind(), nudged, at::kDouble).value, least.value);
  }
}

TEST_P(LossContract, DoesNotDependOnTheOrderOfTheBatch) {
  const std::unique_ptr<losses::Loss> loss = make(kind(), {});
  const LossCase input = make_case(kind(), {6, 5, 3.0, false, true}, 9);
  LossCase turned = input;
  std::reverse(turned.student.begin(), turned.student.end());
  std::reverse(turned.teacher.begin(), turned.teacher.end());
  std::reverse(turned.labels.begin(), turned.labels.end());
  std::reverse(turned.values.begin(), turned.values.end());
  std::reverse(turned.others.begin(), turned.others.end());
  std::reverse(turned.shares.begin(), turned.shares.end());
  const Outcome a = run(*loss, kind(), input, at::kDouble), b = run(*loss, kind(), turned, at::kDouble);
  EXPECT_NEAR(a.value, b.value, 1e-12 * (1.0 + std::abs(a.value)));
  EXPECT_LT((a.gradient - b.gradient.flip(0)).abs().max().item<double>(), 1e-12);
}

TEST_P(LossContract, DoesNotChangeWhenAllLogitsOfASampleShift) {
  if (!loss_references().at(GetParam()).shift_invariant) GTEST_SKIP() << "its outputs are values, not logits";
  const std::unique_ptr<losses::Loss> loss = make(kind(), {});
  const LossCase input = make_case(kind(), {6, 5, 3.0}, 10);
  LossCase shifted = input;
  for (size_t b = 0; b < shifted.student.size(); ++b) {
    for (long double& z : shifted.student[b]) z += 7.0L * static_cast<long double>(b);
    for (long double& z : shifted.teacher[b]) z -= 11.0L;
  }
  EXPECT_NEAR(run(*loss, kind(), input, at::kDouble).value, run(*loss, kind(), shifted, at::kDouble).value, 1e-11);
}

TEST_P(LossContract, GivesTheTeacherNoGradient) {
  const LossCase input = make_case(kind(), {}, 2);
  losses::Targets targets = make_targets(kind(), input, at::kDouble);
  targets.teacher_logits.set_requires_grad(true);  // and the peer's
  const at::Tensor logits = to_tensor(input.student, at::kDouble).set_requires_grad(true);
  (*make(kind(), {}))({logits}, targets).total.backward();
  EXPECT_FALSE(targets.teacher_logits.grad().defined());
}

TEST_P(LossContract, RefusesUnknownKeys) {
  Config config = *Config::parse("alpha = 0.5", "job.toml");
  ASSERT_TRUE(test::read_loss(GetParam(), config));
  const Status status = config.finish();
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().text(), HasSubstr("job.toml:1:"));
  EXPECT_THAT(status.error().text(), HasSubstr("unknown key 'alpha'"));
}

TEST_P(LossContract, RefusesNumbersOutOfRange) {
  for (const auto& [key, value] : defaults()) {
    for (const char* bad : {"-1.0", "1e30"}) {
      Config config = *Config::parse(fmt::format("{} = {}", key, bad), "job.toml");
      ASSERT_TRUE(test::read_loss(GetParam(), config));
      EXPECT_FALSE(config.finish()) << key << " = " << bad;
    }
  }
}

std::vector<std::string> all_losses() {
  std::vector<std::string> names;
  for (const losses::LossKind& kind : losses::loss_kinds()) {
    if (kind.taps == losses::Taps::kNone) names.emplace_back(kind.name);  // others: feature_contract_test.cpp
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(EveryLoss, LossContract, ::testing::ValuesIn(all_losses()),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace apprentice
