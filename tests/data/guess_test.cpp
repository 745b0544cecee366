// SPDX-License-Identifier: Apache-2.0
// What new jobs say of ordinary data. The whole texts are kept in tests/golden/new; APPRENTICE_UPDATE_GOLDEN=1 writes
// them anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/data/guess/column_words.h"
#include "apprentice/data/guess/time_text.h"
#include "tests/data/job.h"
#include "tests/data/ordinary_data.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The guess about a case, with the scratch folder's path as DIR.
struct Guessed {
  std::string text;
  bool loads = false;
  data::DatasetInfo info;
  std::string problem;
};

Guessed guess(const test::OrdinaryData& data, const data::GuessWishes& wishes, const data::TeacherHints& teacher = {}) {
  const test::Scratch scratch;
  data.write(scratch.path());
  std::vector<std::string> given;
  for (const std::string& name : data.given) given.push_back(scratch.path(name));
  const auto guessed = data::guess_data(given, wishes, teacher, scratch.path());
  if (!guessed) return {"", false, {}, guessed.error().text()};
  Guessed result{guessed->text,
                 guessed->splits.has_value() && test::load_job(guessed->text, scratch.path()).has_value(),
                 guessed->info, guessed->problem.text()};
  for (size_t at; (at = result.text.find(scratch.path())) != std::string::npos;)
    result.text.replace(at, scratch.path().size(), "DIR");
  return result;
}

const test::OrdinaryData& ordinary(const std::string& name) {
  for (const test::OrdinaryData& data : test::ordinary_data()) {
    if (data.name == name) return data;
  }
  throw BrokenPromise("no such case");
}

TEST(NewData, OfEveryOrdinaryKindLoadsAndIsTheGoldenText) {
  for (const test::OrdinaryData& data : test::ordinary_data()) {
    const Guessed made = guess(data, data.wishes);
    EXPECT_TRUE(made.loads) << data.name << ": " << made.problem << "\n" << made.text;
    const std::string path = test::source_folder() + "/tests/golden/new/" + data.name + ".toml";
    if (std::getenv("APPRENTICE_UPDATE_GOLDEN") != nullptr) {
      ASSERT_TRUE(make_folder(test::source_folder() + "/tests/golden/new"));
      ASSERT_TRUE(write_file(path, made.text));
    }
    EXPECT_EQ(made.text, read_file(path).value_or("(no such file)")) << path;
  }
}

TEST(NewData, EachColumnMayBeLabelTargetGroupOrIgnoredWithoutEndingTheGuess) {
  for (const char* name : {"machine_log", "failures", "soft_sensor", "untidy"}) {
    const test::OrdinaryData& data = ordinary(name);
    const test::Scratch scratch;
    data.write(scratch.path());
    const auto table = data::look_into_tables({scratch.path(data.given.front())}, {});
    ASSERT_TRUE(table);
    for (const data::ColumnFacts& column : table->columns) {
      for (const int role : {0, 1, 2, 3}) {
        data::GuessWishes wishes;
        if (role == 0) wishes.label = column.name;
        if (role == 1) wishes.target = column.name;
        if (role == 2) wishes.group = {column.name};
        if (role == 3) wishes.ignore = {column.name};
        const auto guessed = data::guess_data({scratch.path(data.given.front())}, wishes, {}, scratch.path());
        ASSERT_TRUE(guessed) << name << " " << column.name << " " << role;
        EXPECT_TRUE(Config::parse(guessed->text, "job.toml")) << guessed->text;
        EXPECT_TRUE(guessed->splits || !guessed->problem.message.empty());
      }
    }
  }
}

TEST(NewData, NeverTakesALabelAsGroupOrAMachineAsLabel) {
  const Guessed failures = guess(ordinary("failures"), {});
  EXPECT_THAT(failures.text, HasSubstr("label = \"Machine_failure\""));
  EXPECT_THAT(failures.text, Not(HasSubstr("\ngroup = ")));
  const Guessed log = guess(ordinary("machine_log"), {});
  EXPECT_THAT(log.text, HasSubstr("label = \"state\""));
  EXPECT_THAT(log.text, HasSubstr("group = \"machine_id\""));
}

TEST(NewData, ColumnsThatGiveTheAnswerAwayAreLeftOutByName) {
  const Guessed made = guess(ordinary("failures"), {});
  for (const char* column : {"\"UDI\",", "\"Product ID\",", "\"TWF\",", "\"HDF\",", "\"RNF\","})
    EXPECT_THAT(made.text, HasSubstr(column));
  EXPECT_EQ(made.info.channel_names, (std::vector<std::string>{"Torque [Nm]", "Speed [rpm]", "Wear [min]"}));
}

TEST(NewData, ATeacherSaysHowLongAWindowIsAndThatWholeNumbersAreClasses) {
  data::TeacherHints teacher;
  teacher.input = {3, 64};
  teacher.outputs = 4;
  teacher.classifies = true;
  EXPECT_EQ(guess(ordinary("four_states"), {}, teacher).info.sample_shape, (Shape{3, 64}));
  teacher.input = {3};
  EXPECT_EQ(guess(ordinary("four_states"), {}, teacher).info.sample_shape, (Shape{3}));
}

TEST(NewData, WhatTheUserSaysStandsAboveEveryGuess) {
  data::GuessWishes wishes;
  wishes.label = "machine_id";
  wishes.ignore = {"temp"};
  wishes.window = 16;
  wishes.split = "time";
  const Guessed made = guess(ordinary("machine_log"), wishes);
  EXPECT_TRUE(made.loads) << made.problem << made.text;
  EXPECT_THAT(made.text, HasSubstr("label = \"machine_id\""));
  EXPECT_THAT(made.text, HasSubstr("length = 16"));
  EXPECT_THAT(made.text, HasSubstr("by = \"time\""));
  EXPECT_THAT(made.text, HasSubstr("\"temp\",                # as asked"));
}

TEST(NewData, AWishForAColumnThatIsNotThereNamesTheColumns) {
  data::GuessWishes wishes;
  wishes.label = "stat";
  EXPECT_THAT(guess(ordinary("machine_log"), wishes).problem, HasSubstr("there is no column 'stat'; known columns: "));
}

TEST(NewData, OneClassEndsInAJobAndASentence) {
  const test::Scratch scratch;
  std::string text = "a,state\n";
  for (int row = 0; row < 50; ++row) text += fmt::format("{},healthy\n", row * 37 % 50);
  ASSERT_TRUE(write_file(scratch.path("d.csv"), text));
  const auto guessed = data::guess_data({scratch.path("d.csv")}, {}, {}, scratch.path());
  ASSERT_TRUE(guessed);
  EXPECT_FALSE(guessed->splits);
  EXPECT_THAT(guessed->problem.message, HasSubstr("have the class 'healthy'"));
  EXPECT_THAT(guessed->text, HasSubstr("label = \"state\""));
}

TEST(NewData, ATableWithoutRowsEndsInASentence) {
  const test::Scratch scratch;
  for (const char* text : {"rpm,load,state", "rpm,load,state\n", "a,b,state,es\n\n\n"}) {
    ASSERT_TRUE(write_file(scratch.path("d.csv"), text));
    const auto guessed = data::guess_data({scratch.path("d.csv")}, {}, {}, scratch.path());
    const std::string problem = guessed ? guessed->problem.text() : guessed.error().text();
    EXPECT_FALSE(guessed && guessed->splits) << text;
    EXPECT_THAT(problem, HasSubstr("has no rows below its header")) << text;
  }
}

TEST(NewData, SeveralFoldersStandForTheirFiles) {
  const test::Scratch scratch;
  for (const char* folder : {"one", "two"}) {
    ASSERT_TRUE(make_folder(scratch.path(folder)));
    for (const char* name : {"a.csv", "b.csv"}) {
      std::string text = "load,speed,state\n";
      for (int row = 0; row < 60; ++row) text += fmt::format("{},{},{}\n", row * 37 % 60, row * 11 % 59, row % 2);
      ASSERT_TRUE(write_file(scratch.path(std::string(folder) + "/" + name), text));
    }
  }
  const auto guessed = data::guess_data({scratch.path("one"), scratch.path("two")}, {}, {}, scratch.path());
  ASSERT_TRUE(guessed) << guessed.error().text();
  EXPECT_TRUE(guessed->splits) << guessed->problem.text() << guessed->text;
  for (const char* pattern : {"one/*.csv", "two/*.csv"}) EXPECT_THAT(guessed->text, HasSubstr(pattern));
}

TEST(NewData, TextsFromOutsideAreQuotedInTheJob) {
  const test::Scratch scratch;
  std::string text = "\"a \"\"b\"\" # [x]\",\"line\nend\",state\n";
  for (int row = 0; row < 60; ++row)
    text += fmt::format("{},{},{}\n", row * 37 % 60, row * 11 % 60, row % 2 == 0 ? "\"o\\k\"" : "\"#]\n\"");
  ASSERT_TRUE(write_file(scratch.path("d \"q\".csv"), text));
  data::GuessWishes wishes;
  wishes.ignore = {"line\nend"};
  const auto guessed = data::guess_data({scratch.path("d \"q\".csv")}, wishes, {}, scratch.path());
  ASSERT_TRUE(guessed);
  EXPECT_TRUE(Config::parse(guessed->text, "job.toml")) << guessed->text;
  EXPECT_TRUE(guessed->splits) << guessed->problem.text() << guessed->text;
}

// Samples [60, 3] in x.npy, and what lies beside them in y.npy.
Result<data::GuessedData> guess_beside(const test::Scratch& scratch, const Tensor& answers, double offset = 0.0) {
  Tensor samples(DType::kF64, {60, 3});
  for (int64_t i = 0; i < samples.size(); ++i)
    samples.data<double>()[i] = static_cast<double>(i * 37 % 101) + (i % 3 == 0 ? offset : 0.0);
  APPRENTICE_CHECK(data::write_npy(scratch.path("x.npy"), samples));
  APPRENTICE_CHECK(data::write_npy(scratch.path("y.npy"), answers));
  return data::guess_data({scratch.path("x.npy")}, {}, {}, scratch.path());
}

TEST(NewData, FindsOneHotLabelsBesideArrays) {
  const test::Scratch scratch;
  Tensor labels(DType::kF32, {60, 3});
  for (int64_t i = 0; i < 60; ++i) labels.data<float>()[i * 3 + i * 7 % 3] = 1.0F;
  const auto guessed = guess_beside(scratch, labels);
  ASSERT_TRUE(guessed) << guessed.error().text();
  ASSERT_TRUE(guessed->splits) << guessed->problem.text();
  EXPECT_EQ(guessed->info.class_names.size(), 3U);
}

class LabelsInAFile : public ::testing::Test {
 protected:
  // 60 rows under a header 0, 1, 2, as some programs write them, and their answers.
  void SetUp() override {
    std::string rows = "0,1,2\n";
    for (int i = 0; i < 60; ++i) rows += fmt::format("{}.5,{},{}.25\n", i * 37 % 101, i * 53 % 97, i * 11 % 89);
    ASSERT_TRUE(write_file(scratch_.path("x.csv"), rows));
  }
  void write_answers(const std::string& name, const std::string& header, int count, const char* suffix) {
    std::string text = header;
    for (int i = 0; i < count; ++i) text += fmt::format("{}{}\n", i * 7 % 3, suffix);
    ASSERT_TRUE(write_file(scratch_.path(name), text));
  }
  Result<data::GuessedData> guess(const data::GuessWishes& wishes = {}) const {
    return data::guess_data({scratch_.path("x.csv")}, wishes, {}, "");
  }

  const test::Scratch scratch_;
};

TEST_F(LabelsInAFile, AreFoundBesideATable) {
  write_answers("y.csv", "0\n", 60, "");
  const auto guessed = guess();
  ASSERT_TRUE(guessed) << guessed.error().text();
  ASSERT_TRUE(guessed->splits) << guessed->problem.text();
  EXPECT_EQ(guessed->info.class_names, (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(guessed->info.sample_shape, (Shape{3}));
  EXPECT_THAT(guessed->text, HasSubstr(fmt::format("labels = \"{}\"", scratch_.path("y.csv"))));
  EXPECT_THAT(guessed->text, HasSubstr("a guess: y.csv has one for each row"));
}

TEST_F(LabelsInAFile, AreTakenWhereTheyAreNamed) {
  write_answers("states.csv", "shift,state\n", 60, ",ok");
  data::GuessWishes wishes;
  wishes.label = scratch_.path("states.csv");
  const auto guessed = guess(wishes);
  ASSERT_TRUE(guessed) << guessed.error().text();
  EXPECT_THAT(guessed->text, HasSubstr("labels_column = \"state\""));
  write_answers("short.csv", "state\n", 50, "");
  wishes.label = scratch_.path("short.csv");
  EXPECT_THAT(guess(wishes).error().text(), HasSubstr("has 50 entries"));
}

TEST_F(LabelsInAFile, ThatAreNumbersAreTargets) {
  write_answers("y.csv", "", 60, ".5");
  data::GuessWishes wishes;
  wishes.target = scratch_.path("y.csv");
  const auto guessed = guess(wishes);
  ASSERT_TRUE(guessed) << guessed.error().text();
  ASSERT_TRUE(guessed->splits) << guessed->problem.text();
  EXPECT_THAT(guessed->text, HasSubstr(fmt::format("targets = \"{}\"", scratch_.path("y.csv"))));
}

TEST_F(LabelsInAFile, ThatBelongToAnotherTableAreLeftAlone) {
  write_answers("y.csv", "", 41, "");
  const auto guessed = guess();
  ASSERT_TRUE(guessed) << guessed.error().text();
  EXPECT_THAT(guessed->text, Not(HasSubstr("y.csv")));
}

TEST(NewData, SaysHowManyLabelsBesideArraysAreMissing) {
  const test::Scratch scratch;
  Tensor labels(DType::kI64, {57});
  for (int64_t i = 0; i < 57; ++i) labels.data<int64_t>()[i] = i % 2;
  const auto guessed = guess_beside(scratch, labels);
  const std::string problem = guessed ? guessed->problem.text() : guessed.error().text();
  EXPECT_THAT(problem, HasSubstr("57 entries"));
  EXPECT_THAT(problem, HasSubstr("60 rows"));
}

TEST(NewData, AdviceAboutAClockInAnArrayNamesNoColumnKeys) {
  const test::Scratch scratch;
  Tensor labels(DType::kI64, {60});
  for (int64_t i = 0; i < 60; ++i) labels.data<int64_t>()[i] = i % 2;
  const auto guessed = guess_beside(scratch, labels, 1.717e9);
  const std::string problem = guessed ? guessed->problem.text() : guessed.error().text();
  EXPECT_THAT(problem, HasSubstr("it looks like a clock: leave it out of the array"));
  EXPECT_THAT(problem, Not(HasSubstr("ignore")));
}

TEST(NewData, TellsOfNumbersThatMayMeanMissingAndOfWhatTheColumnsTell) {
  const test::Scratch scratch;
  std::string text = "load,speed,state\n";
  for (int row = 0; row < 60; ++row)
    text += fmt::format("{},{},{}\n", row % 20 == 3 ? -999 : row * 37 % 60, row * 11 % 59, row % 2);
  ASSERT_TRUE(write_file(scratch.path("d.csv"), text));
  const auto guessed = data::guess_data({scratch.path("d.csv")}, {}, {}, scratch.path());
  ASSERT_TRUE(guessed);
  EXPECT_THAT(guessed->text, HasSubstr("Column \"load\": is -999 in 3 rows"));
  EXPECT_THAT(guessed->text, HasSubstr("missing_values = [-999]"));
  EXPECT_THAT(guessed->text, HasSubstr("Inputs: \"load\", \"speed\"."));
}

TEST(NewData, SaysWhatLiesInAFolderWithoutData) {
  const test::Scratch scratch;
  ASSERT_TRUE(make_folder(scratch.path("sounds")));
  ASSERT_TRUE(write_file(scratch.path("sounds/a.wav"), "version https://git-lfs.github.com/spec/v1\noid sha256:4d\n"));
  const auto guessed = data::guess_data({scratch.path("sounds")}, {}, {}, scratch.path());
  ASSERT_FALSE(guessed);
  EXPECT_THAT(guessed.error().text(), HasSubstr("sounds/a.wav is a Git LFS pointer"));
}

TEST(TimeText, ReadsWhatPeopleWriteAndNothingElse) {
  const auto seconds = [](const char* text) {
    double value = -1.0;
    return data::parse_time(text, value) ? value : -1.0;
  };
  EXPECT_DOUBLE_EQ(seconds("2024-03-01 12:00:01.5"), seconds("2024/03/01T12:00:00Z") + 1.5);
  EXPECT_DOUBLE_EQ(seconds("1970-01-02"), 86400.0);
  EXPECT_DOUBLE_EQ(seconds("02.01.1970 00:01"), 86460.0);
  EXPECT_DOUBLE_EQ(seconds("1/31/1970 10:00 PM"), seconds("31/1/1970 10:00 PM"));
  EXPECT_DOUBLE_EQ(seconds("12:00:01"), 43201.0);
  for (const char* text :
       {"", "12", "1.5", "2024-13-01", "2024-03", "a:b", "12:61", "2024-03-01 later", "2024-03-01T", "1.2.3.4"}) {
    EXPECT_EQ(seconds(text), -1.0) << text;
  }
}

TEST(ColumnWords, TellAnswersMachinesAndTimesApart) {
  EXPECT_GE(data::label_rank("Machine_failure"), 0);
  EXPECT_FALSE(data::names_group("Machine_failure"));
  EXPECT_LT(data::label_rank("machine_id"), 0);
  for (const char* name : {"machine_id", "unit", "EngineNo", "Product ID", "run", "subject"})
    EXPECT_TRUE(data::names_group(name)) << name;
  for (const char* name : {"motor_speed", "pump pressure", "temp", "state"})
    EXPECT_FALSE(data::names_group(name)) << name;
  for (const char* name : {"timestamp", "Time [s]", "date_time", "t"}) EXPECT_TRUE(data::names_time(name)) << name;
  for (const char* name : {"cycle_time", "temp", "uptime_hours"}) EXPECT_FALSE(data::names_time(name)) << name;
}

}  // namespace
}  // namespace apprentice
