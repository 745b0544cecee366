// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/range_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace apprentice {
namespace {

using ::testing::HasSubstr;

// Three groups; `wide` has the best range of the first, `narrow` those of the others.
const quant::Ranges kBest = {{-9.0, 9.0}, {-1.0, 1.0}, {0.0, 2.0}};
const std::vector<quant::RangeCandidate> kCandidates = {{"wide", {{-9.0, 9.0}, {-8.0, 8.0}, {0.0, 8.0}}},
                                                        {"narrow", {{-1.0, 1.0}, {-1.0, 1.0}, {0.0, 2.0}}},
                                                        {"odd", {{-4.0, 4.0}, {-4.0, 4.0}, {0.0, 4.0}}}};

Result<double> from_best(const quant::Ranges& ranges) {
  double sum = 0.0;
  for (size_t i = 0; i < ranges.size(); ++i) sum += std::abs(ranges[i].high - kBest[i].high);
  return sum;
}

TEST(RangeSearch, TakesTheBestCandidateAsAWhole) {
  const auto chosen = quant::nearest_ranges(kCandidates, from_best, /*by_group=*/false);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->ranges, kCandidates[1].ranges);
  EXPECT_EQ(chosen->distance, 8.0);
  EXPECT_EQ(chosen->note, "calibration: narrow, the nearest to the float net of: wide 13, narrow 8, odd 10");
}

TEST(RangeSearch, TakesTheBestOfEachGroup) {
  const auto chosen = quant::nearest_ranges(kCandidates, from_best, /*by_group=*/true);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->ranges, kBest);
  EXPECT_EQ(chosen->distance, 0.0);
  EXPECT_THAT(chosen->note, HasSubstr("then 1 ranges by another of them: 0"));
}

// The first group's best range is better only once the second has its own, so the second pass finds it.
TEST(RangeSearch, LooksAtEachGroupTwice) {
  const auto distance_of = [](const quant::Ranges& ranges) -> Result<double> {
    if (ranges[0].high == 5.0) return 4.0;
    const bool first = ranges[0].high == 9.0, second = ranges[1].high == 1.0;
    return first && second ? 0.0 : second ? 1.0 : first ? 3.0 : 2.0;
  };
  const std::vector<quant::RangeCandidate> candidates = {
      {"a", {{-2.0, 2.0}, {-2.0, 2.0}}}, {"b", {{-9.0, 9.0}, {-3.0, 3.0}}}, {"c", {{-5.0, 5.0}, {-1.0, 1.0}}}};
  EXPECT_EQ(quant::nearest_ranges(candidates, distance_of, false)->ranges, candidates[0].ranges);
  EXPECT_EQ(quant::nearest_ranges(candidates, distance_of, true)->distance, 0.0);
}

TEST(RangeSearch, KeepsWhatCameFirstWhereNothingIsBetter) {
  const auto same = [](const quant::Ranges&) -> Result<double> { return 1.0; };
  EXPECT_EQ(quant::nearest_ranges(kCandidates, same, true)->ranges, kCandidates[0].ranges);
}

TEST(RangeSearch, PassesOnWhatANetIsRefusedFor) {
  const auto refused = [](const quant::Ranges&) -> Result<double> { return bad_input("net", "has no int8 form"); };
  EXPECT_THAT(quant::nearest_ranges(kCandidates, refused, true).error().text(), HasSubstr("no int8 form"));
}

}  // namespace
}  // namespace apprentice
