// SPDX-License-Identifier: Apache-2.0
// What every loss that looks at features promises: value and gradient against an independent reference (gradients of
// the student's features and of the adapters), adapters from shapes alone, least when the features are equal, strict
// keys, no NaN.
#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include "apprentice/base/random.h"
#include "apprentice/losses/adapters.h"
#include "apprentice/losses/loss.h"
#include "tests/losses/feature_reference.h"
#include "tests/losses/read_loss.h"
#include "tests/losses/reference.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kClasses = 3, kSamples = 20;

at::Tensor draw(const Shape& shape, Rng& rng, double spread = 1.0) {
  const at::Tensor values = at::empty(shape, at::kDouble);
  for (int64_t i = 0; i < values.numel(); ++i) values.data_ptr<double>()[i] = spread * rng.normal();
  return values;
}

class FeatureLossContract : public ::testing::TestWithParam<std::string> {
 protected:
  const losses::LossKind& kind() const { return *losses::find_loss_kind(GetParam()); }
  bool regression() const { return kind().task == TaskKind::kRegression; }
  // Pairs of other channels and other sizes; windows have height 1.
  std::vector<Shape> student_shapes() const {
    if (kind().taps == losses::Taps::kMaps) return {{3, 6, 8}, {4, 3, 4}};
    if (kind().taps == losses::Taps::kLastMaps) return {{4, 3, 4}};
    return {{5}};
  }
  std::vector<Shape> teacher_shapes() const {
    if (kind().taps == losses::Taps::kOwnVector) return {};
    if (kind().taps == losses::Taps::kMaps) return {{2, 3, 8}, {6, 3, 2}};
    if (kind().taps == losses::Taps::kLastMaps) return {{6, 3, 2}};
    return {{7}};
  }

  FeatureCase make_case(int64_t batch, uint64_t seed, double spread = 1.0) const {
    Rng rng(seed, "feature case");
    const auto with_batch = [&](Shape shape) {
      shape.insert(shape.begin(), batch);
      return shape;
    };
    FeatureCase input;
    for (const Shape& shape : student_shapes()) input.student.push_back(draw(with_batch(shape), rng, spread));
    for (const Shape& shape : teacher_shapes()) input.teacher.push_back(draw(with_batch(shape), rng, spread));
    const int64_t outputs = regression() ? 1 : kClasses;
    input.logits = draw({batch, outputs}, rng);
    input.values = draw({batch, 1}, rng);
    const int64_t width = input.teacher.empty() ? 1 : input.teacher.back().size(1);
    input.classifier = draw({outputs, width}, rng);
    input.classifier_offset = draw({outputs}, rng);
    const bool classifies = kind().taps == losses::Taps::kVector;
    input.teacher_logits = classifies ? classify(input, input.teacher.back()) : draw({batch, outputs}, rng);
    for (int64_t i = 0; i < kSamples; ++i) input.labels.push_back(i % kClasses);
    for (int64_t b = 0; b < batch; ++b) input.samples.push_back((3 * b + 4) % kSamples);
    input.epoch = 3;
    return input;
  }
  static at::Tensor classify(const FeatureCase& input, const at::Tensor& vectors) {
    return at::linear(vectors, input.classifier, input.classifier_offset);
  }

  std::unique_ptr<losses::Loss> make(const std::string& keys) const {
    Config config = *Config::parse(keys, "test");
    auto loss = test::read_loss(GetParam(), config);
    EXPECT_TRUE(config.finish()) << config.finish().error().text();
    return std::move(*loss);
  }
  // The term alone, with its gradient: labels weigh 1, and cross entropy is taken off again. heteroscedastic has no
  // other part.
  at::Tensor term_of(const losses::Loss& loss, const losses::StudentOutput& student, const FeatureCase& input) const {
    const losses::Targets targets = make_targets(input);
    const at::Tensor total = loss(student, targets).total;
    if (regression()) return total;
    return total - at::nll_loss(at::log_softmax(student.logits, 1), targets.labels);
  }

  losses::LossSetting setting(const FeatureCase& input) const {
    losses::LossSetting told{student_shapes(), teacher_shapes(), input.logits.size(1), kSamples, 1, {}, {}, {}};
    told.labels = at::tensor(input.labels, at::kLong);
    if (kind().taps != losses::Taps::kVector) return told;
    Rng rng(9, "known answers");
    const at::Tensor vectors = draw({50, input.teacher.back().size(1)}, rng);
    told.teacher_vectors = vectors.to(at::kFloat);
    told.teacher_logits = classify(input, told.teacher_vectors.to(at::kDouble));  // float64: an exact fit
    return told;
  }
  // Adapters of random values, so that no initial zero hides a gradient; the case takes copies of what they hold.
  void prepare(losses::Loss& loss, FeatureCase& input, losses::Adapters& adapters, uint64_t seed = 4) const {
    const Status prepared = loss.prepare(setting(input), adapters);
    ASSERT_TRUE(prepared) << prepared.error().text();
    Rng rng(seed, "adapter values");
    for (const at::Tensor& p : adapters.parameters()) {
      at::NoGradGuard no_grad;
      p.copy_(draw(p.sizes().vec(), rng, 0.5));
    }
    for (size_t i = 1; i < adapters.memories().size(); i += 2) adapters.memories()[i].fill_(30.0);
    for (const at::Tensor& p : adapters.parameters()) input.parameters.push_back(p.detach().clone());
    for (const at::Tensor& m : adapters.memories()) input.memories.push_back(m.clone());
  }

  double feature_weight() const { return kind().keys.number("feature_weight"); }
  // What the references of logit losses see of a case.
  static LossCase logits_of(const FeatureCase& input) {
    LossCase seen;
    for (int64_t b = 0; b < input.logits.size(0); ++b) {
      Row own, given;
      for (int64_t c = 0; c < input.logits.size(1); ++c) {
        own.push_back(input.logits[b][c].item<double>());
        given.push_back(input.teacher_logits[b][c].item<double>());
      }
      seen.student.push_back(own);
      seen.teacher.push_back(given);
      seen.labels.push_back(static_cast<size_t>(input.samples[static_cast<size_t>(b)] % kClasses));
    }
    return seen;
  }

  losses::Targets make_targets(const FeatureCase& input) const {
    losses::Targets targets;
    if (regression())
      targets.values = input.values;
    else
      targets.labels = at::tensor(input.samples, at::kLong).remainder(kClasses);
    targets.teacher_logits = input.teacher_logits;
    targets.features = input.teacher;
    targets.samples = at::tensor(input.samples, at::kLong);
    targets.epoch = input.epoch;
    return targets;
  }
  static losses::StudentOutput leaves(const FeatureCase& input) {
    losses::StudentOutput output{input.logits.clone().set_requires_grad(true), {}};
    for (const at::Tensor& feature : input.student) {
      output.features.push_back(feature.clone().set_requires_grad(true));
    }
    return output;
  }
};

// Central difference of the reference along one number of `where`, a tensor of `input`.
double reference_slope(FeatureReference reference, const FeatureCase& input, const at::Tensor& where, int64_t index) {
  constexpr double kStep = 1e-5;
  double& value = where.data_ptr<double>()[index];
  const double middle = value;
  value = middle + kStep;
  const double above = reference(input);
  value = middle - kStep;
  const double below = reference(input);
  value = middle;
  return (above - below) / (2.0 * kStep);
}

void expect_slopes(FeatureReference reference, const FeatureCase& input, const at::Tensor& where,
                   const at::Tensor& gradient, double size) {
  Rng rng(6, "coordinates");
  for (int i = 0; i < 4; ++i) {
    const auto index = static_cast<int64_t>(rng.below(static_cast<uint64_t>(where.numel())));
    const double slope = gradient.flatten()[index].item<double>();
    EXPECT_NEAR(slope, reference_slope(reference, input, where, index), 1e-5 * size) << index;
  }
}

TEST_P(FeatureLossContract, EqualsTheReferenceInValueAndGradients) {
  ASSERT_EQ(feature_references().count(GetParam()), 1U) << "add it to tests/losses/feature_reference.cpp";
  const FeatureReference reference = feature_references().at(GetParam());
  FeatureCase input = make_case(5, 11);
  const std::unique_ptr<losses::Loss> loss = make("");
  losses::Adapters adapters(at::kDouble);
  prepare(*loss, input, adapters);
  const losses::StudentOutput student = leaves(input);
  const at::Tensor term = term_of(*loss, student, input);
  const double expected = reference(input), size = 1.0 + std::abs(expected);
  EXPECT_NEAR(term.item<double>(), expected, 1e-6 * size);  // the fit of srrl's classifier has a touch of ridge
  term.backward();
  for (size_t i = 0; i < student.features.size(); ++i) {
    const at::Tensor& gradient = student.features[i].grad();
    if (!gradient.defined()) continue;  // methods of the last stage alone
    expect_slopes(reference, input, input.student[i], gradient, size);
  }
  ASSERT_TRUE(student.features.back().grad().defined());
  for (size_t i = 0; i < input.parameters.size(); ++i) {
    const at::Tensor& gradient = adapters.parameters()[i].grad();
    ASSERT_TRUE(gradient.defined()) << "adapter " << i << " is not trained";
    expect_slopes(reference, input, input.parameters[i], gradient, size);
  }
}

TEST_P(FeatureLossContract, IsLeastWhenTheFeaturesAreEqualAndNeedNoAdapter) {
  FeatureCase input = make_case(5, 12);
  const std::unique_ptr<losses::Loss> loss = make("");
  losses::Adapters adapters(at::kDouble);
  prepare(*loss, input, adapters);
  if (!adapters.empty()) GTEST_SKIP() << "compares through adapters";
  const auto steepest = [&] {
    const losses::StudentOutput student = leaves(input);
    term_of(*loss, student, input).backward();
    return student.features.back().grad().abs().max().item<double>();
  };
  const double apart = steepest();
  input.student = input.teacher;
  EXPECT_NEAR(term_of(*loss, leaves(input), input).item<double>(), 0.0, 1e-9);
  EXPECT_LT(steepest(), 1e-5 * apart);
}

TEST_P(FeatureLossContract, AddsTheLabelsAndTheLogitsWhereTheirWeightsSay) {
  if (regression()) GTEST_SKIP() << "has its own parts";
  const LossReference& kd = loss_references().at("kd");
  for (const double spread : {1.0, 80.0}) {
    for (const double temperature : {1.0, 4.0, 20.0}) {
      const FeatureCase plain = make_case(4, 13);
      FeatureCase input = plain;
      input.logits = input.logits * spread;
      input.teacher_logits = input.teacher_logits * spread;
      losses::Adapters adapters(at::kDouble);
      const auto whole = make(fmt::format("hard_weight = 2.0\nsoft_weight = 3.0\nT = {:f}", temperature));
      prepare(*whole, input, adapters);
      const losses::LossValue sum = (*whole)(leaves(input), make_targets(input));
      ASSERT_EQ(sum.parts.size(), 3U);
      const auto expected = static_cast<double>(
          kd.value(logits_of(input), {{"T", temperature}, {"hard_weight", 2.0}, {"soft_weight", 3.0}}));
      const double rest = sum.total.item<double>() - feature_weight() * sum.parts[2].second.item<double>();
      EXPECT_NEAR(rest, expected, 1e-9 * (1.0 + std::abs(expected))) << spread << " " << temperature;
    }
  }
}

TEST_P(FeatureLossContract, StaysFiniteForDeadAndForLoudFeaturesAndForASingleSample) {
  for (double spread : {0.0, 1e3}) {
    for (int64_t batch : {1, 2}) {
      FeatureCase input = make_case(batch, 14, spread);
      const std::unique_ptr<losses::Loss> loss = make("");
      losses::Adapters adapters(at::kDouble);
      prepare(*loss, input, adapters);
      const losses::StudentOutput student = leaves(input);
      const losses::LossValue value = (*loss)(student, make_targets(input));
      EXPECT_TRUE(value.total.isfinite().item<bool>()) << spread << " " << batch;
      value.total.backward();
      for (const at::Tensor& feature : student.features) {
        const at::Tensor gradient = feature.grad().defined() ? feature.grad() : at::zeros({1});
        EXPECT_TRUE(gradient.isfinite().all().item<bool>()) << spread << " " << batch;
      }
    }
  }
}

TEST_P(FeatureLossContract, DoesNotDependOnTheOrderOfTheBatch) {
  FeatureCase input = make_case(5, 15), turned = make_case(5, 15);
  const std::unique_ptr<losses::Loss> a = make(""), b = make("");
  losses::Adapters first(at::kDouble), second(at::kDouble);
  prepare(*a, input, first);
  prepare(*b, turned, second);
  for (std::vector<at::Tensor>* list : {&turned.student, &turned.teacher}) {
    for (at::Tensor& feature : *list) feature = feature.flip(0);
  }
  for (at::Tensor* each : {&turned.logits, &turned.teacher_logits, &turned.values}) *each = each->flip(0);
  std::reverse(turned.samples.begin(), turned.samples.end());
  const double one = (*a)(leaves(input), make_targets(input)).total.item<double>();
  EXPECT_NEAR((*b)(leaves(turned), make_targets(turned)).total.item<double>(), one, 1e-9 * (1.0 + std::abs(one)));
}

TEST_P(FeatureLossContract, MakesTheSameAdaptersFromTheSameSeed) {
  const FeatureCase input = make_case(2, 16);
  losses::Adapters first, second;
  const std::unique_ptr<losses::Loss> a = make(""), b = make("");
  ASSERT_TRUE(a->prepare(setting(input), first) && b->prepare(setting(input), second));
  ASSERT_EQ(first.parameters().size(), second.parameters().size());
  for (size_t i = 0; i < first.parameters().size(); ++i) {
    EXPECT_TRUE(first.parameters()[i].equal(second.parameters()[i]));
  }
  first.flatten();
  int64_t count = 0;
  for (size_t i = 0; i < first.parameters().size(); ++i) {
    EXPECT_TRUE(first.parameters()[i].equal(second.parameters()[i])) << "flattening moved it";
    count += first.parameters()[i].numel();
  }
  EXPECT_EQ(first.flat_parameters().numel(), count);
}

TEST_P(FeatureLossContract, GivesTheTeacherNoGradient) {
  FeatureCase input = make_case(3, 17);
  const std::unique_ptr<losses::Loss> loss = make("");
  losses::Adapters adapters(at::kDouble);
  prepare(*loss, input, adapters);
  losses::Targets targets = make_targets(input);
  for (const at::Tensor& feature : targets.features) EXPECT_FALSE(feature.requires_grad());
  (*loss)(leaves(input), targets).total.backward();
  EXPECT_FALSE(targets.teacher_logits.grad().defined());
}

TEST_P(FeatureLossContract, RefusesUnknownKeysAndNumbersOutOfRange) {
  Config config = *Config::parse("alpha = 0.5", "job.toml");
  ASSERT_TRUE(test::read_loss(GetParam(), config));
  EXPECT_THAT(config.finish().error().text(), HasSubstr("job.toml:1:1: unknown key 'alpha'"));
  Config defaults;
  ASSERT_TRUE(test::read_loss(GetParam(), defaults));
  const nlohmann::ordered_json keys = defaults.resolved();
  for (const auto& [key, value] : keys.items()) {
    if (!value.is_number()) continue;
    for (const char* bad : {"-1", "1000000000"}) {
      Config wrong = *Config::parse(fmt::format("{} = {}", key, bad), "job.toml");
      ASSERT_TRUE(test::read_loss(GetParam(), wrong));
      EXPECT_FALSE(wrong.finish()) << key << " = " << bad;
    }
  }
}

std::vector<std::string> feature_losses() {
  std::vector<std::string> names;
  for (const losses::LossKind& kind : losses::loss_kinds()) {
    if (kind.taps != losses::Taps::kNone) names.emplace_back(kind.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Every, FeatureLossContract, ::testing::ValuesIn(feature_losses()),
                         [](const auto& each) { return each.param; });

TEST(FeatureReferences, AreOfLossesThatExist) {
  for (const auto& [name, reference] : feature_references()) EXPECT_NE(losses::find_loss_kind(name), nullptr) << name;
}

TEST(Crd, RemembersTheBatchAndNothingElse) {
  Config config;
  const auto loss = test::read_loss("crd", config);
  losses::LossSetting setting{{{5}}, {{7}}, 3, kSamples, 1, at::arange(kSamples, at::kLong).remainder(3), {}, {}};
  losses::Adapters adapters;
  ASSERT_TRUE((*loss)->prepare(setting, adapters));
  const at::Tensor before = adapters.memories()[0].clone();
  losses::Targets targets;
  targets.samples = at::tensor({4, 9}, at::kLong);
  targets.labels = targets.samples.remainder(3);
  targets.teacher_logits = at::zeros({2, 3});
  targets.features = {at::ones({2, 7})};
  static_cast<void>((**loss)({at::zeros({2, 3}).set_requires_grad(true), {at::ones({2, 5})}}, targets));
  for (int64_t i = 0; i < kSamples; ++i) {
    EXPECT_EQ(adapters.memories()[0][i].equal(before[i]), i != 4 && i != 9) << i;
  }
}

TEST(Crd, RefusesASingleClass) {
  Config config;
  const auto loss = test::read_loss("crd", config);
  losses::Adapters adapters;
  const Status refused =
      (*loss)->prepare({{{5}}, {{7}}, 3, kSamples, 1, at::zeros({kSamples}, at::kLong), {}, {}}, adapters);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("all are of one"));
}

}  // namespace
}  // namespace apprentice
