// SPDX-License-Identifier: Apache-2.0
// A job with [[device]]: one teacher, a run directory for each device, the same bytes as without a hall or after a
// kill.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

Json read_json(const std::string& path) { return Json::parse(read_file(path).value_or("null")); }

class HallRun : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    write_waves(scratch_->path());
    write_job(small_hall("x86-64-host"), scratch_->path("job.toml"));
    const auto start = std::chrono::steady_clock::now();
    first_ = run({"distill", "job.toml", "--run", "hall"});
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    ASSERT_EQ(first_.exit_code, 0) << first_.err;
  }
  static void TearDownTestSuite() { delete scratch_; }
  static std::string path(const std::string& name) { return scratch_->path(name); }
  static Finished run(const std::vector<std::string>& arguments, const Limits& limits = {}) {
    return run_program(arguments, scratch_->path(), limits);
  }
  // Hashes of all that must repeat to the bit.
  static std::map<std::string, std::string> products(const std::string& hall) {
    std::map<std::string, std::string> hashes;
    for (const char* device : {"left", "right"}) {
      for (const char* name :
           {"student/int8.apq", "control/int8.apq", "shipped/package/manifest.json", "shipped/model.onnx"}) {
        const std::string file = fmt::format("devices/{}/{}", device, name);
        hashes[file] = hash_file(path(hall + "/" + file)).value_or("missing");
      }
    }
    hashes["teacher"] = hash_file(path(hall + "/teacher/teacher0.onnx")).value_or("missing");
    hashes["hall.json"] = hash_file(path(hall + "/report/hall.json")).value_or("missing");
    return hashes;
  }

  static Scratch* scratch_;
  static Finished first_;
  static double seconds_;
};
Scratch* HallRun::scratch_ = nullptr;
Finished HallRun::first_;
double HallRun::seconds_ = 0.0;

TEST_F(HallRun, EndsWithARowForEachDeviceAndThePage) {
  EXPECT_THAT(first_.out, testing::ContainsRegex("\nleft +1 of 3 +1 of 2 "));
  EXPECT_THAT(first_.out, testing::ContainsRegex("\nright +2 of 3 +2 of 2 "));
  EXPECT_THAT(first_.out, HasSubstr("hall/report/hall.html"));
  const Json hall = read_json(path("hall/report/hall.json"));
  ASSERT_EQ(hall.at("devices").size(), 2U);
  EXPECT_THAT(hall.at("devices").at(0).at("class_names"), ElementsAre("slow", "other"));
  EXPECT_THAT(hall.at("devices").at(1).at("class_names"), ElementsAre("fast", "slow"));
  const Json& right = hall.at("devices").at(1);
  const auto ships = right.at("choice").at("ships").get<std::string>();
  EXPECT_EQ(right.at("models").at(ships).at("on_device").at("vectors_equal"), 20);
  const std::string page = read_file(path("hall/report/hall.html")).value_or("");
  EXPECT_THAT(page, HasSubstr("../devices/left/report/report.html"));
  EXPECT_TRUE(file_exists(path("hall/devices/left/report/report.html")));
}

TEST_F(HallRun, AsksTheTeacherOnceForAllDevices) {
  EXPECT_EQ(list_folder(path("hall/targets")).size(), 2U);  // training and test split
  for (const char* device : {"left", "right"}) {
    EXPECT_FALSE(file_exists(path(fmt::format("hall/devices/{}/targets", device))));
    EXPECT_FALSE(file_exists(path(fmt::format("hall/devices/{}/teacher", device))));
  }
}

TEST_F(HallRun, GivesEachDeviceItsSensorsReadingsAndOptions) {
  const Json left = read_json(path("hall/devices/left/report/report.json"));
  EXPECT_THAT(left.at("relevance").at("channels"), ElementsAre("a"));
  EXPECT_EQ(left.at("relevance").at("readings"), 16);
  EXPECT_EQ(left.at("relevance").at("every"), 2);
  const Json manifest = read_json(path("hall/devices/left/shipped/package/manifest.json"));
  EXPECT_EQ(manifest.at("prefix"), "left");
  EXPECT_THAT(manifest.at("input").at("channel_names"), ElementsAre("a"));
  EXPECT_EQ(manifest.at("input").at("steps_per_reading"), 2);
  const Json right = read_json(path("hall/devices/right/report/report.json"));
  EXPECT_EQ(right.at("curves").at(0).at("points").size(), 6U);
  EXPECT_EQ(right.at("provenance").at("resolved_job").at("student").at("width"), 4);
  EXPECT_EQ(right.at("relevance").at("train"), 50);  // two of three kinds
  EXPECT_EQ(right.at("relevance").at("train_of"), 75);
}

TEST_F(HallRun, DoesNothingTheSecondTime) {
  const Finished again = run({"distill", "hall"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, testing::Not(HasSubstr("done in")));
  EXPECT_EQ(again.out, first_.out);
}

TEST_F(HallRun, LetsEveryVerbWorkOnOneDevice) {
  const Finished whole = run({"distill", "hall/devices/left"});
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_THAT(whole.err, testing::Not(HasSubstr("done in")));
  const Finished more = run({"measure", "hall/devices/right", "--vectors", "64"});
  ASSERT_EQ(more.exit_code, 0) << more.err;
  EXPECT_THAT(more.out, HasSubstr("64 of 64 answers bit-equal"));
  const Finished proof = run({"prove", "hall/devices/left", "--vectors", "20", "--device", "x86-64-host"});
  ASSERT_EQ(proof.exit_code, 0) << proof.err;
  const Finished job = run({"explain", "hall/devices/left"});
  ASSERT_EQ(job.exit_code, 0) << job.err;
  EXPECT_THAT(job.out, HasSubstr("name = \"left\""));
  EXPECT_EQ(run({"check", "hall/devices/left"}).exit_code, 0);
  ASSERT_EQ(run({"distill", "hall"}).exit_code, 0);  // as before
}

TEST_F(HallRun, RepairsAChangedFileOfOneDevice) {
  const std::string model = path("hall/devices/right/student/model.apnet");
  const std::string before = read_file(model).value_or("");
  ASSERT_TRUE(write_file(model, "tampered"));
  const Finished repaired = run({"train", "hall"});
  ASSERT_EQ(repaired.exit_code, 0) << repaired.err;
  EXPECT_EQ(read_file(model).value_or(""), before);
}

TEST_F(HallRun, GivesTheFiguresThatADeviceAloneWouldHave) {
  JobTables alone = small_job("x86-64-host");
  alone[""] = "name = \"left\"\nseed = 3\nthreads = 1\n";
  alone["[relevance]"] = kLeftRelevance;
  write_job(alone, path("left.toml"));
  const Finished done = run({"distill", "left.toml", "--run", "alone"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  Json here = read_json(path("alone/report/report.json")),
       there = read_json(path("hall/devices/left/report/report.json"));
  for (Json* report : {&here, &there}) report->at("models").at(0).erase("detail");  // the teacher's name
  EXPECT_EQ(here.at("models"), there.at("models"));
  EXPECT_EQ(here.at("gains"), there.at("gains"));
}

// The teacher is judged on all that it knows, whatever a device keeps of it.
TEST_F(HallRun, TakesATeacherThatExists) {
  const std::string teacher = "source = \"onnx\"\npath = \"hall/teacher/teacher0.onnx\"\n";
  JobTables tables = small_hall("x86-64-host");
  tables.erase("[teach]");
  tables["[teacher]"] = teacher;
  write_job(tables, path("taught.toml"));
  const Finished done = run({"distill", "taught.toml", "--run", "taught"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto models = [&](const std::string& hall) {
    Json all = read_json(path(hall + "/devices/left/report/report.json")).at("models");
    all.at(0).erase("detail");  // the teacher's name
    return all;
  };
  EXPECT_EQ(models("taught"), models("hall"));
  JobTables alone = small_job("x86-64-host");
  alone.erase("[teach]");
  alone["[teacher]"] = teacher;
  alone["[relevance]"] = kLeftRelevance;
  write_job(alone, path("taught_left.toml"));
  const auto metric = [&](const std::string& job) {
    const Finished checked = run({"check", job, "--json"});
    EXPECT_EQ(checked.exit_code, 0) << checked.err;
    return Json::parse(checked.out).at("teacher").at("validation_metric").get<double>();
  };
  EXPECT_GT(metric("taught.toml"), 0.5);
  EXPECT_EQ(metric("taught_left.toml"), metric("taught.toml"));
}

TEST_F(HallRun, ExplainGivesAHallThatExplainsItself) {
  const Finished first = run({"explain", "job.toml"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("[[device]]"));
  EXPECT_THAT(first.out, HasSubstr("[device.relevance]"));
  ASSERT_TRUE(write_file(path("explained.toml"), first.out));
  EXPECT_EQ(run({"explain", "explained.toml"}).out, first.out);
}

TEST_F(HallRun, CheckTellsWhatEachDeviceKeeps) {
  const Finished text = run({"check", "job.toml"});
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out,
              HasSubstr("[left]\nrelevance     keeps 1 of 3 classes and the rest as \"other\", 1 of 2 channels"));
  const Json found = Json::parse(run({"check", "job.toml", "--json"}).out);
  EXPECT_GT(found.at("devices").at("right").at("device_untrained").at("flash_bytes"), 0);
  EXPECT_EQ(found.at("samples").at("train"), 75);
}

TEST_F(HallRun, GivesTheSameBytesAfterKillsAtRandomMoments) {
  const auto expected = products("hall");
  EXPECT_EQ(std::count_if(expected.begin(), expected.end(), [](const auto& p) { return p.second == "missing"; }), 0);
  Rng rng(12, "kills");
  int killed = 0;
  for (int i = 0; i < 2; ++i) {
    const std::string folder = fmt::format("killed{}", i);
    Limits limits;
    limits.kill_after_s = rng.uniform(0.3, seconds_);
    killed += run({"distill", "job.toml", "--run", folder}, limits).exit_code == 128 + 9 ? 1 : 0;
    const Finished resumed = run({"distill", "job.toml", "--run", folder});
    ASSERT_EQ(resumed.exit_code, 0) << "killed after " << limits.kill_after_s << " s: " << resumed.err;
    EXPECT_EQ(products(folder), expected) << "killed after " << limits.kill_after_s << " s";
  }
  EXPECT_GT(killed, 0);
}

TEST_F(HallRun, TakesAFurtherDeviceWithoutAskingTheTeacherAgain) {
  JobTables tables = small_hall("x86-64-host");
  tables["[[device]]"] += "[[device]]\nid = \"third\"\nname = \"x86-64-host\"\nvectors = 4\ncount_instructions = 1\n";
  write_job(tables, path("third.toml"));
  const Finished more = run({"distill", "third.toml", "--run", "hall"});
  ASSERT_EQ(more.exit_code, 0) << more.err;
  EXPECT_THAT(more.err, testing::ContainsRegex("teach +nothing to do"));
  EXPECT_THAT(more.err, testing::ContainsRegex("label +nothing to do"));
  EXPECT_THAT(more.out, testing::ContainsRegex("\nthird +all 3 +all "));
  ASSERT_EQ(run({"distill", "job.toml", "--run", "hall"}).exit_code, 0);
}

TEST_F(HallRun, RefusesADeviceThatIsAskedForWithoutItsTeacher) {
  const Finished alone = run({"package", "job.toml", "--run", "fresh"});
  ASSERT_EQ(alone.exit_code, 0) << alone.err;
  std::filesystem::remove_all(path("fresh/targets"));
  std::filesystem::remove_all(path("fresh/devices/left/student"));
  const Finished refused = run({"train", "fresh/devices/left"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("`apprentice label "));
  const Finished options = run({"measure", "job.toml", "--device", "rp2040"});
  EXPECT_EQ(options.exit_code, 2);
  EXPECT_THAT(options.err, HasSubstr("is a hall of 2 devices"));
  const Finished prove = run({"prove", "hall"});
  EXPECT_EQ(prove.exit_code, 2);
  EXPECT_THAT(prove.err, HasSubstr("hall/devices/left"));
}

TEST_F(HallRun, ChoosesTheArmThatShipsForEachDevice) {
  const Finished chosen = run({"choose", "hall"});
  ASSERT_EQ(chosen.exit_code, 0) << chosen.err;
  EXPECT_THAT(chosen.out, testing::MatchesRegex("left (student|control)(-2)?\nright (student|control)(-2)?\n"));
  const Json hall = read_json(path("hall/report/hall.json"));
  EXPECT_TRUE(hall.at("devices").at(0).contains("choice"));
}

// Answers that the hall has stored serve every method of a device; the teacher is the one restricted to its classes.
TEST_F(HallRun, ComparesMethodsOnOneDevice) {
  const Finished done = run({"compare", "hall/devices/left", "--methods", "kd,dkd", "--seeds", "1"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const Json comparison = read_json(path("hall/devices/left/compare/comparison.json"));
  EXPECT_EQ(comparison.at("methods").size(), 3U);
  const Json report = read_json(path("hall/devices/left/report/report.json"));
  EXPECT_EQ(report.at("models").at(0).at("role"), "teacher");
  EXPECT_NEAR(
      comparison.at("teacher").at("test").at("mean").get<double>(),
      report.at("models").at(0).at("classification").at(comparison.at("metric").get<std::string>()).get<double>(),
      1e-9);
  EXPECT_FALSE(file_exists(path("hall/devices/left/targets")));
}

TEST_F(HallRun, RefusesToCompareAWholeHallOrWhatItsTeacherWasNotAsked) {
  const Finished whole = run({"compare", "hall", "--methods", "kd", "--seeds", "1"});
  EXPECT_EQ(whole.exit_code, 2);
  EXPECT_THAT(whole.err, HasSubstr("is a hall of 2 devices; name the run directory of one, such as hall/devices/left"));
  const Finished features = run({"compare", "hall/devices/right", "--methods", "kd,fitnet", "--seeds", "1"});
  EXPECT_EQ(features.exit_code, 2);
  EXPECT_THAT(features.err, HasSubstr("--methods fitnet: looks at what the hall has not stored of its teacher"));
  EXPECT_FALSE(file_exists(path("hall/devices/right/compare")));
}

// The left device keeps one class and one sensor at half the rate; its assistant does, too.
TEST_F(HallRun, LetsDevicesHaveAssistantsAndLossesThatLookIntoTheTeacher) {
  JobTables tables = small_hall("x86-64-host");
  tables["[[device]]"] += "[device.loss]\nname = \"fitnet\"\n";
  tables["[train]"] = "epochs = 3\nbatch_size = 16\n";
  tables["[[assistant]]"] = "family = \"conv1d\"\nwidth = 10\n[assistant.loss]\nname = \"at\"\n";
  write_job(tables, path("assisted.toml"));
  const Finished done = run({"distill", "assisted.toml", "--run", "assisted"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  for (const std::string device : {"left", "right"}) {
    const std::string folder = "assisted/devices/" + device;
    EXPECT_TRUE(file_exists(path(folder + "/assistant0/model.onnx")));
    EXPECT_EQ(list_folder(path(folder + "/targets")).size(), 1U);  // the assistant's answers
    const auto teacher_of = [&](const std::string& step) {
      return read_json(path(folder + "/state/" + step + ".json")).at("inputs").at("teacher").get<std::string>();
    };
    EXPECT_NE(teacher_of("assistant0"), teacher_of("train-student"));
    EXPECT_EQ(teacher_of("report"), teacher_of("assistant0"));
  }
  const Finished again = run({"distill", "assisted"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, testing::Not(HasSubstr("done in")));
  const Finished explained = run({"explain", "assisted.toml"});
  ASSERT_EQ(explained.exit_code, 0) << explained.err;
  EXPECT_THAT(explained.out, HasSubstr("[[assistant]]"));
}

// Without assistants a device finds the features that its loss looks at in the hall's store.
TEST_F(HallRun, StoresTheFeaturesThatADeviceAsksFor) {
  JobTables tables = small_hall("x86-64-host");
  tables["[[device]]"] += "[device.loss]\nname = \"fitnet\"\n";
  tables["[train]"] = "epochs = 3\nbatch_size = 16\n";
  write_job(tables, path("features.toml"));
  const Finished done = run({"train", "features.toml", "--run", "features"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  int with_features = 0;
  for (const std::string& store : list_folder(path("features/targets"))) {
    with_features += read_json(path("features/targets/" + store + "/store.json")).contains("features") ? 1 : 0;
  }
  EXPECT_EQ(with_features, 1);
  EXPECT_EQ(list_folder(path("features/targets")).size(), 3U);
  EXPECT_THAT(read_file(path("features/devices/right/student/history.json")).value_or(""), HasSubstr("fitnet"));
}

}  // namespace
}  // namespace apprentice::test
