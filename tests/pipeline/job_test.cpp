// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/pipeline/whole_job.h"

namespace apprentice {

using pipeline::Job;
using test::whole_job;

namespace {

using ::testing::HasSubstr;

const std::string kTeacher = "[teacher]\nsource = \"onnx\"\npath = \"t.onnx\"\n";

Job parse(const std::string& text) {
  auto job = Job::parse(whole_job(text), "dir/job.toml");
  EXPECT_TRUE(job) << job.error().text();
  return std::move(*job);
}

std::string refusal(const std::string& text) {
  const auto job = Job::parse(whole_job(text), "job.toml");
  return job ? "accepted" : job.error().text();
}

TEST(Job, TakesDefaultsWhereItIsSilent) {
  const Job job = parse(kTeacher);
  EXPECT_EQ(job.name, "student");
  EXPECT_EQ(job.folder, "dir");
  EXPECT_EQ(job.loss.name, "kd");
  EXPECT_EQ(job.train.epochs, 40);
  EXPECT_EQ(job.train.least_steps, 2000);
  EXPECT_EQ(job.device.vectors, 256);
  EXPECT_TRUE(job.control);
  EXPECT_TRUE(job.control_views);
  EXPECT_FALSE(parse(kTeacher + "[control]\nviews = false\n").control_views);
  EXPECT_FALSE(job.teach.present);
}

TEST(Job, GivesSeedAndThreadsToEverySchedule) {
  const Job job = parse("seed = 7\nthreads = 3\n[teach]\nfamily = \"mlp\"\n[teach.train]\nseed = 9\n");
  EXPECT_EQ(job.train.seed, 7U);
  EXPECT_EQ(job.train.threads, 3);
  EXPECT_EQ(job.teach.members[0].train.seed, 9U);
  EXPECT_EQ(pipeline::explain(job).at("train").at("seed"), 7);
}

// explain() is a job again: what it names must not change what it leaves to a default.
TEST(Job, ExplainsSchedulesAsTheyAreRead) {
  for (const char* schedule :
       {"", "steps = 900\n", "epochs = 60\npatience = 20\n", "least_steps = 500\nwarmup = 0.1\n"}) {
    const Job job = parse(std::string("[loss]\nname = \"ce\"\n[train]\n") + schedule);
    const auto explained = pipeline::explain(job);
    const Job again = parse(pipeline::to_toml(explained));
    EXPECT_EQ(pipeline::explain(again).at("train"), explained.at("train")) << schedule;
    EXPECT_EQ(again.train.steps, job.train.steps) << schedule;
    EXPECT_EQ(again.train.warmup_epochs, job.train.warmup_epochs) << schedule;
  }
}

TEST(Job, RefusesTheSameLengthInTwoUnits) {
  EXPECT_THAT(refusal(kTeacher + "[train]\nsteps = 900\nepochs = 60\n"),
              testing::AllOf(HasSubstr("job.toml:6:10"), HasSubstr("'steps' and 'epochs' say the same")));
}

TEST(Job, RegressionLearnsByMeanSquaredErrorByDefault) { EXPECT_EQ(parse(test::kRegressionData).loss.name, "mse"); }

// Before the teacher is taught, not after it.
TEST(Job, RefusesALossOfTheOtherTask) {
  EXPECT_THAT(
      refusal(kTeacher + "[loss]\nname = \"mse\"\n"),
      testing::AllOf(HasSubstr("job.toml:5:8"), HasSubstr("'mse' is not for classification"), HasSubstr("'ce'")));
  EXPECT_THAT(refusal(test::kRegressionData + "[loss]\nname = \"kd\"\n"), HasSubstr("'kd' is not for regression"));
}

TEST(Job, RefusesAPrefixThatCannotLeadCNames) {
  EXPECT_THAT(refusal(kTeacher + "[package]\nprefix = \"1 a\"\n"), testing::StartsWith("job.toml:5:10: '1 a' cannot"));
}

TEST(Job, RefusesUnknownTableWithItsLineAndTheKnownNames) {
  EXPECT_THAT(refusal("seed = 1\n[trian]\nepochs = 2\n"),
              testing::AllOf(HasSubstr("job.toml:2"), HasSubstr("unknown key 'trian'"), HasSubstr("train")));
}

TEST(Job, RefusesUnknownKeyOfATable) {
  EXPECT_THAT(refusal(kTeacher + "[train]\nepoch = 2\n"),
              testing::AllOf(HasSubstr("job.toml:5:1"), HasSubstr("unknown key 'epoch'"), HasSubstr("epochs")));
}

TEST(Job, RefusesUnknownLossWithItsPlaceAndTheKnownOnes) {
  EXPECT_THAT(refusal(kTeacher + "[loss]\nname = \"kll\"\n"),
              testing::AllOf(HasSubstr("job.toml:5:8"), HasSubstr("unknown loss 'kll'"), HasSubstr("known losses: ")));
}

TEST(Job, RefusesWrongTypes) {
  EXPECT_THAT(refusal("seed = \"one\"\n"), HasSubstr("expected an integer"));
  EXPECT_THAT(refusal(kTeacher + "[device]\nvectors = 0\n"), HasSubstr("expected 1 to"));
  EXPECT_THAT(refusal(kTeacher + "[quantize]\ncalibration = \"best\"\n"), HasSubstr("least_error"));
  EXPECT_THAT(refusal("train = 3\n" + kTeacher), HasSubstr("expected a table [train]"));
}

TEST(Job, RefusesATeacherThatExistsBesideOneToTeach) {
  EXPECT_THAT(refusal(kTeacher + "[teach]\nfamily = \"mlp\"\n"), HasSubstr("not both"));
}

TEST(Job, RefusesADeviceThatNetworksToTeachCannotAnswerOn) {
  const std::string teach = "[teach]\nfamily = \"mlp\"\n";
  EXPECT_EQ(parse(teach).teach.device, "cpu");
  EXPECT_THAT(refusal(teach + "device = \"gpu\"\n"),
              AllOf(HasSubstr("job.toml:3"), HasSubstr("no device to compute on")));
  if (!train::libtorch_version().empty()) {
    EXPECT_THAT(refusal(teach + "device = \"cuda:100\"\n"), HasSubstr("there is no \"cuda:100\""));
  }
}

TEST(Job, ReadsTeachersOfSeveralKinds) {
  const Job one = parse("[teach]\nfamily = \"trees\"\nmembers = 2\ndepth = 4\n");
  ASSERT_EQ(one.teach.members.size(), 2U);
  EXPECT_EQ(one.teach.members[1].trees->depth, 4);
  const Job both = parse(
      "[[teach.member]]\nfamily = \"trees\"\nrounds = 9\n"
      "[[teach.member]]\nfamily = \"mlp\"\n[teach.member.train]\nseed = 5\n");
  ASSERT_EQ(both.teach.members.size(), 2U);
  EXPECT_EQ(both.teach.members[0].trees->rounds, 9);
  EXPECT_FALSE(both.teach.members[1].trees);
  EXPECT_EQ(both.teach.members[1].train.seed, 5U);
  EXPECT_THAT(pipeline::to_toml(pipeline::explain(both)), HasSubstr("[[teach.member]]\nfamily = \"trees\""));
}

TEST(Job, RefusesWhatTreesDoNotTake) {
  const std::string trees = "[teach]\nfamily = \"trees\"\n";
  EXPECT_THAT(refusal(trees + "depth = 30\n"), AllOf(HasSubstr("job.toml:3"), HasSubstr("expected 1 to 16")));
  EXPECT_THAT(refusal(trees + "[teach.train]\nepochs = 3\n"), HasSubstr("the schedule of networks"));
}

TEST(Job, RefusesALossOfTeachersWithoutATeacher) {
  EXPECT_THAT(refusal("[loss]\nname = \"kd\"\n"), HasSubstr("neither [teacher] nor [teach]"));
  EXPECT_EQ(refusal("[loss]\nname = \"ce\"\n"), "accepted");
}

TEST(Job, RefusesNamesThatCannotBeFolders) {
  EXPECT_THAT(refusal("name = \"../x\"\n" + kTeacher), HasSubstr("letters"));
}

TEST(Job, ExplainedAsTomlIsTheSameJob) {
  const Job job =
      parse("name = \"a\"\n[teach]\nmembers = 2\n[teach.train]\nlearning_rate = 1.0\n[device]\nvectors = 5\n");
  const std::string text = pipeline::to_toml(pipeline::explain(job));
  EXPECT_THAT(text, HasSubstr("learning_rate = 1.0"));
  EXPECT_THAT(text, HasSubstr("# title = \"\""));
  EXPECT_EQ(pipeline::explain(parse(text)).dump(), pipeline::explain(job).dump());
}

TEST(Job, WritesListsOfTablesAndOddKeysAsToml) {
  const nlohmann::ordered_json json = {{"a b", 1}, {"layer", {{{"kind", "relu"}}, {{"kind", "dense"}, {"n", {1, 2}}}}}};
  EXPECT_EQ(pipeline::to_toml(json),
            "\"a b\" = 1\n\n[[layer]]\nkind = \"relu\"\n\n[[layer]]\nkind = \"dense\"\nn = [1, 2]\n");
}

const std::string kDevices = "name = \"hall\"\n" + kTeacher +
                             "[student]\nfamily = \"dscnn1d\"\n[train]\nepochs = 9\n"
                             "[[device]]\nid = \"pump\"\nname = \"rp2040\"\n[device.relevance]\nclasses = [\"a\"]\n"
                             "[[device]]\nid = \"fan\"\n[device.train]\nepochs = 3\n[device.loss]\nname = \"dkd\"\n";

TEST(JobOfAHall, NamesItsDevicesEachWithAJobOfItsOwn) {
  const Job hall = parse(kDevices);
  ASSERT_TRUE(hall.is_hall());
  EXPECT_EQ(hall.device_ids, (std::vector<std::string>{"pump", "fan"}));
  const auto pump = hall.device_job("pump"), fan = hall.device_job("fan");
  ASSERT_TRUE(pump) << pump.error().text();
  ASSERT_TRUE(fan) << fan.error().text();
  EXPECT_EQ(pump->name, "pump");
  EXPECT_EQ(pump->hall, "hall");
  EXPECT_FALSE(pump->is_hall());
  EXPECT_EQ(pump->device.name, "rp2040");
  EXPECT_EQ(pump->train.epochs, 9);
  EXPECT_EQ(fan->device.name, "stm32l4r5");
  EXPECT_EQ(fan->train.epochs, 3);
  EXPECT_EQ(fan->loss.name, "dkd");
  EXPECT_THAT(hall.device_job("saw").error().text(), HasSubstr("no [[device]] 'saw'; known devices: fan, pump"));
}

// Every thread reads a copy of its own, and none of them hears of the others.
TEST(Job, CopiesAreIndependent) {
  const Job job = parse(kTeacher + "[loss]\nname = \"kd\"\nT = 2.5\n[student]\nfamily = \"mlp\"\nwidth = 24\n");
  const std::string before = pipeline::explain(job).dump();
  std::atomic<int> right{0};
  std::vector<std::thread> pool;
  for (int i = 0; i < 4; ++i) {
    pool.emplace_back([&job, &right, i] {
      Job own = job;
      std::string family;
      int64_t width = i;
      own.student.read("family", family).read("width", width).read(fmt::format("thread{}", i), width);
      right += own.student.finish() && own.loss.keys.number("T") == 2.5 && width == 24 ? 1 : 0;
    });
  }
  for (std::thread& thread : pool) thread.join();
  EXPECT_EQ(right, 4);
  EXPECT_EQ(pipeline::explain(job).dump(), before);
}

TEST(JobOfAHall, RefusesDevicesWithTheSameIdOrNone) {
  EXPECT_THAT(refusal(kDevices + "[[device]]\nid = \"fan\"\n"),
              testing::AllOf(HasSubstr("job.toml:21:6"), HasSubstr("two devices 'fan'")));
  EXPECT_THAT(refusal(kDevices + "[[device]]\nid = \"FAN\"\n"), HasSubstr("'fan' and 'FAN' differ in case only"));
  EXPECT_THAT(refusal(kDevices + "[[device]]\nname = \"rp2040\"\n"), HasSubstr("key 'id' is missing in [[device]]"));
  EXPECT_THAT(refusal(kDevices + "[[device]]\nid = \"a/b\"\n"), HasSubstr("letters, digits"));
  EXPECT_THAT(refusal(kDevices + "[[device]]\nid = \"saw\"\nvector = 3\n"),
              testing::AllOf(HasSubstr("unknown key 'vector' in [[device]]"), HasSubstr("relevance")));
}

TEST(JobOfAHall, ASingleDeviceIsNoHall) {
  EXPECT_FALSE(parse(kTeacher + "[device]\nname = \"rp2040\"\n").is_hall());
  EXPECT_THAT(refusal(kTeacher + "[device]\nid = \"a\"\n"), HasSubstr("unknown key 'id'"));
  EXPECT_TRUE(parse(kTeacher + "[[device]]\nid = \"a\"\n").is_hall());
}

TEST(Job, RefusesLearningRatesThatCanOnlyDiverge) {
  EXPECT_THAT(refusal(kTeacher + "[train]\nlearning_rate = 50\n"),
              HasSubstr("'learning_rate' is 50; expected 1e-09 to 1"));
  EXPECT_THAT(refusal(kTeacher + "[train]\noptimizer = \"sgd\"\nlearning_rate = 50\n"), HasSubstr("1e-09 to 10"));
}

}  // namespace
}  // namespace apprentice
