// SPDX-License-Identifier: Apache-2.0
// Labels as people write them, and windows over what changes inside a recording.
#include <gmock/gmock.h>

#include "apprentice/base/files.h"
#include "tests/data/job.h"

namespace apprentice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class LabelTexts : public testing::Test {
 protected:
  // A table of 40 rows with these labels in turn.
  void write(const std::vector<std::string>& labels) {
    std::string text = "x,state\n";
    for (int row = 0; row < 40; ++row)
      text += fmt::format("{}.5,{}\n", row, labels[static_cast<size_t>(row) % labels.size()]);
    ASSERT_TRUE(write_file(scratch_.path("rows.csv"), text));
  }
  std::string refusal(const std::string& keys) { return test::refusal(data_ + keys + split_, scratch_.path()); }
  std::vector<std::string> classes(const std::string& keys = "") {
    const auto splits = test::load_job(data_ + keys + split_, scratch_.path());
    EXPECT_TRUE(splits) << splits.error().text();
    return splits ? splits->train->info().class_names : std::vector<std::string>();
  }

  const std::string data_ = "[data]\nformat = 'csv'\npath = 'rows.csv'\nlabel = 'state'\n";
  const std::string split_ = "[split]\nby = 'group'\nvalidation = 0.2\ntest = 0.2\n";
  test::Scratch scratch_;
};

TEST_F(LabelTexts, WholeNumbersAreThoseNumbersHoweverTheyAreWritten) {
  write({"1.0", "2.0", "10.0"});
  EXPECT_THAT(classes(), ElementsAre("1", "2", "10"));
  EXPECT_THAT(classes("classes = ['1', '2', '10']\n"), ElementsAre("1", "2", "10"));
  EXPECT_THAT(classes("classes = ['10.0', '2.0', '1.0']\n"), ElementsAre("10.0", "2.0", "1.0"));
  EXPECT_THAT(classes("ignore_labels = [2]\n"), ElementsAre("1", "10"));
  write({"0", "1.0", "1"});
  EXPECT_THAT(classes(), ElementsAre("0", "1"));
}

TEST_F(LabelTexts, ThatDifferOnlyInCaseOrBlanksAreAskedAbout) {
  write({"healthy", "Healthy", "healthy", "worn  belt", "worn belt", "worn belt", "other"});
  EXPECT_EQ(refusal(""),
            "[data]: the labels 'Healthy' and 'healthy' differ only in case or blanks; make them one class with "
            "label_map = { "
            "\"Healthy\" = \"healthy\", \"worn  belt\" = \"worn belt\" }, or name all classes with classes = [...]");
  EXPECT_THAT(classes("label_map = { 'Healthy' = 'healthy', 'worn  belt' = 'worn belt' }\n"),
              ElementsAre("healthy", "other", "worn belt"));
  EXPECT_EQ(classes("classes = ['healthy', 'Healthy', 'worn  belt', 'worn belt', 'other']\n").size(), 5U);
}

TEST_F(LabelTexts, AMistypedClassIsNamedWithBothSetsAndTheNearest) {
  write({"healthy", "worn belt"});
  EXPECT_EQ(refusal("classes = ['helthy', 'worn belt']\n"),
            "DIR/rows.csv: row 1: label 'healthy' is not among the classes; the nearest is 'helthy'; rename it with "
            "label_map "
            "or list it in ignore_labels; known classes: helthy, worn belt; known labels: healthy, worn belt");
}

class WindowsOfChanges : public testing::Test {
 protected:
  // Four machines of 40 rows; the state changes at row 22; the clock pauses before row 30.
  void write(const std::string& time_of_day) {
    std::string text = "time,x,state,machine\n";
    for (int machine = 0; machine < 4; ++machine) {
      for (int row = 0; row < 40; ++row) {
        const int tick = row + (row >= 30 ? 100 : 0);
        const std::string time = time_of_day.empty()
                                     ? fmt::format("{}.5", tick)
                                     : fmt::format("{}{:02d}:{:02d}.5", time_of_day, tick / 60, tick % 60);
        text += fmt::format("{},{}.5,{},m{}\n", time, row, row < 22 ? "ok" : "bad", machine);
      }
    }
    ASSERT_TRUE(write_file(scratch_.path("rows.csv"), text));
  }
  Result<data::Splits> load(const std::string& keys, const std::string& window = "") {
    const std::string windows = "[data.window]\nlength = 4\nstride = 1\n" + window;
    return test::load_job(
        "[data]\nformat = 'csv'\npath = 'rows.csv'\nlabel = 'state'\ngroup = 'machine'\ntime = 'time'\n" + keys +
            windows + "[split]\nby = 'group'\nvalidation = 0.25\ntest = 0.25\n",
        scratch_.path());
  }
  test::Scratch scratch_;
};

TEST_F(WindowsOfChanges, DoNotCrossGapsInTimeUnlessToldTo) {
  for (const char* time : {"", "2024-03-01 12:"}) {
    write(time);
    const auto splits = load("");
    ASSERT_TRUE(splits) << splits.error().text();
    EXPECT_EQ(splits->test->size(), 27 + 7);  // of 30 and of 10 rows
    EXPECT_THAT(splits->description,
                HasSubstr("; no window crosses the 4 gaps in time (more than 10 times the usual step "
                          "of 1)"));
    std::vector<float> window(4);
    for (int64_t i = 0; i < splits->test->size(); ++i) {
      splits->test->get(i, window.data());
      EXPECT_FALSE(window[0] < 30.0F && window[3] > 30.0F);
    }
    const auto across = load("time_gaps = 'cross'\n");
    ASSERT_TRUE(across) << across.error().text();
    EXPECT_EQ(across->test->size(), 37);
    EXPECT_THAT(across->description, Not(HasSubstr("gaps in time")));
  }
}

TEST_F(WindowsOfChanges, AreToldOfOrLeftOutWhereTheirLabelsDiffer) {
  write("");
  const auto kept = load(""), skipped = load("", "mixed_labels = 'skip'\n");
  ASSERT_TRUE(kept && skipped);
  EXPECT_THAT(kept->description, HasSubstr("; 12 windows have rows of several labels and take that of the last row"));
  EXPECT_THAT(skipped->description, HasSubstr("; 12 windows whose rows have several labels are left out"));
  EXPECT_EQ(kept->train->size() - skipped->train->size(), 2 * 3);
  std::vector<float> window(4);
  for (int64_t i = 0; i < skipped->train->size(); ++i) {
    skipped->train->get(i, window.data());
    EXPECT_EQ(window[0] > 22.0F, window[3] > 22.0F);
  }
}

}  // namespace
}  // namespace apprentice
