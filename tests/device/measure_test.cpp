// SPDX-License-Identifier: Apache-2.0
// Students built by hand, run on every emulated core: equal bits, exact instruction counts within their budgets.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/device/nets.h"

namespace apprentice {
namespace {

using test::Scratch;
using test::varied_net;
using test::vectors_of;

Result<package::DeviceReport> measure_here(const quant::QuantNet& net, const std::string& core, int64_t samples) {
  Scratch scratch;
  const auto package = codegen::generate_package(net, test::random_samples(net, 2, 1), {});
  if (!package) return pass_on(package);
  return device::measure(*package, test::profile_of(core), vectors_of(net, samples), {scratch.path(), 4}, {});
}

class EmulatedCore : public testing::TestWithParam<std::string> {};

TEST_P(EmulatedCore, GivesTheOraclesBits) {
  const device::Core& core = *device::find_core(GetParam());
  if (!test::missing_tool(core).empty()) GTEST_SKIP() << test::missing_tool(core) << " is not installed";
  const auto report = measure_here(varied_net(), core.name, 500);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->vectors, 500);
  EXPECT_EQ(report->vectors_equal, 500);
  // More than one instruction per eight multiply-accumulates, fewer than twenty each.
  EXPECT_GT(report->instructions, 8000);
  EXPECT_LT(report->instructions, 1500000);
  EXPECT_GE(report->instructions_max, report->instructions_min);
  EXPECT_GT(report->stack_bytes, 16);
  EXPECT_LT(report->stack_bytes, 4096);
  EXPECT_GT(report->flash_bytes, 5000);
  EXPECT_LT(report->flash_bytes, 40000);
}

INSTANTIATE_TEST_SUITE_P(All, EmulatedCore, testing::ValuesIn(test::core_names()),
                         [](const auto& core) { return test::plain(core.param); });

// Exact counts of gcc 12.2; a smaller count lowers the budget, a larger one needs a reason.
struct Budget {
  const char* core;
  int64_t instructions, flash_bytes;
};
class KeywordNet : public testing::TestWithParam<Budget> {};

TEST_P(KeywordNet, StaysWithinItsBudget) {
  const std::string missing = test::missing_tool(*device::find_core(GetParam().core));
  if (!missing.empty()) GTEST_SKIP() << missing << " is not installed";
  const auto report = measure_here(test::keyword_net(), GetParam().core, 4);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->vectors_equal, 4);
  EXPECT_LE(report->instructions, GetParam().instructions);
  EXPECT_LE(report->flash_bytes, GetParam().flash_bytes);
  EXPECT_EQ(report->arena_bytes, 16576);
}

INSTANTIATE_TEST_SUITE_P(Budgets, KeywordNet,
                         testing::Values(Budget{"cortex-m4", 5040000, 38000}, Budget{"cortex-m0plus", 21930000, 36700},
                                         Budget{"cortex-m55", 2850000, 39300}, Budget{"armhf", 3510000, 40000}),
                         [](const auto& budget) { return test::plain(budget.param.core); });

TEST(Measure, NamesThePackageOfAMissingCompiler) {
  const char* path = std::getenv("PATH");
  const std::string kept = path != nullptr ? path : "";
  ::setenv("PATH", "/nonexistent", 1);
  const auto report = measure_here(varied_net(), "cortex-m4", 1);
  ::setenv("PATH", kept.c_str(), 1);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::kMissingTool);
  EXPECT_EQ(report.error().text(),
            "arm-none-eabi-gcc is not installed; install it with: apt-get install "
            "gcc-arm-none-eabi libnewlib-arm-none-eabi");
}

TEST(Measure, RefusesVectorsOfAnotherSize) {
  const quant::QuantNet net = varied_net();
  const auto package = codegen::generate_package(net, test::random_samples(net, 1, 1), {});
  Scratch scratch;
  const auto refuses = [&](const device::ProofVectors& vectors) {
    const auto report = device::measure(*package, test::profile_of("cortex-m4"), vectors, {scratch.path(), 1}, {});
    return !report && report.error().kind == ErrorKind::kBadInput;
  };
  const device::ProofVectors good = vectors_of(net, 2);
  EXPECT_TRUE(refuses({Tensor(DType::kI8, {2, 7}), good.answers}));
  EXPECT_TRUE(refuses({good.inputs, Tensor(DType::kI8, {2, 6})}));
  EXPECT_TRUE(refuses({good.inputs, vectors_of(net, 3).answers}));
  EXPECT_TRUE(refuses({good.inputs, Tensor()}));
  EXPECT_TRUE(refuses({}));
}

// Armv6-M faults where its emulator would not: the proof must fail like the device.
TEST(Measure, CatchesAnUnalignedLoadOnACoreThatHasNone) {
  if (!test::missing_tool(*device::find_core("cortex-m0plus")).empty())
    GTEST_SKIP() << "the tools of Cortex-M are missing";
  const quant::QuantNet net = test::line_net();
  package::DevicePackage package = test::package_of(net);
  std::string& source = package.files.at("student.c");
  const std::string place = "int8_t* const arena = context->arena.bytes;\n";
  const size_t at = source.find(place);
  ASSERT_NE(at, std::string::npos);
  source.insert(at + place.size(), "  (void)*(volatile int32_t*)(arena + 1);\n");
  Scratch scratch;
  const auto on = [&](const char* core) {
    return device::measure(package, test::profile_of(core), vectors_of(net, 2), {scratch.path(), 1}, {});
  };
  const auto small = on("cortex-m0plus");
  ASSERT_FALSE(small);
  EXPECT_NE(small.error().text().find("took a fault: an unaligned access"), std::string::npos) << small.error().text();
  const auto large = on("cortex-m3");
  ASSERT_TRUE(large) << large.error().text();
  EXPECT_EQ(large->vectors_equal, 2);
}

// A student that lies is found out: the package is of one net, the oracle of another.
TEST(Measure, CountsVectorsThatDiffer) {
  const quant::QuantNet net = varied_net();
  quant::QuantNet other = net;
  other.layers.back().bias[0] += 40000;
  const auto package = codegen::generate_package(other, test::random_samples(net, 1, 1), {});
  ASSERT_TRUE(package);
  Scratch scratch;
  const auto report =
      device::measure(*package, test::profile_of("x86-64"), vectors_of(net, 50), {scratch.path(), 1}, {});
  if (!report && report.error().kind == ErrorKind::kMissingTool) GTEST_SKIP() << report.error().text();
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_LT(report->vectors_equal, 50);
}

}  // namespace
}  // namespace apprentice
