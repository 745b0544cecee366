// SPDX-License-Identifier: Apache-2.0
// What a device keeps of a hall: pumps and fans with four states, three sensors, windows of twelve steps.
#include "apprentice/data/relevance.h"

#include <gmock/gmock.h>

#include <set>

#include "apprentice/base/files.h"
#include "tests/data/job.h"
#include "tests/support/memory_dataset.h"

namespace apprentice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Sensor s of step t of machine m reads 1000 m + 100 s + t.
class Relevance : public testing::Test {
 protected:
  void SetUp() override {
    std::string text = "a,b,c,state,machine,kind,load,side\n";
    const char* const states[] = {"healthy", "worn", "loose", "hot"};
    for (int machine = 0; machine < 24; ++machine) {
      const char* side = machine < 8 ? "train" : machine < 16 ? "validation" : "test";
      for (int t = 0; t < 12; ++t) {
        text += fmt::format("{},{},{},{},m{},{},{},{}\n", 1000 * machine + t, 1000 * machine + 100 + t,
                            1000 * machine + 200 + t, states[machine % 4], machine, machine % 8 < 4 ? "pump" : "fan",
                            machine % 3, side);
      }
    }
    ASSERT_TRUE(write_file(scratch_.path("hall.csv"), text));
    auto splits = test::load_job(
        "[data]\nformat = 'csv'\npath = 'hall.csv'\nlabel = 'state'\ngroup = 'machine'\n"
        "attributes = ['kind', 'load', 'side']\nclasses = ['healthy', 'worn', 'loose', 'hot']\n"
        "[data.window]\nlength = 12\n[split]\nby = 'attribute'\ncolumn = 'side'\ntrain = 'train'\n"
        "validation = 'validation'\ntest = 'test'\n",
        scratch_.path());
    ASSERT_TRUE(splits) << splits.error().text();
    full_ = std::move(*splits);
  }
  Result<data::RelevantSplits> keep(const std::string& text) const {
    Config job = *Config::parse("[relevance]\n" + text, "job.toml");
    Config& table = job.table("relevance");
    return data::make_relevant(table, full_);
  }
  data::RelevantSplits kept(const std::string& text) const {
    auto splits = keep(text);
    EXPECT_TRUE(splits) << splits.error().text();
    return std::move(*splits);
  }
  std::string refusal(const std::string& text) const {
    const auto splits = keep(text);
    return splits ? "accepted" : splits.error().text();
  }
  static std::vector<float> sample(const data::Dataset& data, int64_t index) {
    std::vector<float> values(static_cast<size_t>(element_count(data.info().sample_shape)));
    data.get(index, values.data());
    return values;
  }
  static std::vector<int32_t> labels(const data::Dataset& data) {
    std::vector<int32_t> all;
    for (int64_t i = 0; i < data.size(); ++i) all.push_back(data.sample_info(i).label);
    return all;
  }

  test::Scratch scratch_;
  data::Splits full_;
};

TEST_F(Relevance, OfNothingIsEverything) {
  const data::RelevantSplits all = kept("");
  ASSERT_EQ(all.train->size(), full_.train->size());
  EXPECT_EQ(all.train->info().class_names, full_.train->info().class_names);
  EXPECT_EQ(all.train->info().channel_names, full_.train->info().channel_names);
  for (int64_t i = 0; i < all.train->size(); ++i) {
    EXPECT_EQ(sample(*all.train, i), sample(*full_.train, i));
    EXPECT_EQ(all.train->sample_info(i).label, full_.train->sample_info(i).label);
  }
  const data::RelevantSplits named =
      kept("classes = ['hot', 'healthy', 'loose', 'worn']\nchannels = ['c', 'a', 'b']\nwindow = 12\n");
  EXPECT_EQ(named.train->info().fingerprint, all.train->info().fingerprint);
}

TEST_F(Relevance, MakesOneClassOfAllOthers) {
  const data::RelevantSplits part = kept("classes = ['loose', 'healthy']\n");
  EXPECT_THAT(part.train->info().class_names, ElementsAre("healthy", "loose", "other"));
  EXPECT_THAT(labels(*part.train), ElementsAre(0, 2, 1, 2, 0, 2, 1, 2));
  EXPECT_THAT(part.description, HasSubstr("keeps 2 of 4 classes and the rest as \"other\", all 3 channels"));
}

TEST_F(Relevance, DropsTheSamplesOfOtherClassesWhenAsked) {
  const data::RelevantSplits part = kept("classes = ['loose', 'healthy']\nrest = 'drop'\n");
  EXPECT_THAT(part.train->info().class_names, ElementsAre("healthy", "loose"));
  EXPECT_THAT(labels(*part.train), ElementsAre(0, 1, 0, 1));
  EXPECT_EQ(part.train->source_index(1), 2);
  EXPECT_EQ(part.test->size(), 4);
}

TEST_F(Relevance, KeepsTheSensorsInTheOrderOfTheData) {
  const data::RelevantSplits part = kept("channels = ['c', 'a']\n");
  EXPECT_EQ(part.train->info().sample_shape, (Shape{2, 12}));
  EXPECT_THAT(part.train->info().channel_names, ElementsAre("a", "c"));
  const std::vector<float> seen = sample(*part.train, 3);
  EXPECT_EQ(seen[0], 3000.0F);
  EXPECT_EQ(seen[12], 3200.0F);
  EXPECT_EQ(seen[23], 3211.0F);
}

TEST_F(Relevance, ReadsMeansAtALowerRateAndTheNewestOfThem) {
  const data::RelevantSplits slow = kept("channels = ['b']\nevery = 5\n");
  EXPECT_THAT(sample(*slow.train, 0), ElementsAre(104.0F, 109.0F));  // steps 2..6 and 7..11: the newest ends the sample
  const data::RelevantSplits brief = kept("channels = ['a', 'b']\nevery = 2\nwindow = 3\n");
  EXPECT_EQ(brief.train->info().sample_shape, (Shape{2, 3}));
  EXPECT_THAT(sample(*brief.train, 0), ElementsAre(6.5F, 8.5F, 10.5F, 106.5F, 108.5F, 110.5F));
  EXPECT_THAT(brief.description, HasSubstr("2 of 3 channels, 3 of 12 steps, each the mean of 2"));
}

TEST_F(Relevance, SelectsMachinesByTheirAttributes) {
  EXPECT_EQ(kept("where = { kind = 'pump' }\n").train->size(), 4);
  EXPECT_EQ(kept("where = { kind = ['pump', 'fan'] }\n").train->size(), 8);
  const data::RelevantSplits part = kept("where = { kind = 'fan', load = { from = 1 } }\n");
  std::set<std::string> machines;
  for (int64_t i = 0; i < part.train->size(); ++i) {
    machines.insert(part.train->group_name(part.train->sample_info(i).group));
  }
  EXPECT_THAT(machines, ElementsAre("m4", "m5", "m7"));
  EXPECT_EQ(kept("where = { group = ['m0', 'm1', 'm8', 'm16'] }\n").train->size(), 2);
}

TEST_F(Relevance, HasAFingerprintOfWhatItKeeps) {
  std::set<std::string> seen;
  for (const char* text : {"", "classes = ['hot', 'worn']\n", "classes = ['hot', 'worn']\nrest = 'drop'\n",
                           "channels = ['a']\n", "every = 2\n", "window = 6\n", "where = { kind = 'fan' }\n"}) {
    EXPECT_TRUE(seen.insert(kept(text).train->info().fingerprint).second) << text;
  }
}

TEST_F(Relevance, RefusesInOneSentenceWhatTheDataDoesNotHave) {
  EXPECT_EQ(refusal("classes = ['cold']\n"),
            "job.toml:2:11: the data has no class 'cold'; known classes: healthy, hot, loose, worn");
  EXPECT_EQ(refusal("channels = ['d']\n"), "job.toml:2:12: the data has no channel 'd'; known channels: a, b, c");
  EXPECT_THAT(refusal("where = { king = 'pump' }\n"),
              testing::AllOf(HasSubstr("job.toml:2:9: "), HasSubstr("attribute 'king'"), HasSubstr("kind, load")));
  EXPECT_EQ(refusal("where = { kind = 'saw' }\n"), "job.toml:2:9: selects none of the 8 training samples");
  EXPECT_THAT(refusal("where = { group = ['m0', 'm1'] }\n"), HasSubstr("none of the 8 validation samples"));
  EXPECT_THAT(refusal("clases = ['hot']\n"), HasSubstr("unknown key 'clases'"));
}

TEST_F(Relevance, RefusesWhatLeavesNothingToTellApart) {
  EXPECT_THAT(refusal("classes = ['hot']\nrest = 'drop'\n"), HasSubstr("keep at least two, or rest = \"other\""));
  EXPECT_THAT(refusal("where = { group = ['m0', 'm8', 'm16'] }\n"), HasSubstr("all 1 training samples that are kept"));
  EXPECT_THAT(refusal("where = { group = ['m0', 'm8', 'm16'] }\nclasses = ['hot', 'worn']\nrest = 'drop'\n"),
              HasSubstr("none of the 1 training samples has one of the kept classes"));
}

TEST_F(Relevance, RefusesReadingsThatASampleDoesNotHave) {
  EXPECT_THAT(refusal("window = 13\n"), HasSubstr("a sample of 12 steps gives 12 readings of every 1"));
  EXPECT_THAT(refusal("every = 2\nwindow = 7\n"), HasSubstr("gives 6 readings of every 2; the window of 7 is longer"));
  EXPECT_THAT(refusal("every = 0\n"), HasSubstr("expected at least 1"));
  EXPECT_THAT(refusal("every = 13\n"), HasSubstr("gives 0 readings"));
}

data::Splits memory_splits(const Shape& shape, TaskKind task = TaskKind::kClassification) {
  const auto data = make_memory_dataset(task, shape, 3, 20, 1);
  return {data, data, data, "", ""};
}

Result<data::RelevantSplits> keep_of(const data::Splits& full, const std::string& text) {
  Config table = *Config::parse(text, "job.toml");
  return data::make_relevant(table, full);
}

TEST(RelevanceOfImages, NamesChannelsByTheirNumberAndHasNoTime) {
  const data::Splits full = memory_splits({3, 4, 5});
  const auto part = keep_of(full, "channels = ['2']\n");
  ASSERT_TRUE(part) << part.error().text();
  EXPECT_EQ(part->train->info().sample_shape, (Shape{1, 4, 5}));
  std::vector<float> whole(60), seen(20);
  full.train->get(7, whole.data());
  part->train->get(7, seen.data());
  EXPECT_EQ(seen, std::vector<float>(whole.begin() + 40, whole.end()));
  EXPECT_THAT(keep_of(full, "every = 2\n").error().text(), HasSubstr("without a time axis"));
}

TEST(RelevanceOfVectors, KeepsFeatures) {
  const auto part = keep_of(memory_splits({6}), "channels = ['0', '5']\n");
  ASSERT_TRUE(part) << part.error().text();
  EXPECT_EQ(part->test->info().sample_shape, (Shape{2}));
}

TEST(RelevanceOfRegression, KeepsTargetsAndRefusesClasses) {
  const data::Splits full = memory_splits({2, 8}, TaskKind::kRegression);
  const auto part = keep_of(full, "channels = ['1']\n");
  ASSERT_TRUE(part) << part.error().text();
  EXPECT_EQ(part->train->sample_info(3).target, full.train->sample_info(3).target);
  EXPECT_THAT(keep_of(full, "classes = ['a']\n").error().text(), HasSubstr("regression"));
}

TEST(RelevanceNames, OtherIsTakenOnlyWhereItStandsForOthers) {
  const auto data = make_memory_dataset(TaskKind::kClassification, {2, 8}, 3, 20, 1);
  data->changeable_info().class_names[1] = "other";
  const data::Splits full{data, data, data, "", ""};
  EXPECT_THAT(keep_of(full, "classes = ['other', 'class 0']\n").error().text(), HasSubstr("rest = \"drop\""));
  EXPECT_TRUE(keep_of(full, "classes = ['class 2', 'class 0']\n"));
  EXPECT_TRUE(keep_of(full, "classes = ['other', 'class 0']\nrest = 'drop'\n"));
}

}  // namespace
}  // namespace apprentice
