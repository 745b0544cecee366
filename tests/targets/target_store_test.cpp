// SPDX-License-Identifier: Apache-2.0
// The target store: answers come back, are asked once, survive kill -9, and damage is named.
#include <signal.h>
#include <sys/wait.h>

#include <cmath>
#include <filesystem>

#include "apprentice/base/hash.h"
#include "tests/targets/fixture.h"

namespace apprentice::test {

using targets::TargetStore;

namespace {

using ::testing::HasSubstr;

TEST_F(TargetStoreTest, GivesBackEveryAnswerAndAsksOnce) {
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  expect_right(**store);
  EXPECT_EQ(teacher_.answered, kSamples);
  const auto again = build();
  ASSERT_TRUE(again) << again.error().text();
  expect_right(**again);
  EXPECT_EQ(teacher_.answered, kSamples);
  EXPECT_EQ((*again)->identity(), (*store)->identity());
}

TEST_F(TargetStoreTest, AnswersAreAlignedForVectorUnits) {
  const auto store = build();
  ASSERT_TRUE(store);
  for (int64_t first = 0; first < kSamples; first += options_.shard_samples) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>((*store)->logits(first)) % 64, 0U);
  }
}

TEST_F(TargetStoreTest, ResumesAtTheLastSealedShard) {
  std::atomic<bool> stop{false};
  RunControl control;
  control.stop = &stop;
  control.on_progress = [&](const Progress& progress) { stop = progress.done >= 20; };
  const auto stopped = build(control);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kInterrupted);
  EXPECT_EQ(teacher_.answered, 20);
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  expect_right(**store);
  EXPECT_EQ(teacher_.answered, 20 + (kSamples - 16));  // two shards of eight were sealed
}

TEST_F(TargetStoreTest, RefusesAnUnfinishedStore) {
  std::atomic<bool> stop{true};
  RunControl control;
  control.stop = &stop;
  ASSERT_FALSE(build(control));
  const auto store = TargetStore::open(store_folder());
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text(), HasSubstr("shard 0 of 4 is missing"));
}

TEST_F(TargetStoreTest, RefusesAnyFlippedByteByName) {
  ASSERT_TRUE(build());
  const std::string path = store_folder() + "/shard-00001.apts";
  const std::string good = *read_file(path);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    ASSERT_TRUE(write_file(path, bad));
    const auto store = build();
    ASSERT_FALSE(store) << "byte " << i;
    EXPECT_THAT(store.error().text(), HasSubstr("shard-00001.apts: is damaged")) << "byte " << i;
  }
}

TEST_F(TargetStoreTest, RefusesATruncatedShardByName) {
  ASSERT_TRUE(build());
  const std::string path = store_folder() + "/shard-00002.apts";
  const std::string good = *read_file(path);
  for (size_t length : {size_t{0}, size_t{7}, good.size() - 1}) {
    ASSERT_TRUE(write_file(path, good.substr(0, length)));
    const auto store = build();
    ASSERT_FALSE(store) << length;
    EXPECT_THAT(store.error().text(), HasSubstr("shard-00002.apts: has " + std::to_string(length) + " bytes"));
  }
}

TEST_F(TargetStoreTest, RefusesAShardOfAnotherStore) {
  ASSERT_TRUE(build());
  const std::string ours = store_folder();
  teacher_.info_.fingerprint = "teacher B";
  ASSERT_TRUE(build());
  const std::string theirs = store_folder();
  ASSERT_NE(ours, theirs);
  for (const char* name : {"/shard-00001.apts", "/shard-00001.sha256"}) {
    ASSERT_TRUE(write_file(ours + name, *read_file(theirs + name)));
  }
  const auto store = TargetStore::open(ours);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text(), HasSubstr("shard-00001.apts: belongs to another store"));
}

TEST_F(TargetStoreTest, KeepsAnswersOfATeacherThatIsDescribedInOtherWords) {
  ASSERT_TRUE(build());
  teacher_.info_.description = "the same, told better";
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
}

TEST_F(TargetStoreTest, RefusesAFolderThatDescribesAnotherStore) {
  ASSERT_TRUE(build());
  const std::string ours = store_folder();
  teacher_.info_.fingerprint = "teacher B";
  ASSERT_TRUE(build());
  ASSERT_TRUE(write_file(store_folder() + "/store.json", *read_file(ours + "/store.json")));
  const auto store = build();
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text(), HasSubstr("store.json: does not describe the answers of this teacher"));
}

TEST_F(TargetStoreTest, RefusesAChangedManifest) {
  ASSERT_TRUE(build());
  expect_manifest_is_checked("\"samples\": 25", "\"samples\": 1099511627776");
}

TEST_F(TargetStoreTest, RedoesAShardWhoseChecksumIsMissing) {
  ASSERT_TRUE(build());
  ASSERT_TRUE(write_file(store_folder() + "/shard-00001.apts", "half a shard"));
  std::filesystem::remove(store_folder() + "/shard-00001.sha256");
  teacher_.answered = 0;
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  expect_right(**store);
  EXPECT_EQ(teacher_.answered, 8);
}

TEST_F(TargetStoreTest, RefusesAnswersThatAreNotNumbers) {
  teacher_.poisoned_sample = 13;
  const auto store = build();
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text(), HasSubstr("nan for sample 13"));
}

TEST_F(TargetStoreTest, RefusesAnswersOfAnotherShape) {
  teacher_.extra_outputs = 2;
  const auto store = build();
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text(), HasSubstr("[4, 5]"));
  EXPECT_THAT(store.error().text(), HasSubstr("expected [4, 3]"));
}

TEST_F(TargetStoreTest, RefusesATeacherForSamplesOfAnotherShape) {
  teacher_.info_.sample_shape = {5};
  const auto store = build();
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text(), HasSubstr("takes samples of shape [5], but the data has [4]"));
}

TEST_F(TargetStoreTest, AddressCoversTeacherDataClassesAndLayoutButNotBatches) {
  const teacher::TeacherInfo teacher = teacher_.info();
  const data::DatasetInfo data = data_->info();
  const std::string base = TargetStore::address(teacher, data, options_);
  teacher::TeacherInfo other_teacher = teacher, other_classes = teacher;
  other_teacher.fingerprint += "x";
  std::swap(other_classes.class_names[0], other_classes.class_names[1]);
  data::DatasetInfo other_data = data;
  other_data.fingerprint += "x";
  EXPECT_NE(TargetStore::address(other_teacher, data, options_), base);
  EXPECT_NE(TargetStore::address(other_classes, data, options_), base);
  EXPECT_NE(TargetStore::address(teacher, other_data, options_), base);
  EXPECT_NE(TargetStore::address(teacher, data, {4, 9}), base);
  EXPECT_NE(TargetStore::address(teacher, data, {4, 8, make_views(2, 1)}), base);
  EXPECT_NE(TargetStore::address(teacher, data, {4, 8, make_views(2, 1)}),
            TargetStore::address(teacher, data, {4, 8, make_views(3, 1)}));
  EXPECT_NE(TargetStore::address(teacher, data, {4, 8, make_views(2, 1)}),
            TargetStore::address(teacher, data, {4, 8, make_views(2, 2)}));
  EXPECT_NE(TargetStore::address(teacher, data, {4, 8, nullptr, {{"maps", {2, 1, 5}}}}), base);
  EXPECT_NE(TargetStore::address(teacher, data, {4, 8, nullptr, {{"maps", {2, 1, 5}}}}),
            TargetStore::address(teacher, data, {4, 8, nullptr, {{"maps", {2, 1, 4}}}}));
  EXPECT_EQ(TargetStore::address(teacher, data, {5, 8}), base);
}

TEST_F(TargetStoreTest, RefusesViewsOfATeacherThatCanOnlyBeLookedUp) {
  options_.views = make_views(2, 5);
  teacher_.recorded = true;
  const auto store = build();
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().text(), HasSubstr("cannot answer augmented views; take [views] out of the job"));
}

TEST_F(TargetStoreTest, RefusesAFolderThatCannotBeWritten) {
  ASSERT_TRUE(write_file(scratch_.path() + "/file", "x"));
  const auto store = TargetStore::build(scratch_.path() + "/file", teacher_, *data_, options_, {});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::kIo);
}

TEST_F(TargetStoreTest, ReportsProgressUpToTheLastSample) {
  std::vector<Progress> seen;
  RunControl control;
  control.on_progress = [&](const Progress& progress) { seen.push_back(progress); };
  ASSERT_TRUE(build(control));
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().done, kSamples);
  EXPECT_EQ(seen.back().total, kSamples);
  EXPECT_THAT(seen.back().detail, HasSubstr("samples/s"));
}

// Labelling is killed at random moments until it comes to its end; the store must be right, and no answer sealed before
// a kill is asked for again.
TEST_F(TargetStoreTest, SurvivesKillAtRandomMoments) {
  teacher_.pause_us = 1000;
  Rng rng(7, "kills");
  int kills = 0;
  for (bool finished = false; !finished;) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(build() ? 0 : 1);
    // A little longer each time: on a busy machine, too, a shard is sealed in the end.
    ::usleep(static_cast<useconds_t>(rng.below(static_cast<uint64_t>(9000 + 200 * kills))));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    finished = WIFEXITED(status);
    ASSERT_TRUE(!finished || WEXITSTATUS(status) == 0);
    ASSERT_LT(++kills, 500);
  }
  teacher_.answered = 0;
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  expect_right(**store);
  EXPECT_EQ(teacher_.answered, 0);
}

}  // namespace
}  // namespace apprentice::test
