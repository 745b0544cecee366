// SPDX-License-Identifier: Apache-2.0
// ONNX's own test vectors (data/onnx_conformance). Prints `N of M` per suite and every case that fails; the floors are
// what was reached, so a lost case fails the test.
#include "tests/onnx/run/conformance.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "apprentice/onnx/run/model.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

struct Suite {
  const char* name;
  enum Part { kFloat, kQuantised } part;
  int floor;
  double absolute;
};

int count_passed(const Suite& suite, int& total) {
  const std::string folder = data_folder() + "/onnx_conformance/";
  int passed = 0;
  total = 0;
  for (const ListedCase& each : listed_cases(folder + "index.csv")) {
    const bool wanted = suite.part == Suite::kFloat ? each.core_float : each.quantised;
    if (each.suite != suite.name || !wanted) continue;
    ++total;
    const CaseResult result = run_case(folder + each.suite + "/" + each.name, suite.absolute);
    if (result.outcome == Outcome::kSame)
      ++passed;
    else
      fmt::print("  {}/{}: {}\n", each.suite, each.name, result.text);
  }
  return passed;
}

class ConformanceSuite : public testing::TestWithParam<Suite> {};

TEST_P(ConformanceSuite, ReachesItsFloor) {
  APPRENTICE_NEEDS_DATA();
  int total = 0;
  const int passed = count_passed(GetParam(), total);
  fmt::print("{} {}: {} of {}\n", GetParam().name, GetParam().part == Suite::kFloat ? "core_float" : "quantised",
             passed, total);
  EXPECT_GE(passed, GetParam().floor);
}

// Sequences, optional values, ai.onnx.ml, types beside float32, random and training operators: what is not supported is
// refused in a sentence, never answered wrongly.
TEST(Conformance, TheRestOfTheSuiteIsRightOrRefused) {
  APPRENTICE_NEEDS_DATA();
  const std::string folder = data_folder() + "/onnx_conformance/";
  int same = 0, refused = 0;
  for (const ListedCase& each : listed_cases(folder + "index.csv")) {
    if (each.suite != "node" || each.core_float || each.quantised) continue;
    // The answers that belong to inverse transforms were computed in float32, ours in float64.
    const bool rough = each.name.find("dft_inverse") != std::string::npos;
    const CaseResult result = run_case(folder + each.suite + "/" + each.name, rough ? 3e-7 : 1e-7);
    ++(result.outcome == Outcome::kSame ? same : refused);
    EXPECT_NE(result.outcome, Outcome::kDiffers) << each.name << ": " << result.text;
  }
  fmt::print("node, all others: {} right, {} refused\n", same, refused);
  EXPECT_GE(same, 458);
}

// The big networks of the suite `light`, whose weights are made by ConstantOfShape.
TEST(ConformanceSlow, LightGraphsLoadAndRun) {
  APPRENTICE_NEEDS_DATA();
  int count = 0;
  for (const ListedCase& each : listed_cases(data_folder() + "/onnx_conformance/index.csv")) {
    if (each.suite != "light") continue;
    const auto model = onnx::run::OnnxModel::load(data_folder() + "/onnx_conformance/light/" + each.name);
    ASSERT_TRUE(model) << model.error().text();
    const auto cost = model->cost();
    ASSERT_TRUE(cost) << cost.error().text();
    fmt::print("{}: {} MACs\n", each.name, cost->macs);
    EXPECT_GT(cost->macs, 100'000'000) << each.name;
    ++count;
  }
  EXPECT_EQ(count, 9);
}

INSTANTIATE_TEST_SUITE_P(
    Suites, ConformanceSuite,
    testing::Values(Suite{"node_opset18", Suite::kFloat, 596, 1e-7}, Suite{"node_opset18", Suite::kQuantised, 16, 1e-7},
                    Suite{"pytorch-operator", Suite::kFloat, 29, 1e-5},
                    Suite{"pytorch-converted", Suite::kFloat, 82, 1e-5}, Suite{"simple", Suite::kFloat, 6, 1e-7},
                    Suite{"node", Suite::kFloat, 771, 1e-7}, Suite{"node", Suite::kQuantised, 27, 1e-7}),
    [](const testing::TestParamInfo<Suite>& each) {
      std::string name = each.param.name;
      for (char& c : name) c = c == '-' ? '_' : c;
      return name + (each.param.part == Suite::kFloat ? "_float" : "_quantised");
    });

}  // namespace
}  // namespace apprentice::test
