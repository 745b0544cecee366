// SPDX-License-Identifier: Apache-2.0
// The target store: answers come back, are asked once, survive kill -9, and damage is named.
#include "apprentice/targets/target_store.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "tests/support/memory_dataset.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

using test::Scratch;
using ::testing::HasSubstr;

// Answers logit c of sample i with 1000 i + c + its first value.
class CountingTeacher final : public Teacher {
 public:
  explicit CountingTeacher(int classes = 3) {
    info_.sample_shape = {4};
    for (int c = 0; c < classes; ++c) info_.class_names.push_back("class " + std::to_string(c));
    info_.fingerprint = "teacher A";
    info_.description = "counting teacher";
  }
  const TeacherInfo& info() const override { return info_; }
  Result<TeacherAnswers> predict(const Tensor& batch, const std::vector<int64_t>& indices) override {
    if (pause_us > 0) ::usleep(static_cast<useconds_t>(pause_us));
    const auto classes = static_cast<int64_t>(info_.class_names.size());
    TeacherAnswers answers;
    answers.logits = Tensor(DType::kF32, {static_cast<int64_t>(indices.size()), classes + extra_outputs});
    for (size_t i = 0; i < indices.size(); ++i) {
      for (int64_t c = 0; c < classes; ++c) {
        answers.logits.data<float>()[static_cast<int64_t>(i) * (classes + extra_outputs) + c] =
            1000.0F * static_cast<float>(indices[i]) + static_cast<float>(c) + batch.data<float>()[i * 4];
      }
      if (indices[i] == poisoned_sample) answers.logits.data<float>()[i * 3] = std::numeric_limits<float>::quiet_NaN();
      ++answered;
    }
    return answers;
  }

  // "maps" [2, 5], place p of channel c of sample i is 100 i + 10 c + p + its first value; "vector" [3] is 3 i to 3 i
  // + 2.
  Result<TeacherAnswers> observe(const Tensor& batch, const std::vector<int64_t>& indices,
                                 const std::vector<std::string>& features) override {
    APPRENTICE_TRY(TeacherAnswers answers, predict(batch, indices));
    const auto count = static_cast<int64_t>(indices.size());
    for (const std::string& name : features) {
      const Shape shape = name == "maps" ? Shape{count, 2, 5} : Shape{count, 3};
      Tensor feature(DType::kF32, shape);
      const int64_t each = feature.size() / count;
      for (int64_t i = 0; i < feature.size(); ++i) {
        const auto sample = static_cast<float>(indices[static_cast<size_t>(i / each)]);
        const int64_t k = i % each;
        feature.data<float>()[i] = name == "maps" ? 100.0F * sample + static_cast<float>(10 * (k / 5) + k % 5) +
                                                        batch.data<float>()[i / each * 4]
                                                  : 3.0F * sample + static_cast<float>(k);
        if (indices[static_cast<size_t>(i / each)] == poisoned_feature) {
          feature.data<float>()[i] = std::numeric_limits<float>::infinity();
        }
      }
      answers.features.emplace_back(name, std::move(feature));
    }
    return answers;
  }

  Status covers(const std::vector<int64_t>& rows) const override {
    const bool all = !recorded || std::all_of(rows.begin(), rows.end(), [](int64_t row) { return row >= 0; });
    return all ? Status{} : bad_input("", "a row without an answer");
  }

  TeacherInfo info_;
  bool recorded = false;
  int64_t answered = 0, poisoned_sample = -2, poisoned_feature = -2, extra_outputs = 0;
  int pause_us = 0;
};

class TargetStoreTest : public ::testing::Test {
 protected:
  static constexpr int64_t kSamples = 25;
  Result<std::shared_ptr<const TargetStore>> build(const RunControl& control = {}) {
    return TargetStore::build(scratch_.path(), teacher_, *data_, options_, control);
  }
  std::string store_folder() const {
    return scratch_.path() + "/" + TargetStore::address(teacher_.info(), data_->info(), options_);
  }
  std::shared_ptr<const Views> make_views(int64_t count, uint64_t seed) const {
    Config table = *Config::parse(
        fmt::format("count = {}\n[[augment]]\nname = \"jitter\"\n[[augment]]\nname = \"mixup\"", count), "job.toml");
    return *Views::create(table, data_, seed);
  }
  void expect_right(const TargetStore& store) const {
    ASSERT_EQ(store.size(), kSamples);
    ASSERT_EQ(store.classes(), 3);
    for (int64_t i = 0; i < kSamples; ++i) {
      for (int64_t c = 0; c < 3; ++c) {
        const float first = data_->samples()[static_cast<size_t>(i)][0];
        ASSERT_EQ(store.logits(i)[c], 1000.0F * static_cast<float>(i) + static_cast<float>(c) + first) << i << " " << c;
      }
    }
  }

  // No beginning of store.json opens the store, nor does a number that is absurd.
  void expect_manifest_is_checked(const std::string& sane, const std::string& absurd) const {
    const std::string path = store_folder() + "/store.json";
    const std::string good = *read_file(path);
    for (size_t i = 0; i < good.size(); i += 3) {
      ASSERT_TRUE(write_file(path, good.substr(0, i)));
      EXPECT_FALSE(TargetStore::open(store_folder())) << i;
    }
    std::string huge = good;
    huge.replace(huge.find(sane), sane.size(), absurd);
    ASSERT_TRUE(write_file(path, huge));
    EXPECT_FALSE(TargetStore::open(store_folder()));
  }

  Scratch scratch_;
  CountingTeacher teacher_;
  TargetOptions options_{4, 8};
  std::shared_ptr<MemoryDataset> data_ = make_memory_dataset(TaskKind::kClassification, {4}, 3, kSamples, 1);
};

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
  const TeacherInfo teacher = teacher_.info();
  const DatasetInfo data = data_->info();
  const std::string base = TargetStore::address(teacher, data, options_);
  TeacherInfo other_teacher = teacher, other_classes = teacher;
  other_teacher.fingerprint += "x";
  std::swap(other_classes.class_names[0], other_classes.class_names[1]);
  DatasetInfo other_data = data;
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

TEST_F(TargetStoreTest, AnswersEveryViewAsTheStudentWillSeeIt) {
  options_.views = make_views(3, 5);
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  ASSERT_EQ((*store)->views(), 3);
  EXPECT_EQ(teacher_.answered, 3 * kSamples);
  for (int64_t i = 0; i < kSamples; ++i) {
    for (int view = 0; view < 3; ++view) {
      std::vector<float> sample(4);
      static_cast<void>(options_.views->make(i, view, sample.data()));
      const float row = view == 0 ? static_cast<float>(i) : -1.0F;  // a view is in no row of the data
      EXPECT_EQ((*store)->logits(i, view)[2], 1000.0F * row + 2.0F + sample[0]) << i << " " << view;
    }
  }
}

TEST_F(TargetStoreTest, ResumesAllViewsAtTheLastSealedShard) {
  options_.views = make_views(3, 5);  // shards of two samples
  std::atomic<bool> stop{false};
  RunControl control;
  control.stop = &stop;
  control.on_progress = [&](const Progress& progress) { stop = progress.done >= 20; };
  ASSERT_FALSE(build(control));
  const int64_t before = teacher_.answered;
  ASSERT_GE(before, 20);
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  EXPECT_EQ(teacher_.answered - before, 3 * kSamples - before / 6 * 6);
}

TEST_F(TargetStoreTest, KeepsFeaturesOfEveryViewBesideTheLogits) {
  options_.views = make_views(2, 5);
  options_.features = {{"vector", {3}}, {"maps", {2, 1, 5}}};
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  ASSERT_EQ((*store)->features().size(), 2U);
  EXPECT_EQ((*store)->features()[1].name, "maps");
  for (int64_t i = 0; i < kSamples; ++i) {
    for (int view = 0; view < 2; ++view) {
      std::vector<float> sample(4);
      static_cast<void>(options_.views->make(i, view, sample.data()));
      const float row = view == 0 ? static_cast<float>(i) : -1.0F;
      EXPECT_EQ((*store)->logits(i, view)[1], 1000.0F * row + 1.0F + sample[0]);
      EXPECT_EQ((*store)->feature(0, i, view)[2], 3.0F * row + 2.0F);
      EXPECT_EQ((*store)->feature(1, i, view)[5 + 3], 100.0F * row + 13.0F + sample[0]);
    }
  }
}

TEST_F(TargetStoreTest, AlignsEveryBlockForVectorUnits) {
  options_.features = {{"vector", {3}}, {"maps", {2, 1, 5}}};
  const auto store = build();
  ASSERT_TRUE(store);
  for (int64_t first = 0; first < kSamples; first += options_.shard_samples) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>((*store)->feature(0, first)) % 64, 0U);
    EXPECT_EQ(reinterpret_cast<uintptr_t>((*store)->feature(1, first)) % 64, 0U);
  }
}

TEST_F(TargetStoreTest, KeepsMapsAsMeansOverThePlacesThatLossesCompare) {
  options_.features = {{"maps", {2, 1, 2}}};
  const auto halves = build();
  ASSERT_TRUE(halves) << halves.error().text();
  options_.features = {{"maps", {2}}};
  const auto means = build();
  ASSERT_TRUE(means) << means.error().text();
  EXPECT_NE((*halves)->identity(), (*means)->identity());
  for (int64_t i = 0; i < kSamples; ++i) {
    const float base = 100.0F * static_cast<float>(i) + data_->samples()[static_cast<size_t>(i)][0];
    const float* two = (*halves)->feature(0, i);
    EXPECT_FLOAT_EQ(two[0], base + 1.0F);  // places 0, 1, 2
    EXPECT_FLOAT_EQ(two[1], base + 3.0F);  // places 2, 3, 4
    EXPECT_FLOAT_EQ(two[2], base + 11.0F);
    EXPECT_FLOAT_EQ((*means)->feature(0, i)[1], base + 12.0F);
  }
}

TEST_F(TargetStoreTest, ResumesFeaturesAtTheLastSealedShard) {
  options_.features = {{"maps", {2, 1, 5}}};
  std::atomic<bool> stop{false};
  RunControl control;
  control.stop = &stop;
  control.on_progress = [&](const Progress& progress) { stop = progress.done >= 20; };
  ASSERT_FALSE(build(control));
  EXPECT_FALSE(TargetStore::is_finished(store_folder()));
  const auto store = build();
  ASSERT_TRUE(store) << store.error().text();
  EXPECT_TRUE(TargetStore::is_finished(store_folder()));
  EXPECT_EQ(teacher_.answered, 20 + (kSamples - 16));
  EXPECT_EQ((*store)->feature(0, 24)[0], 2400.0F + data_->samples()[24][0]);
}

TEST_F(TargetStoreTest, RefusesFeaturesThatAreNotNumbersOrOfAnotherShape) {
  options_.features = {{"maps", {2, 1, 5}}};
  teacher_.poisoned_feature = 13;
  const auto poisoned = build();
  ASSERT_FALSE(poisoned);
  EXPECT_THAT(poisoned.error().text(), HasSubstr("the teacher answered inf for sample 13, feature 'maps' 0"));
  teacher_.poisoned_feature = -2;
  options_.features = {{"maps", {3, 1, 5}}};
  const auto other = build();
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().text(),
              HasSubstr("gave feature 'maps' as [4, 2, 5] of float32 for 4 samples; expected [3, 1, 5]"));
}

TEST_F(TargetStoreTest, MakesShardsOfLargeAnswersSmall) {
  options_.features = {{"maps", {2, 1, 5}}};
  const int64_t bytes = answer_bytes(1, 3, options_);
  EXPECT_EQ(bytes, (3 + 10) * 4);
  EXPECT_EQ(answer_bytes(7, 3, options_), 7 * bytes);
  TargetOptions large = options_;
  large.shard_samples = int64_t{1} << 40;
  large.features = {{"maps", {1024, 64, 64}}};  // 16 MB a sample
  const auto store = TargetStore::build(scratch_.path(), teacher_, *data_, large, {});
  ASSERT_FALSE(store);  // the teacher has no such feature, but the manifest is written
  const std::string text =
      *read_file(scratch_.path() + "/" + TargetStore::address(teacher_.info(), data_->info(), large) + "/store.json");
  EXPECT_THAT(text, HasSubstr("\"shard_samples\": 3"));
}

TEST_F(TargetStoreTest, RefusesAChangedListOfFeatures) {
  options_.features = {{"maps", {2, 1, 5}}};
  ASSERT_TRUE(build());
  expect_manifest_is_checked("        2,", "        1099511627776,");
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
}  // namespace apprentice
