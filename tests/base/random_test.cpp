// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace apprentice {
namespace {

TEST(Rng, RepeatsForSeedAndStreamAndDiffersOtherwise) {
  Rng a(7, "order"), b(7, "order"), other_stream(7, "init"), other_seed(8, "order");
  const uint64_t first = a.next();
  EXPECT_EQ(first, b.next());
  EXPECT_NE(first, other_stream.next());
  EXPECT_NE(first, other_seed.next());
}

TEST(Rng, NormalHasZeroMeanAndUnitVariance) {
  Rng rng(1, "normal");
  const int count = 200000;
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < count; ++i) {
    const double x = rng.normal();
    sum += x;
    squares += x * x;
  }
  // Five standard errors of the mean and of the variance.
  EXPECT_NEAR(sum / count, 0.0, 5.0 / std::sqrt(count));
  EXPECT_NEAR(squares / count, 1.0, 5.0 * std::sqrt(2.0 / count));
}

TEST(Rng, BelowIsUniform) {
  Rng rng(1, "below");
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[rng.below(7)];
  double chi_square = 0.0;
  for (int count : counts) chi_square += (count - 10000.0) * (count - 10000.0) / 10000.0;
  EXPECT_LT(chi_square, 22.46);  // 6 degrees of freedom, p = 0.001
}

TEST(Rng, PermutationHoldsEachIndexOnce) {
  std::vector<int64_t> order = Rng(3, "order").permutation(100);
  std::vector<int64_t> expected(100);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_NE(order, expected);
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order, expected);
}

}  // namespace
}  // namespace apprentice
