// SPDX-License-Identifier: Apache-2.0
// Students built by hand, run on every emulated core: equal bits, exact instruction counts within their budgets.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "apprentice/base/process.h"
#include "apprentice/device/cores.h"
#include "apprentice/device/device.h"
#include "tests/codegen/net_builder.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

using test::NetBuilder;
using test::Scratch;

DeviceProfile profile_of(const std::string& core) {
  DeviceProfile device;
  device.name = core;
  device.core = core;
  return device;
}

// Every kind of layer, odd sizes, so that the remainders of all blocks run.
QuantNet varied_net() {
  NetBuilder b(21, {3, 11, 10});
  const int first = b.conv("conv2d", 0, 10, {{3, 3}, {1, 1}, {1, 1, 1, 1}});
  const int deep = b.depthwise("depthwise2d", first, {{3, 3}, {1, 1}, {1, 1, 1, 1}});
  const int point = b.conv("conv2d", deep, 10, {});
  const int sum = b.add(first, point);
  const int joined = b.concat({b.relu("relu6", sum), deep});
  const int pooled = b.pool("maxpool2d", joined, {{2, 2}, {2, 2}, {0, 0, 0, 0}});
  b.dense(b.dense(b.pool("avgpool2d", pooled, {{2, 2}, {1, 1}, {1, 0, 0, 1}}), 21), 7);
  return b.classifier();
}

ProofVectors vectors_of(const QuantNet& net, int64_t samples) {
  const int64_t size = net.tensors[0].size(), outputs = net.output_tensor().size();
  ProofVectors vectors{test::random_inputs(net, samples, 3), Tensor(DType::kI8, {samples, outputs})};
  for (int64_t i = 0; i < samples; ++i) {
    const std::vector<int8_t> answer = net.run(vectors.inputs.data<int8_t>() + i * size);
    std::copy(answer.begin(), answer.end(), vectors.answers.data<int8_t>() + i * outputs);
  }
  return vectors;
}

Result<DeviceReport> measure_here(const QuantNet& net, const std::string& core, int64_t samples) {
  Scratch scratch;
  const auto package = generate_package(net, test::random_samples(net, 2, 1), {});
  if (!package) return pass_on(package);
  return measure(*package, profile_of(core), vectors_of(net, samples), {scratch.path(), 4}, {});
}

class EmulatedCore : public testing::TestWithParam<std::string> {};

TEST_P(EmulatedCore, GivesTheOraclesBits) {
  const Core& core = *find_core(GetParam());
  for (const std::string& tool : {core.compiler, core.emulator}) {
    if (find_program(tool).empty()) GTEST_SKIP() << tool << " is not installed";
  }
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

std::vector<std::string> core_names() {
  std::vector<std::string> names;
  for (const Core& core : cores()) names.push_back(core.name);
  return names;
}
INSTANTIATE_TEST_SUITE_P(All, EmulatedCore, testing::ValuesIn(core_names()), [](const auto& core) {
  std::string name = core.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// Exact counts of arm-none-eabi-gcc 12.2; a smaller count lowers the budget, a larger one needs a reason.
struct Budget {
  const char* core;
  int64_t instructions, flash_bytes;
};
class KeywordNet : public testing::TestWithParam<Budget> {};

TEST_P(KeywordNet, StaysWithinItsBudget) {
  if (find_program("arm-none-eabi-gcc").empty()) GTEST_SKIP() << "arm-none-eabi-gcc is not installed";
  if (find_program("qemu-system-arm").empty()) GTEST_SKIP() << "qemu-system-arm is not installed";
  const auto report = measure_here(test::keyword_net(), GetParam().core, 4);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->vectors_equal, 4);
  EXPECT_LE(report->instructions, GetParam().instructions);
  EXPECT_LE(report->flash_bytes, GetParam().flash_bytes);
  EXPECT_EQ(report->arena_bytes, 16576);
}

INSTANTIATE_TEST_SUITE_P(Budgets, KeywordNet,
                         testing::Values(Budget{"cortex-m4", 5040000, 38000}, Budget{"cortex-m0plus", 21930000, 36700},
                                         Budget{"cortex-m55", 2850000, 39300}),
                         [](const auto& budget) {
                           std::string name = budget.param.core;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

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
  const QuantNet net = varied_net();
  const auto package = generate_package(net, test::random_samples(net, 1, 1), {});
  Scratch scratch;
  const auto refuses = [&](const ProofVectors& vectors) {
    const auto report = measure(*package, profile_of("cortex-m4"), vectors, {scratch.path(), 1}, {});
    return !report && report.error().kind == ErrorKind::kBadInput;
  };
  const ProofVectors good = vectors_of(net, 2);
  EXPECT_TRUE(refuses({Tensor(DType::kI8, {2, 7}), good.answers}));
  EXPECT_TRUE(refuses({good.inputs, Tensor(DType::kI8, {2, 6})}));
  EXPECT_TRUE(refuses({good.inputs, vectors_of(net, 3).answers}));
  EXPECT_TRUE(refuses({good.inputs, Tensor()}));
  EXPECT_TRUE(refuses({}));
}

// A student that lies is found out: the package is of one net, the oracle of another.
TEST(Measure, CountsVectorsThatDiffer) {
  const QuantNet net = varied_net();
  QuantNet other = net;
  other.layers.back().bias[0] += 40000;
  const auto package = generate_package(other, test::random_samples(net, 1, 1), {});
  ASSERT_TRUE(package);
  Scratch scratch;
  const auto report = measure(*package, profile_of("x86-64"), vectors_of(net, 50), {scratch.path(), 1}, {});
  if (!report && report.error().kind == ErrorKind::kMissingTool) GTEST_SKIP() << report.error().text();
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_LT(report->vectors_equal, 50);
}

}  // namespace
}  // namespace apprentice
