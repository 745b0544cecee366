// SPDX-License-Identifier: Apache-2.0
// kill -9 at random moments: the same command then gives the same final bytes. APPRENTICE_KILLS says how often (3).
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

namespace fs = std::filesystem;

// Hashes of all that must repeat to the bit.
std::map<std::string, std::string> products(const std::string& run) {
  std::map<std::string, std::string> hashes;
  for (const char* name : {"teacher/teacher0.onnx", "teacher/teacher0.json", "teacher/teacher1.onnx",
                           "student/model.apnet", "control/model.apnet", "student/int8.apq", "control/int8.apq",
                           "shipped/model.onnx", "shipped/model_int8.onnx"}) {
    hashes[name] = hash_file(run + "/" + name).value_or("missing");
  }
  for (const auto& entry : fs::recursive_directory_iterator(run + "/shipped/package")) {
    if (entry.is_regular_file()) hashes[entry.path().string().substr(run.size())] = *hash_file(entry.path().string());
  }
  return hashes;
}

int kills() {
  const char* set = std::getenv("APPRENTICE_KILLS");
  return set != nullptr ? std::atoi(set) : 3;
}

void expect_same_bytes_after_kills(const JobTables& job) {
  const Scratch scratch;
  write_waves(scratch.path());
  write_job(job, scratch.path("job.toml"));
  const auto start = std::chrono::steady_clock::now();
  const Finished whole = run_program({"distill", "job.toml", "--run", "whole"}, scratch.path());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  const auto expected = products(scratch.path("whole"));
  EXPECT_EQ(expected.count("/shipped/package/manifest.json"), 1U);
  Rng rng(11, "kills");
  int killed = 0;
  for (int i = 0; i < kills(); ++i) {
    const std::string run = fmt::format("run{}", i);
    Limits limits;
    limits.kill_after_s = rng.uniform(0.3, seconds);
    killed += run_program({"distill", "job.toml", "--run", run}, scratch.path(), limits).exit_code == 128 + 9 ? 1 : 0;
    const Finished resumed = run_program({"distill", "job.toml", "--run", run}, scratch.path());
    ASSERT_EQ(resumed.exit_code, 0) << "killed after " << limits.kill_after_s << " s: " << resumed.err;
    EXPECT_EQ(products(scratch.path(run)), expected) << "killed after " << limits.kill_after_s << " s";
  }
  EXPECT_GT(killed, 0);
}

TEST(Resume, GivesTheSameBytesAfterKillsAtRandomMoments) { expect_same_bytes_after_kills(small_job("x86-64-host")); }

// crd remembers every sample, trains adapters along, and stores features.
TEST(Resume, GivesTheSameBytesWithFeaturesAdaptersAndMemories) {
  JobTables job = small_job("x86-64-host");
  job["[loss]"] = "name = \"crd\"\nnegatives = 32\n";
  expect_same_bytes_after_kills(job);
}

TEST(Resume, GivesTheSameBytesWithANetworkAndTreesTaughtSideBySide) {
  JobTables job = small_job("x86-64-host");
  job["[teach]"] =
      "[[teach.member]]\nfamily = \"trees\"\nrounds = 100\ncolumn_share = 0.5\n"
      "[[teach.member]]\nfamily = \"conv1d\"\nwidth = 12\ndepth = 2\n"
      "[teach.member.train]\nepochs = 10\nbatch_size = 16\n";
  expect_same_bytes_after_kills(job);
}

}  // namespace
}  // namespace apprentice::test
