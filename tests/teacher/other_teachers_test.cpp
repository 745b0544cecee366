// SPDX-License-Identifier: Apache-2.0
// Recorded answers, ensembles, the table of sources, and the check of answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/data/load.h"
#include "apprentice/teacher/answer_check.h"
#include "apprentice/teacher/source.h"
#include "tests/teacher/fixture.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RecordedTest : public testing::Test {
 protected:
  RecordedTest() {
    EXPECT_TRUE(data::write_npy(scratch_.path("a.npy"), Tensor::from({3, 2}, {1, 2, 3, 4, 5, 6})));
    EXPECT_TRUE(data::write_npy(scratch_.path("b.npy"), Tensor::from({3, 2}, {3, 0, 1, 2, 5, 6})));
  }
  Result<std::unique_ptr<teacher::Teacher>> make(const std::string& keys) {
    return teacher_of(keys, data_, scratch_.path());
  }

  Scratch scratch_;
  const data::DatasetInfo data_ = data_info({4}, {"x", "y"});
  const Tensor batch_ = Tensor(DType::kF32, {2, 4});
};

TEST_F(RecordedTest, GivesTheRowsOfTheSamples) {
  auto teacher = make("source = \"recorded\"\npath = \"a.npy\"\nclasses = [\"y\", \"x\"]");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {2, 0})->logits), ElementsAre(6, 5, 2, 1));
}

TEST_F(RecordedTest, RefusesSamplesWithoutAnswers) {
  auto teacher = make("source = \"recorded\"\npath = \"a.npy\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(
      (*teacher)->predict(batch_, {1, 3}).error().text(),
      HasSubstr("no answer for row 3, counted from 0; the data has a sample there, and the last row answered is 2"));
}

TEST_F(RecordedTest, RefusesAnotherNumberOfClasses) {
  EXPECT_THAT(teacher_of("source = \"recorded\"\npath = \"a.npy\"", data_info({4}, {"x", "y", "z"}), scratch_.path())
                  .error()
                  .text(),
              HasSubstr("gives 2 values per sample, but the data has 3 classes"));
}

TEST_F(RecordedTest, RefusesPartialCoverageBeforeItIsAsked) {
  auto teacher = make("source = \"ensemble\"\n[[member]]\nsource = \"recorded\"\npath = \"a.npy\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_TRUE((*teacher)->covers({2, 0, 1}));
  EXPECT_THAT((*teacher)->covers({2, 0, 7}).error().text(), HasSubstr("no answer for row 7"));
}

TEST_F(RecordedTest, ReadsCsvWithClassNamesAsHeader) {
  ASSERT_TRUE(write_file(scratch_.path("a.csv"), "y,x\n1,2\n3,4\n5,6\n"));
  auto teacher = make("source = \"recorded\"\npath = \"a.csv\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {2, 0})->logits), ElementsAre(6, 5, 2, 1));
  EXPECT_THAT(make("source = \"recorded\"\npath = \"a.csv\"\nclasses = [\"x\", \"y\"]").error().text(),
              HasSubstr("leave classes out"));
}

TEST_F(RecordedTest, FindsCsvAnswersByTheirRow) {
  ASSERT_TRUE(write_file(scratch_.path("a.csv"), "x;row;y\n5;2;6\n1;0;2\n3;1;4\n"));
  auto teacher = make("source = \"recorded\"\npath = \"a.csv\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {2, 0})->logits), ElementsAre(5, 6, 1, 2));
}

TEST_F(RecordedTest, ReadsCsvAsTablesAreRead) {
  ASSERT_TRUE(write_file(scratch_.path("a.csv"), "sep=;\nx;y\n0,5;0,25\n1,5;2\n3;4,5\n"));
  auto teacher = make("source = \"recorded\"\npath = \"a.csv\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {2, 0})->logits), ElementsAre(3, 4.5, 0.5, 0.25));
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("x,y\n1,2\n3,4\n5,6\n")) wide += {c, '\0'};
  ASSERT_TRUE(write_file(scratch_.path("a.csv"), wide));
  teacher = make("source = \"recorded\"\npath = \"a.csv\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {2, 0})->logits), ElementsAre(5, 6, 1, 2));
}

// Rows of one group are brought together, wherever they stand in the file.
TEST_F(RecordedTest, AnswersMeetTheirRowsWhereGroupsAreMixed) {
  std::string rows = "x,machine,state\n", answers = "row,a,b\n";
  for (int row = 0; row < 40; ++row) {
    const bool is_a = row * 7 % 5 < 2;
    rows += fmt::format("{},m{},{}\n", row, row % 4, is_a ? "a" : "b");
    answers += fmt::format("{},{},{}\n", row, is_a ? 0.9 : 0.1, is_a ? 0.1 : 0.9);
  }
  ASSERT_TRUE(write_file(scratch_.path("rows.csv"), rows));
  ASSERT_TRUE(write_file(scratch_.path("answers.csv"), answers));
  auto job = Config::parse(
      "[data]\nformat = 'csv'\npath = 'rows.csv'\nlabel = 'state'\ngroup = 'machine'\n"
      "[split]\nby = 'group'\nvalidation = 0.25\ntest = 0.25\n",
      "job.toml");
  ASSERT_TRUE(job);
  const auto data = data::read_data_job(*job, scratch_.path());
  ASSERT_TRUE(data) << data.error().text();
  const auto splits = data::load_splits(*data);
  ASSERT_TRUE(splits) << splits.error().text();
  auto teacher = teacher_of("source = \"recorded\"\npath = \"answers.csv\"\noutput = \"probabilities\"",
                            splits->train->info(), scratch_.path());
  ASSERT_TRUE(teacher) << teacher.error().text();
  for (const auto& side : {splits->train, splits->validation, splits->test}) {
    std::vector<int64_t> all(static_cast<size_t>(side->size()));
    std::iota(all.begin(), all.end(), 0);
    const auto given = (*teacher)->predict(data::gather(*side, all), data::source_rows(*side, all));
    ASSERT_TRUE(given) << given.error().text();
    const float* logits = given->logits.data<float>();
    for (const int64_t i : all) EXPECT_EQ(logits[2 * i + 1] > logits[2 * i], side->sample_info(i).label == 1);
  }
}

TEST_F(RecordedTest, RefusesCsvWithHolesByName) {
  const auto refusal = [&](const std::string& text) {
    EXPECT_TRUE(write_file(scratch_.path("a.csv"), text));
    const auto teacher = make("source = \"recorded\"\npath = \"a.csv\"");
    return teacher ? "accepted" : teacher.error().text();
  };
  EXPECT_THAT(refusal("x,y\n1,2\n3,\n"), HasSubstr("a.csv:3: column 'y' holds ''"));
  EXPECT_THAT(refusal("x,y\n1,nan\n"), HasSubstr("column 'y' holds 'nan'"));
  EXPECT_THAT(refusal("row,x,y\n0,1,2\n0,3,4\n"), HasSubstr("answers row 0 twice"));
  EXPECT_THAT(refusal("row,x,y\n0.5,1,2\n"), HasSubstr("'row' holds '0.5'"));
  EXPECT_THAT(refusal("1,2\n3,4\n"), HasSubstr("has no header"));
  EXPECT_THAT(refusal("x,z\n3,4\n"), HasSubstr("class 'y'"));
}

// A sample needs an answer; a row inside a window does not.
TEST_F(RecordedTest, OnlyRowsThatAreAskedForNeedAnswers) {
  ASSERT_TRUE(write_file(scratch_.path("a.csv"), "row,x,y\n7,3,4\n3,1,2\n"));
  auto teacher = make("source = \"recorded\"\npath = \"a.csv\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_TRUE((*teacher)->covers({3, 7}));
  EXPECT_THAT(floats((*teacher)->predict(batch_, {7, 3})->logits), ElementsAre(3, 4, 1, 2));
  for (const int64_t row : {0, 2, 5, 8}) EXPECT_FALSE((*teacher)->covers({3, row})) << row;
}

TEST_F(RecordedTest, RefusesNpyWithHoles) {
  ASSERT_TRUE(data::write_npy(scratch_.path("h.npy"), Tensor::from({2, 2}, {1, 2, std::nanf(""), 4})));
  EXPECT_THAT(make("source = \"recorded\"\npath = \"h.npy\"").error().text(), HasSubstr("holds nan for row 1"));
}

TEST_F(RecordedTest, EnsemblesNest) {
  auto teacher = make(
      "source = \"ensemble\"\naverage = \"logits\"\n"
      "[[member]]\nsource = \"recorded\"\npath = \"a.npy\"\n"
      "[[member]]\nsource = \"ensemble\"\naverage = \"logits\"\nweights = [0.0, 1.0]\n"
      "[[member.member]]\nsource = \"recorded\"\npath = \"a.npy\"\n"
      "[[member.member]]\nsource = \"recorded\"\npath = \"b.npy\"\n");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {0, 1})->logits), ElementsAre(2, 1, 2, 3));
}

TEST_F(RecordedTest, EnsembleAveragesLogitsByWeight) {
  auto teacher = make(
      "source = \"ensemble\"\naverage = \"logits\"\nweights = [3.0, 1.0]\n"
      "[[member]]\nsource = \"recorded\"\npath = \"a.npy\"\n[[member]]\nsource = \"recorded\"\npath = \"b.npy\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  EXPECT_THAT(floats((*teacher)->predict(batch_, {0, 1})->logits), ElementsAre(1.5F, 1.5F, 2.5F, 3.5F));
}

TEST_F(RecordedTest, EnsembleAveragesProbabilities) {
  auto teacher = make(
      "source = \"ensemble\"\n"
      "[[member]]\nsource = \"recorded\"\npath = \"a.npy\"\n[[member]]\nsource = \"recorded\"\npath = \"b.npy\"");
  ASSERT_TRUE(teacher) << teacher.error().text();
  const double first = (1 / (1 + std::exp(1.0)) + 1 / (1 + std::exp(-3.0))) / 2;
  EXPECT_NEAR((*teacher)->predict(batch_, {0, 1})->logits.data<float>()[0], std::log(first), 1e-6);
}

TEST_F(RecordedTest, EnsembleRefusesWrongWeightsAndNoMembers) {
  EXPECT_THAT(make("source = \"ensemble\"\nweights = [1.0, 2.0]\n[[member]]\nsource = \"recorded\"\npath = \"a.npy\"")
                  .error()
                  .text(),
              HasSubstr("weights has 2 entries for 1 members"));
  EXPECT_THAT(make("source = \"ensemble\"").error().text(), HasSubstr("at least one"));
}

TEST_F(RecordedTest, EnsembleRefusesUnknownKeysOfMembers) {
  EXPECT_THAT(
      make("source = \"ensemble\"\n[[member]]\nsource = \"recorded\"\npath = \"a.npy\"\nfoo = 1").error().text(),
      HasSubstr("foo"));
}

TEST(TeacherTable, NamesEachSourceOnce) {
  std::vector<std::string> names;
  for (const teacher::TeacherSource& row : teacher::teacher_table()) {
    EXPECT_NE(row.make, nullptr);
    EXPECT_FALSE(std::string(row.summary).empty());
    EXPECT_TRUE(file_exists(source_folder() + "/apprentice/teacher/" + row.name + "_teacher.cpp")) << row.name;
    names.emplace_back(row.name);
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
  EXPECT_EQ(names.size(), teacher::teacher_sources().size());
}

TEST(BestAssignment, EqualsTryingEveryOrder) {
  Rng rng(1, "assignment");
  for (int trial = 0; trial < 50; ++trial) {
    const size_t n = 1 + static_cast<size_t>(rng.below(6));
    std::vector<std::vector<double>> gains(n, std::vector<double>(n));
    for (auto& row : gains)
      for (double& gain : row) gain = static_cast<double>(rng.below(10));
    const auto total = [&](const std::vector<int64_t>& order) {
      double sum = 0.0;
      for (size_t i = 0; i < n; ++i) sum += gains[i][static_cast<size_t>(order[i])];
      return sum;
    };
    std::vector<int64_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    double best = 0.0;
    do best = std::max(best, total(order));
    while (std::next_permutation(order.begin(), order.end()));
    EXPECT_DOUBLE_EQ(total(teacher::best_assignment(gains)), best);
  }
}

// A teacher that is always right, in the class order y, z, x.
TEST(CheckAnswers, FindsAWrongClassOrder) {
  Tensor logits(DType::kF32, {30, 3});
  std::vector<int32_t> labels;
  for (int32_t n = 0; n < 30; ++n) {
    labels.push_back(n % 3);
    logits.data<float>()[n * 3 + (n + 2) % 3] = 5.0F;
  }
  const teacher::TeacherFindings found = teacher::check_answers(logits, labels, {"x", "y", "z"});
  EXPECT_EQ(found.accuracy, 0.0);
  EXPECT_EQ(found.best_order_accuracy, 1.0);
  EXPECT_TRUE(found.warnings.empty());
  EXPECT_THAT(found.other_order, HasSubstr("classes = [\"y\", \"z\", \"x\"]"));
}

// Where one class is rare, ten points above the commonest class are out of reach.
TEST(CheckAnswers, FindsAWrongOrderOfARareClass) {
  Tensor logits(DType::kF32, {100, 2});
  std::vector<int32_t> labels;
  for (int32_t n = 0; n < 100; ++n) {
    labels.push_back(n < 4 ? 1 : 0);
    logits.data<float>()[2 * n + (n < 4 ? 0 : 1)] = 3.0F;
  }
  const teacher::TeacherFindings found = teacher::check_answers(logits, labels, {"ok", "fail"});
  EXPECT_TRUE(found.warnings.empty());
  EXPECT_THAT(found.other_order, HasSubstr("classes = [\"fail\", \"ok\"]"));
}

TEST(CheckAnswers, FindsProbabilitiesTakenForLogits) {
  const teacher::TeacherFindings found =
      teacher::check_answers(Tensor::from({2, 2}, {0.9F, 0.1F, 0.2F, 0.8F}), {0, 1}, {"x", "y"});
  ASSERT_EQ(found.warnings.size(), 1U);
  EXPECT_THAT(found.warnings[0], HasSubstr("output = \"probabilities\""));
}

TEST(CheckAnswers, FindsASigmoidTakenForALogit) {
  Tensor logits(DType::kF32, {6, 2});
  for (int64_t n = 0; n < 6; ++n) logits.data<float>()[2 * n + 1] = 0.1F * static_cast<float>(n);
  const teacher::TeacherFindings found = teacher::check_answers(logits, {0, 0, 0, 1, 1, 1}, {"x", "y"});
  ASSERT_FALSE(found.warnings.empty());
  EXPECT_THAT(found.warnings[0], HasSubstr("the probability of the second class"));
}

TEST(CheckValues, TellsAnotherUnitFromAWrongTeacher) {
  const std::vector<float> targets = {0, 1, 2, 3, 4};
  EXPECT_TRUE(teacher::check_values(Tensor::from({5, 1}, {0.1F, 0.9F, 2.2F, 2.9F, 4}), targets).empty());
  const auto unit = teacher::check_values(Tensor::from({5, 1}, {10, 12, 14, 16, 18}), targets);
  ASSERT_EQ(unit.size(), 1U);
  EXPECT_THAT(unit[0], HasSubstr("target = 0.5 * answer + -5"));
  const auto wrong = teacher::check_values(Tensor::from({5, 1}, {9, -3, 5, 0, -7}), targets);
  ASSERT_EQ(wrong.size(), 1U);
  EXPECT_THAT(wrong[0], HasSubstr("no better than always naming the mean of the targets (1.414)"));
}

TEST(CheckAnswers, FindsATeacherNoBetterThanChance) {
  const teacher::TeacherFindings found =
      teacher::check_answers(Tensor::from({3, 2}, {1, 2, 1, 2, 1, 2}), {0, 0, 1}, {"x", "y"});
  ASSERT_EQ(found.warnings.size(), 1U);
  EXPECT_THAT(found.warnings[0], HasSubstr("no better than always naming the commonest class (0.667)"));
}

TEST(CheckAnswers, TakesAFewLuckyAnswersForChance) {
  constexpr int64_t kClasses = 10, kSamples = 200;
  Tensor logits(DType::kF32, {kSamples, kClasses});
  std::vector<int32_t> labels;
  for (int64_t n = 0; n < kSamples; ++n) {
    const int64_t answer = n < 25 ? n % kClasses : (n * 7 + n / kClasses) % kClasses;
    labels.push_back(static_cast<int32_t>(n < 25 ? answer : (answer + 1 + n % 9) % kClasses));
    logits.data<float>()[n * kClasses + answer] = 1.0F;
  }
  const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  const teacher::TeacherFindings found = teacher::check_answers(logits, labels, names);
  EXPECT_NEAR(found.accuracy, 0.125, 1e-9);
  EXPECT_LT(found.chance, found.accuracy);
  EXPECT_THAT(found.warnings, ::testing::Contains(HasSubstr("hardly better than always naming the commonest class")));
}

TEST(CheckAnswers, SaysNothingOfAGoodTeacher) {
  EXPECT_TRUE(teacher::check_answers(Tensor::from({2, 2}, {3, -1, -2, 4}), {0, 1}, {"x", "y"}).warnings.empty());
}

}  // namespace
}  // namespace apprentice::test
