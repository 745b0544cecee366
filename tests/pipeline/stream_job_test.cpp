// SPDX-License-Identifier: Apache-2.0
// [stream] in a job: its default, what is refused before training, what the package is asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/base/files.h"
#include "apprentice/pipeline/evaluate.h"
#include "tests/pipeline/whole_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

// A job on windows of 32 steps of two channels, or on rows, with `tables` at its end.
Result<pipeline::JobInputs> load(const std::string& tables,
                                 const std::string& window = "[data.window]\nlength = 32\n") {
  const Scratch scratch;
  std::string rows = "side,run,kind,a,b\n";
  for (int i = 0; i < 6 * 64; ++i) {
    const int run = i / 64;
    rows += fmt::format("{},{},{},{},{}\n",
                        run < 2   ? "train"
                        : run < 4 ? "validation"
                                  : "test",
                        run, run % 2 == 0 ? "low" : "high", i % (7 + run), i % (3 + run));
  }
  EXPECT_TRUE(write_file(scratch.path("rows.csv"), rows));
  const std::string text = R"([data]
format = "csv"
path = "rows.csv"
label = "kind"
group = "run"
attributes = ["side"]
inputs = ["a", "b"]
)" + window + kSplitBySide +
                           R"([student]
family = "mlp"
[loss]
name = "ce"
)" + tables;
  const auto job = pipeline::Job::parse(text, scratch.path("job.toml"));
  if (!job) return tl::unexpected<Error>(job.error());
  return pipeline::load_inputs(*job);
}

int64_t hop_of(const std::string& tables) {
  const auto inputs = load(tables);
  EXPECT_TRUE(inputs) << inputs.error().text();
  if (!inputs) return -1;
  const pipeline::Inputs& device = inputs->devices.front();
  EXPECT_EQ(pipeline::package_options(device).hop, device.hop);
  return device.hop;
}

TEST(StreamJob, HopsByFramesOrWindowsWhereItIsSilent) {
  EXPECT_EQ(hop_of(""), 0);
  EXPECT_EQ(hop_of("[stream]\n"), 32);
  EXPECT_EQ(hop_of("[stream]\nhop = 5\n"), 5);
  EXPECT_EQ(hop_of("[frontend]\nkind = \"spectrum\"\nframe = 16\nhop = 4\n[stream]\n"), 4);
}

TEST(StreamJob, IsExplainedWhereThereIsOne) {
  EXPECT_EQ(pipeline::explain(*load("[stream]\n")).at("stream").at("hop"), 32);
  EXPECT_FALSE(pipeline::explain(*load("")).contains("stream"));
}

TEST(StreamJob, RefusesWhatCannotBeBeforeTraining) {
  const auto refusal = [](const auto& inputs) { return inputs ? std::string() : inputs.error().text(); };
  EXPECT_THAT(refusal(load("[stream]\nhop = 0\n")), EndsWith("'hop' is 0; expected 1 to 32, the steps of a window"));
  EXPECT_THAT(refusal(load("[stream]\nhop = 33\n")), HasSubstr("'hop' is 33"));
  EXPECT_THAT(refusal(load("[stream]\nhops = 3\n")), HasSubstr("did you mean 'hop'?"));
  EXPECT_THAT(refusal(load("[stream]\n", "")),
              EndsWith("a stream needs windows [channels, time], but samples are [2]"));
}

}  // namespace
}  // namespace apprentice::test
