// SPDX-License-Identifier: Apache-2.0
// Linear baselines against their closed form and the conditions of their minimum, in float64.
#include "apprentice/baselines/linear.h"

#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/base/random.h"
#include "apprentice/baselines/lbfgs.h"

namespace apprentice {
namespace {

constexpr int64_t kRows = 203, kColumns = 3, kClasses = 3;

baselines::LinearRows rows() {
  Rng rng(5, "rows");
  baselines::LinearRows data;
  data.values = Tensor(DType::kF32, {kRows, kColumns});
  for (int64_t i = 0; i < kRows; ++i) {
    float* row = data.values.data<float>() + i * kColumns;
    for (int64_t j = 0; j < kColumns; ++j)
      row[j] = static_cast<float>(100.0 * static_cast<double>(j) + (1.0 + static_cast<double>(j)) * rng.normal());
    const double score = double{row[0]} + 0.5 * (double{row[1]} - 100.0) + rng.normal();
    data.labels.push_back(score < -1.0 ? 0 : score < 1.0 ? 1 : 2);
    data.targets.push_back(static_cast<float>(40.0 + 7.0 * score));
  }
  return data;
}

// Column j of row i as the model sees it; the last one is 1.
double seen(const baselines::LinearModel& model, const baselines::LinearRows& data, int64_t i, int64_t j) {
  if (j == kColumns) return 1.0;
  const auto column = static_cast<size_t>(j);
  return (double{data.values.data<float>()[i * kColumns + j]} - double{model.mean[column]}) *
         double{model.scale[column]};
}

// Solves a x = b by Gauss's elimination with pivots.
std::vector<double> solve(std::vector<std::vector<double>> a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t c = 0; c < n; ++c) {
    size_t pivot = c;
    for (size_t r = c; r < n; ++r) pivot = std::abs(a[r][c]) > std::abs(a[pivot][c]) ? r : pivot;
    std::swap(a[c], a[pivot]);
    std::swap(b[c], b[pivot]);
    for (size_t r = 0; r < n; ++r) {
      if (r == c) continue;
      const double factor = a[r][c] / a[c][c];
      for (size_t k = c; k < n; ++k) a[r][k] -= factor * a[c][k];
      b[r] -= factor * b[c];
    }
  }
  for (size_t c = 0; c < n; ++c) b[c] /= a[c][c];
  return b;
}

baselines::LinearOptions one_penalty(double penalty) {
  baselines::LinearOptions options;
  options.penalties = {penalty};
  options.iterations = 500;
  return options;
}

TEST(LinearBaseline, RidgeRegressionIsItsClosedForm) {
  const baselines::LinearRows data = rows();
  const double penalty = 0.05;
  const auto model = baselines::fit_linear(data, data, 0, one_penalty(penalty), {});
  ASSERT_TRUE(model);
  // (X'X / n + penalty) w = X'y / n, without a penalty on the constant.
  std::vector<std::vector<double>> a(kColumns + 1, std::vector<double>(kColumns + 1, 0.0));
  std::vector<double> b(kColumns + 1, 0.0);
  for (int64_t i = 0; i < kRows; ++i)
    for (int64_t j = 0; j <= kColumns; ++j) {
      for (int64_t k = 0; k <= kColumns; ++k)
        a[static_cast<size_t>(j)][static_cast<size_t>(k)] +=
            seen(*model, data, i, j) * seen(*model, data, i, k) / kRows;
      b[static_cast<size_t>(j)] += seen(*model, data, i, j) * double{data.targets[static_cast<size_t>(i)]} / kRows;
    }
  for (size_t j = 0; j < kColumns; ++j) a[j][j] += penalty;
  const std::vector<double> expected = solve(a, b);
  for (size_t j = 0; j <= kColumns; ++j) EXPECT_NEAR(double{model->weights[j]}, expected[j], 0.01) << j;
  const Tensor answers = baselines::predict_linear(*model, data.values);
  double answer = 0.0;
  for (int64_t j = 0; j <= kColumns; ++j) answer += expected[static_cast<size_t>(j)] * seen(*model, data, 7, j);
  EXPECT_NEAR(double{answers.data<float>()[7]}, answer, 0.02);
}

// At the minimum: mean of (probability - truth) x = -penalty w, for every class and column (none on the constant).
TEST(LinearBaseline, LogisticRegressionEndsWhereItsGradientIsZero) {
  const baselines::LinearRows data = rows();
  const double penalty = 0.01;
  const auto model = baselines::fit_linear(data, data, kClasses, one_penalty(penalty), {});
  ASSERT_TRUE(model);
  const Tensor logits = baselines::predict_linear(*model, data.values);
  std::vector<double> gradient(static_cast<size_t>((kColumns + 1) * kClasses), 0.0);
  double loss = 0.0;
  for (int64_t i = 0; i < kRows; ++i) {
    double sum = 0.0;
    for (int64_t k = 0; k < kClasses; ++k) sum += std::exp(double{logits.data<float>()[i * kClasses + k]});
    for (int64_t k = 0; k < kClasses; ++k) {
      const double share = std::exp(double{logits.data<float>()[i * kClasses + k]}) / sum;
      const bool own = data.labels[static_cast<size_t>(i)] == k;
      if (own) loss -= std::log(share) / kRows;
      for (int64_t j = 0; j <= kColumns; ++j)
        gradient[static_cast<size_t>(j * kClasses + k)] +=
            (share - (own ? 1.0 : 0.0)) * seen(*model, data, i, j) / kRows;
    }
  }
  EXPECT_NEAR(model->validation_loss, loss, 1e-4);
  for (size_t i = 0; i < gradient.size(); ++i) {
    const bool constant = i >= static_cast<size_t>(kColumns * kClasses);
    EXPECT_NEAR(gradient[i] + (constant ? 0.0 : penalty * double{model->weights[i]}), 0.0, 2e-3) << i;
  }
}

TEST(LinearBaseline, AnyNumberOfThreadsGivesTheSameBits) {
  const baselines::LinearRows data = rows();
  baselines::LinearOptions one, many;
  one.threads = 1;
  many.threads = 5;
  EXPECT_EQ(baselines::fit_linear(data, data, kClasses, one, {})->weights,
            baselines::fit_linear(data, data, kClasses, many, {})->weights);
}

TEST(LinearBaseline, ConstantAndHugeColumnsDoNotDisturb) {
  baselines::LinearRows data = rows();
  for (int64_t i = 0; i < kRows; ++i) {
    data.values.data<float>()[i * kColumns + 1] = 3.0e7F;
    data.values.data<float>()[i * kColumns + 2] *= 1.0e30F;
  }
  const auto model = baselines::fit_linear(data, data, kClasses, {}, {});
  ASSERT_TRUE(model);
  EXPECT_EQ(model->scale[1], 0.0F);
  for (const float weight : model->weights) EXPECT_TRUE(std::isfinite(weight));
  EXPECT_LT(model->validation_loss, 1.0);
}

TEST(Lbfgs, FindsTheMinimumOfAnIllConditionedBowl) {
  const baselines::Objective bowl = [](const std::vector<double>& at, std::vector<double>* gradient) {
    double value = 0.0;
    for (size_t i = 0; i < at.size(); ++i) {
      const double weight = std::pow(10.0, static_cast<double>(i)), off = at[i] - static_cast<double>(i);
      value += 0.5 * weight * off * off;
      (*gradient)[i] = weight * off;
    }
    return value + 1.0;
  };
  std::vector<double> point(5, -3.0);
  EXPECT_NEAR(baselines::minimise(bowl, 200, 0.0, &point), 1.0, 1e-9);
  for (size_t i = 0; i < point.size(); ++i) EXPECT_NEAR(point[i], static_cast<double>(i), 1e-4);
}

}  // namespace
}  // namespace apprentice
