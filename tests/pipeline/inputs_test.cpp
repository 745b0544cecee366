// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/inputs.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "apprentice/base/cores.h"
#include "apprentice/base/files.h"
#include "tests/pipeline/whole_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

// What libtorch computes with after a job was loaded that begins with `top`.
int threads_after(const std::string& top) {
  const Scratch scratch;
  std::string rows = "side,kind,a\n";
  for (const char* side : {"train", "validation", "test"})
    rows += fmt::format("{0},low,1.0\n{0},high,9.0\n{0},low,2.0\n{0},high,8.0\n", side);
  EXPECT_TRUE(write_file(scratch.path("rows.csv"), rows));
  const auto job = pipeline::Job::parse(top + R"(
[data]
format = "csv"
path = "rows.csv"
label = "kind"
attributes = ["side"]
inputs = ["a"]
)" + kSplitBySide + R"([student]
family = "mlp"
[loss]
name = "ce"
)",
                                        scratch.path("job.toml"));
  EXPECT_TRUE(job) << job.error().text();
  if (!job) return -1;
  at::set_num_threads(1);  // as libtorch itself does on two cores
  const auto inputs = pipeline::load_inputs(*job);
  EXPECT_TRUE(inputs) << inputs.error().text();
  return at::get_num_threads();
}

TEST(Inputs, TeachersComputeOnTheThreadsOfTheJob) {
  EXPECT_EQ(threads_after(""), core_count());
  EXPECT_EQ(threads_after("threads = 3\n"), 3);
}

}  // namespace
}  // namespace apprentice::test
