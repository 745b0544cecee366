// SPDX-License-Identifier: Apache-2.0
// The whole chain for a student that reads frequencies: the device computes them itself, from raw samples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

JobTables frontend_job(const std::string& frontend) {
  JobTables tables = small_job("stm32l4r5");
  tables["[frontend]"] = frontend;
  tables["[student]"] = "family = \"mlp\"\nwidth = 12\n";
  return tables;
}

TEST(Frontend, IsPartOfTheStudentFromJobToReport) {
  const Scratch scratch;
  write_waves(scratch.path());
  write_job(frontend_job("kind = \"spectrum\"\nframe = 16\n"), scratch.path("job.toml"));
  const auto run = [&](const std::vector<std::string>& arguments) {
    const Finished done = run_program(arguments, scratch.path());
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done;
  };
  EXPECT_THAT(run({"distill", "job.toml", "--run", "run"}).out, HasSubstr("of it front end"));
  const Json device = Json::parse(*read_file(scratch.path("run/device/report.json")));
  EXPECT_EQ(device.at("vectors_equal"), 20);
  const int64_t all = device.at("instructions").at("value"), features = device.at("frontend_instructions").at("value");
  EXPECT_GT(features, 1000);
  EXPECT_LT(features, all);
  EXPECT_THAT(run({"explain", "job.toml"}).out, HasSubstr("hop = 8"));
  EXPECT_THAT(run({"distill", "job.toml", "--run", "run"}).err, HasSubstr("package   nothing to do"));
  // What ships answers new data from raw rows.
  EXPECT_THAT(run({"predict", "run", "--data", "waves.csv"}).out, HasSubstr("slow"));
}

TEST(Frontend, OfEveryKindIsProvenOnTheDevice) {
  const Scratch scratch;
  write_waves(scratch.path());
  const std::string bands = "sample_rate_hz = 100\nbands = 6\n";
  for (const std::string& kind :
       {"kind = \"log_mel\"\n" + bands, "kind = \"mfcc\"\ncoefficients = 4\n" + bands,
        std::string("kind = \"statistics\"\nof = [\"mean\", \"log_deviation\", \"slope\", \"crest\"]\n"),
        std::string("kind = [\"spectrum\", \"statistics\"]\nframe = 16\n")}) {
    write_job(frontend_job(kind), scratch.path("job.toml"));
    const Finished done = run_program({"distill", "job.toml", "--run", "run"}, scratch.path());
    ASSERT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(Json::parse(*read_file(scratch.path("run/device/report.json"))).at("vectors_equal"), 20) << kind;
  }
}

TEST(Frontend, IsRefusedBeforeTrainingWhereItDoesNotFit) {
  const Scratch scratch;
  write_waves(scratch.path());
  const auto refusal = [&](JobTables tables) {
    write_job(tables, scratch.path("job.toml"));
    const Finished done = run_program({"distill", "job.toml", "--run", "run"}, scratch.path());
    EXPECT_EQ(done.exit_code, 2) << done.err;
    return done.err;
  };
  EXPECT_THAT(refusal(frontend_job("frame = 33\n")), HasSubstr("'frame' is 33; expected 0 to 32"));
  EXPECT_THAT(refusal(frontend_job("kind = \"spektrum\"\n")), HasSubstr("did you mean 'spectrum'"));
  EXPECT_THAT(refusal(frontend_job("frames = 16\n")), HasSubstr("unknown key 'frames'"));
  EXPECT_THAT(refusal(frontend_job("kind = [\"mfcc\", \"mfcc\"]\n")), HasSubstr("'kind' names 'mfcc' twice"));
  EXPECT_THAT(refusal(frontend_job("[[frontend.part]]\nframe = 16\n[[frontend.part]]\nframe = 8\n")),
              HasSubstr("part 2: gives 7 frames of a window, but the parts before it 3"));
  JobTables rows = frontend_job("kind = \"spectrum\"\n");
  rows["[data]"] =
      "format = \"csv\"\npath = \"waves.csv\"\nlabel = \"kind\"\ngroup = \"run\"\nattributes = [\"side\"]\n"
      "inputs = [\"a\", \"b\"]\n";
  rows["[teach]"] = "family = \"mlp\"\n";
  EXPECT_THAT(refusal(rows), HasSubstr("a front end takes windows [channels, time], but samples are [2]"));
  JobTables assisted = frontend_job("kind = \"spectrum\"\n");
  assisted["[[assistant]]"] = "";
  EXPECT_THAT(refusal(assisted), HasSubstr("give the assistant a network of its own"));
}

TEST(Frontend, BelongsToEachDeviceOfAHall) {
  const Scratch scratch;
  write_waves(scratch.path());
  JobTables tables = small_hall("x86-64-host");
  tables["[[device]]"] += "[device.frontend]\nkind = \"spectrum\"\n";
  write_job(tables, scratch.path("job.toml"));
  const Finished done = run_program({"distill", "job.toml", "--run", "run"}, scratch.path());
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto features = [&](const std::string& id) -> int64_t {
    const std::string path = scratch.path("run/devices/" + id + "/device/report.json");
    return Json::parse(*read_file(path)).at("frontend_instructions").at("value");
  };
  EXPECT_EQ(features("left"), 0);
  EXPECT_GT(features("right"), 0);
}

}  // namespace
}  // namespace apprentice::test
