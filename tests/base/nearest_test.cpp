// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/nearest.h"

#include <gtest/gtest.h>

namespace apprentice {
namespace {

const std::vector<std::string> kVerbs = {"check", "distill", "teach", "train", "report", "new"};

TEST(NearestName, IsTheOneOfFewestSlips) {
  EXPECT_EQ(nearest_name("chekc", kVerbs), "check");
  EXPECT_EQ(nearest_name("ditsill", kVerbs), "distill");
  EXPECT_EQ(nearest_name("Trian", kVerbs), "train");
  EXPECT_EQ(nearest_name("reprot", kVerbs), "report");
  EXPECT_EQ(nearest_name("nwe", kVerbs), "new");
  EXPECT_EQ(nearest_name("learnin_rate", {"epochs", "learning_rate"}), "learning_rate");
}

TEST(NearestName, IsNoneWhereNothingIsNear) {
  EXPECT_EQ(nearest_name("teleport", kVerbs), "");
  EXPECT_EQ(nearest_name("", kVerbs), "");
  EXPECT_EQ(nearest_name("kd", {}), "");
  EXPECT_EQ(nearest_name("b", {"a"}), "");
  EXPECT_EQ(nearest_name(std::string(1'000'000, 'x'), kVerbs), "");
}

TEST(KnownNames, AreLedByTheOneThatMayBeMeant) {
  EXPECT_EQ(known_names("losses", {"kd", "dkd", "mse"}, "msee"), "did you mean 'mse'? known losses: dkd, kd, mse");
  EXPECT_EQ(known_names("losses", {"kd", "dkd"}, "other"), "known losses: dkd, kd");
}

}  // namespace
}  // namespace apprentice
