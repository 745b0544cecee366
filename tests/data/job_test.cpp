// SPDX-License-Identifier: Apache-2.0
// Whole jobs on small tables: how splits and labels are written, and the sentence each mistake ends in.
#include <gmock/gmock.h>

#include <set>

#include "apprentice/base/files.h"
#include "tests/data/job.h"

namespace apprentice {
namespace {

using test::load_job;
using testing::HasSubstr;
using testing::StartsWith;

class Table : public testing::Test {
 protected:
  // 3 machines a, b, c for each state, 10 rows each: columns x, y, state, machine, day.
  void SetUp() override {
    std::string text = "x,y,state,machine,day\n";
    for (int machine = 0; machine < 6; ++machine) {
      for (int row = 0; row < 10; ++row) {
        text += fmt::format("{},{},{},m{},{}\n", row, machine * 10 + row, machine % 2, machine, row);
      }
    }
    write("rows.csv", text);
  }
  void write(const std::string& name, const std::string& text) { ASSERT_TRUE(write_file(scratch_.path(name), text)); }
  std::string refusal(const std::string& job) { return test::refusal(job, scratch_.path()); }
  Result<data::Splits> load(const std::string& job) { return load_job(job, scratch_.path()); }

  const std::string data_ = "[data]\nformat = 'csv'\npath = 'rows.csv'\nlabel = 'state'\n";
  const std::string machines_ = data_ + "group = 'machine'\nattributes = ['day']\n";
  const std::string thirds_ = "[split]\nby = 'group'\ntrain = 0.34\nvalidation = 0.33\ntest = 0.33\n";
  test::Scratch scratch_;
};

std::set<std::string> groups_of(const data::Dataset& data) {
  std::set<std::string> names;
  for (int64_t i = 0; i < data.size(); ++i) names.insert(data.group_name(data.sample_info(i).group));
  return names;
}

TEST_F(Table, GroupsAreSharedOutEvenlyOverClassesAndNeverCut) {
  const auto splits = load(machines_ + thirds_);
  ASSERT_TRUE(splits) << splits.error().text();
  std::set<std::string> all;
  for (const auto& side : {splits->train, splits->validation, splits->test}) {
    const auto names = groups_of(*side);
    EXPECT_EQ(names.size(), 2U);
    std::set<int32_t> labels;
    for (int64_t i = 0; i < side->size(); ++i) labels.insert(side->sample_info(i).label);
    EXPECT_EQ(labels.size(), 2U);
    all.insert(names.begin(), names.end());
  }
  EXPECT_EQ(all.size(), 6U);
  EXPECT_EQ(splits->description,
            "split by group: train 20 samples of 2 groups, validation 20 samples of 2 groups, "
            "test 20 samples of 2 groups");
  const auto again = load(machines_ + thirds_), other = load(machines_ + thirds_ + "seed = 9\n");
  ASSERT_TRUE(again && other);
  EXPECT_EQ(again->test->info().fingerprint, splits->test->info().fingerprint);
  EXPECT_NE(other->test->info().fingerprint, splits->test->info().fingerprint);
}

TEST_F(Table, FoldsTestOnEveryGroupOnce) {
  const std::string folds = machines_ + "[split]\nby = 'group'\nvalidation = 0.34\nfolds = 3\nfold = ";
  std::multiset<std::string> tested;
  for (const char* fold : {"1", "2", "3"}) {
    const auto splits = load(folds + fold);
    ASSERT_TRUE(splits) << splits.error().text();
    EXPECT_EQ(splits->description, fmt::format("split by group, fold {} of 3: train 20 samples of 2 groups, validation "
                                               "20 samples of 2 groups, test 20 samples of 2 groups",
                                               fold));
    for (const std::string& name : groups_of(*splits->test)) tested.insert(name);
  }
  EXPECT_EQ(tested, (std::multiset<std::string>{"m0", "m1", "m2", "m3", "m4", "m5"}));
  EXPECT_EQ(refusal(folds + "4"), "job.toml:11:8: 'fold' is 4; expected 1 to 3");
  EXPECT_EQ(refusal(folds + "1\ntest = 0.2"), "job.toml:12:8: a fold is what tests; leave 'test' out, or 'folds'");
  EXPECT_EQ(refusal(machines_ + "[split]\nby = 'group'\nfolds = 1\nfold = 1\n"),
            "job.toml:9:9: 'folds' is 1; expected 2 to 20");
}

TEST_F(Table, TheShareThatIsLeftToTrainIsEchoed) {
  for (const char* split : {"test = 0.26\n", "folds = 3\nfold = 1\n"}) {
    auto job = Config::parse(machines_ + "[split]\nby = 'group'\nvalidation = 0.34\n" + split, "job.toml");
    ASSERT_TRUE(job);
    ASSERT_TRUE(data::read_data_job(*job, scratch_.path()));
    const double test = split[0] == 't' ? 0.26 : 1.0 / 3.0;
    EXPECT_DOUBLE_EQ(job->resolved().at("split").at("train"), 1.0 - 0.34 - test);
  }
}

TEST_F(Table, MixedRowsOfGroupsAreBroughtTogether) {
  std::string text = "x,state,machine\n";
  for (int row = 0; row < 12; ++row) {
    for (int machine = 0; machine < 6; ++machine)
      text += fmt::format("{},{},m{}\n", 100 * machine + row, machine % 2, machine);
  }
  write("rows.csv", text);
  const auto splits = load(data_ + "group = 'machine'\n[data.window]\nlength = 4\n" + thirds_);
  ASSERT_TRUE(splits) << splits.error().text();
  std::vector<float> window(4);
  for (int64_t i = 0; i < splits->train->size(); ++i) {
    splits->train->get(i, window.data());
    for (int t = 1; t < 4; ++t) EXPECT_EQ(window[static_cast<size_t>(t)], window[0] + static_cast<float>(t));
  }
}

TEST_F(Table, ASplitThatCutsGroupsIsRefusedUnlessTheJobSaysSo) {
  const std::string split =
      "[split]\nby = 'attribute'\ncolumn = 'day'\ntrain = { from = 0, to = 4 }\n"
      "validation = [5, 6]\ntest = { from = 7 }\n";
  EXPECT_EQ(
      refusal(machines_ + split),
      "job.toml:7:1: the split leaks: group 'm0' is on two sides (train and validation) with a gap of 0 rows between "
      "them; put whole groups on one side, leave a gap of at least 1 rows, or set allow_leak = true, which the "
      "report then shows in red");
  const auto splits = load(machines_ + split + "allow_leak = true\n");
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->leak_warning,
            "the split leaks, and the job allows it: group 'm0' is on two sides (train and "
            "validation) with a gap of 0 rows between them");
}

TEST_F(Table, TwoRecordingsOfOneMachineAreNotSplitEither) {
  write("index.csv", "file,machine,load,state\nr0.csv,a,0,ok\nr1.csv,a,1,bad\nr2.csv,b,0,bad\nr3.csv,b,2,ok\n");
  for (const char* name : {"r0.csv", "r1.csv", "r2.csv", "r3.csv"}) write(name, "1,2\n3,4\n5,7\n");
  const std::string data = "[data]\nformat = 'recordings'\npath = 'index.csv'\nlabel = 'state'\n";
  const std::string split = "[split]\nby = 'attribute'\ncolumn = 'load'\ntrain = 0\nvalidation = 1\ntest = 2\n";
  EXPECT_THAT(
      refusal(data + "group = 'machine'\n" + split),
      StartsWith("job.toml:6:1: the split leaks: recordings of group 'a' are on two sides (train and validation); "));
  EXPECT_THAT(refusal(data + split), StartsWith("loaded: split by attribute 'load': train 2 windows of 2 groups"));
}

TEST_F(Table, AGapOfAWindowMakesASplitByTimeHonest) {
  const std::string windows = machines_ + "[data.window]\nlength = 2\nstride = 1\n";
  EXPECT_THAT(refusal(windows + "[split]\nby = 'time'\ntrain = [0.0, 0.4]\nvalidation = [0.5, 0.7]\n"
                                "test = [0.8, 1.0]\n"),
              HasSubstr("on two sides (train and validation) with a gap of 1 rows between them"));
  const auto splits = load(windows +
                           "[split]\nby = 'time'\ntrain = [0.0, 0.2]\nvalidation = [0.4, 0.6]\n"
                           "test = [0.8, 1.0]\n");
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->size(), 6);
  EXPECT_EQ(splits->leak_warning, "");
  EXPECT_THAT(splits->description,
              HasSubstr("sides that share a recording lie at least 2 rows apart, so no window (of 2 rows) touches two; "
                        "24 of 60 rows are on no side"));
}

TEST_F(Table, RulesAreTriedInOrder) {
  const auto splits = load(machines_ + R"([split]
by = "rules"
[[split.rule]]
where = { machine = ["m0", "m1"] }
side = "none"
[[split.rule]]
where = { machine = ["m0", "m1", "m2", "m3"] }
side = "train"
[[split.rule]]
where = { machine = "m4" }
side = "test"
[[split.rule]]
side = "validation"
)");
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(groups_of(*splits->train), (std::set<std::string>{"m2", "m3"}));
  EXPECT_EQ(groups_of(*splits->test), (std::set<std::string>{"m4"}));
  EXPECT_EQ(groups_of(*splits->validation), (std::set<std::string>{"m5"}));
}

TEST_F(Table, MistakesInTheSplitAreNamed) {
  EXPECT_EQ(refusal(machines_ + "[split]\nby = 'luck'\n"),
            "job.toml:8:6: unknown by 'luck'; known values: attribute, files, group, rules, time");
  EXPECT_EQ(refusal(machines_ + "[split]\nby = 'attribute'\ncolumn = 'shift'\ntrain = 1\nvalidation = 2\ntest = 3\n"),
            "job.toml:10:9: there is no attribute 'shift' of DIR/rows.csv (list a column under attributes to use it "
            "here); known attributes: day, file, folder, group, machine, state");
  EXPECT_EQ(refusal(machines_ + "[split]\nby = 'group'\ntrain = 0.5\ntest = 0.2\n"),
            "job.toml:9:9: the shares of train, validation and test sum to 0.7; expected 1, with something left to "
            "train");
  EXPECT_EQ(refusal(machines_ + "[split]\nby = 'time'\ntrain = [0.0, 0.6]\ntest = [0.5, 1.0]\n"),
            "job.toml:10:8: the spans of train and test overlap");
  EXPECT_EQ(refusal(machines_ + "[split]\nby = 'time'\ntrain = [0.6, 0.2]\n"),
            "job.toml:9:9: 'train' is no span of time; expected [from, to] with 0 <= from < to <= 1");
  EXPECT_EQ(refusal(machines_ + "[split]\nby = 'files'\n"),
            "job.toml:8:6: by = \"files\" needs the tables [data.train] and [data.test] with the files of each side");
  EXPECT_EQ(
      refusal(machines_ + "[split]\nby = 'group'\ntest = 0.3\ncolour = 1\n"),
      "job.toml:10:1: unknown key 'colour' in [split]; known keys: allow_leak, by, seed, test, train, validation, "
      "validation_from_train");
}

TEST_F(Table, AnEmptySideIsRefused) {
  EXPECT_EQ(
      refusal(machines_ + "[split]\nby = 'group'\ntest = 0.3\n"),
      "job.toml:7:1: the validation side is empty: 0 rows fall on it, which give no sample (cut it out of training "
      "with [split.validation_from_train]); the sides have 40, 0 and 20 samples");
  EXPECT_EQ(
      refusal(machines_ + "[data.window]\nlength = 11\n" + thirds_),
      "job.toml:9:1: the train side is empty: 20 rows fall on it, which give no sample of 11 rows; the sides have 0, 0 "
      "and 0 samples");
}

TEST_F(Table, LabelsAreMatchedByNameByNumberAndThroughTheMap) {
  const auto label_names = [&](const std::string& keys) {
    const auto splits = load(machines_ + keys + thirds_);
    EXPECT_TRUE(splits) << splits.error().text();
    const data::Dataset& train = *splits->train;
    std::string names;
    for (int64_t i = 0; i < train.size(); ++i) {
      const data::SampleInfo info = train.sample_info(i);
      const std::string& machine = train.group_name(info.group);
      const bool odd = (machine.back() - '0') % 2 != 0;
      EXPECT_EQ(train.info().class_names[static_cast<size_t>(info.label)] == "bad" ||
                    train.info().class_names[static_cast<size_t>(info.label)] == "1",
                odd);
    }
    for (const std::string& name : train.info().class_names) names += name + " ";
    return names;
  };
  EXPECT_EQ(label_names(""), "0 1 ");
  EXPECT_EQ(label_names("classes = ['ok', 'bad']\n"), "ok bad ");
  EXPECT_EQ(label_names("classes = ['1', '0']\n"), "1 0 ");
  EXPECT_EQ(label_names("label_map = { 0 = 'ok', 1 = 'bad' }\n"), "bad ok ");
  write("classes.txt", "ok\nbad\n");
  EXPECT_EQ(label_names("classes = 'classes.txt'\n"), "ok bad ");
}

TEST_F(Table, WrongLabelsAreNamedWithTheirRow) {
  EXPECT_EQ(refusal(machines_ + "classes = ['ok']\n" + thirds_),
            "DIR/rows.csv: row 11: label '1' is not among the classes; rename it with label_map or list it in "
            "ignore_labels; known classes: ok; known labels: 0, 1");
  write("rows.csv", "x,state\n1,-1\n2,0\n");
  EXPECT_EQ(refusal(data_ + thirds_),
            "DIR/rows.csv: row 1: label '-1' is negative; list it in ignore_labels, or name the classes with classes");
  write("rows.csv", "x,state\n1,0.5\n2,0\n");
  EXPECT_EQ(refusal(data_ + thirds_),
            "DIR/rows.csv: row 1: label '0.5' is not a whole number; is this task = \"regression\"?");
}

TEST_F(Table, DataOfASingleClassIsRefused) {
  EXPECT_EQ(refusal(machines_ + "ignore_labels = [1]\n" + thirds_),
            "job.toml:1:1: all 10 training samples have the class '0'; classification needs at least two: add data of "
            "another class, or name another column as label");
  EXPECT_EQ(refusal("[data]\nformat = 'csv'\npath = 'rows.csv'\nignore = 'machine'\n" + thirds_),
            "job.toml:1:1: no labels are given; name them with label (a column) or labels (a file)");
  EXPECT_EQ(refusal("[data]\nformat = 'csv'\npath = 'rows.csv'\nignore = 'machine'\ntask = 'regression'\n" + thirds_),
            "job.toml:1:1: task is \"regression\", but no target is given; name it with target (a column), targets (a "
            "file) or derived_target");
}

TEST_F(Table, WhereKeepsRowsAndWindowsDoNotBridgeThem) {
  const auto splits =
      load(machines_ + "where = { day = { from = 0, to = 7 } }\n[data.window]\nlength = 4\nstride = 1\n" + thirds_);
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->size(), 2 * 5);
  const auto holes = load(machines_ +
                          "where = { day = [0, 1, 2, 3, 5, 6, 7, 8, 9] }\n[data.window]\nlength = 4\n"
                          "stride = 1\n" +
                          thirds_);
  ASSERT_TRUE(holes) << holes.error().text();
  EXPECT_EQ(holes->train->size(), 2 * (1 + 2));
}

TEST_F(Table, RemainingCyclesCountDownToTheEndOfTheGroup) {
  write("end.csv", "3\n0\n0\n0\n0\n0\n");
  const auto splits = load(
      "[data]\nformat = 'csv'\npath = 'rows.csv'\ngroup = 'machine'\ntime = 'day'\n"
      "task = 'regression'\nderived_target = 'remaining_cycles'\ntarget_cap = 8\n"
      "remaining_at_end = 'end.csv'\n[split]\nby = 'attribute'\ncolumn = 'machine'\ntrain = 'm0'\n"
      "validation = 'm1'\ntest = 'm2'\n");
  ASSERT_TRUE(splits) << splits.error().text();
  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(splits->train->sample_info(i).target, static_cast<float>(std::min<int64_t>(8, 9 - i + 3)));
    EXPECT_EQ(splits->test->sample_info(i).target, static_cast<float>(std::min<int64_t>(8, 9 - i)));
  }
  write("end.csv", "3\n0\n");
  EXPECT_EQ(refusal("[data]\nformat = 'csv'\npath = 'rows.csv'\ngroup = 'machine'\ntask = 'regression'\n"
                    "derived_target = 'remaining_cycles'\nremaining_at_end = 'end.csv'\n" +
                    thirds_),
            "DIR/rows.csv: remaining_at_end has 2 entries, but there are 6 groups; expected one per group");
}

TEST_F(Table, RowsOutOfTimeOrderAreRefused) {
  write("rows.csv", "x,state,machine,day\n1,0,a,1\n2,1,a,3\n3,0,a,2\n");
  EXPECT_EQ(refusal(data_ + "group = 'machine'\ntime = 'day'\n" + thirds_),
            "DIR/rows.csv: time 'day' falls from 3 to 2 at row 3 of its group; sort the rows by time");
}

TEST_F(Table, ShapesThatDoNotFitAreNamed) {
  EXPECT_EQ(refusal(machines_ + "sample_shape = [3, 3]\n" + thirds_),
            "job.toml:1:1: sample_shape is [3, 3], but one sample has shape [2]: another number of values");
  EXPECT_EQ(refusal(machines_ + "[data.window]\nlength = 0\n" + thirds_),
            "job.toml:8:10: 'length' is 0; expected a number of rows, at least 1");
  EXPECT_EQ(refusal(machines_ + "format2 = 1\n" + thirds_).substr(0, 40), "job.toml:7:1: unknown key 'format2' in [");
  EXPECT_EQ(refusal("[data]\nformat = 'parquet'\n"),
            "job.toml:2:10: unknown format 'parquet'; known values: cifar, csv, npy, npz, recordings, wav");
  EXPECT_EQ(refusal("[data]\npath = 'rows.csv'\n"), "job.toml:1:1: key 'format' is missing in [data]");
}

TEST_F(Table, LabelFilesMustFitTheirSamples) {
  write("labels.csv", "0\n1\n");
  EXPECT_EQ(
      refusal("[data]\nformat = 'csv'\npath = 'rows.csv'\nignore = ['state', 'machine']\nlabels = 'labels.csv'\n" +
              thirds_),
      "labels.csv: there are 2 entries, but DIR/rows.csv has 60 rows; expected one entry per row");
}

TEST_F(Table, RecordingsMustExistAndAgree) {
  write("index.csv", "file,state\nr0.csv,ok\nr1.csv,bad\n");
  write("r0.csv", "1,2\n3,4\n");
  const std::string job = "[data]\nformat = 'recordings'\npath = 'index.csv'\nlabel = 'state'\n" + thirds_;
  EXPECT_EQ(refusal(job), "DIR/index.csv:3: the recording 'DIR/r1.csv' does not exist");
  write("r1.csv", "1\n2\n");
  EXPECT_EQ(refusal(job), "DIR/r1.csv: one row has shape [1], but in DIR/r0.csv it has [2]; all files must agree");
  write("r1.csv", "1,2\n");
  EXPECT_EQ(refusal(job),
            "job.toml:1:1: DIR/r0.csv has 2 rows and DIR/r1.csv has 1, so whole recordings are no samples "
            "of one shape; cut windows with [data.window] length = ...");
  write("index.csv", "path,state\nr0.csv,ok\n");
  EXPECT_EQ(refusal(job),
            "DIR/index.csv: there is no column 'file' with file names (set file_column); known columns: "
            "path, state");
}

}  // namespace
}  // namespace apprentice
