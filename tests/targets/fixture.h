// SPDX-License-Identifier: Apache-2.0
// A teacher that counts what it is asked, and a store of its answers.
#pragma once

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "apprentice/base/files.h"
#include "apprentice/targets/target_store.h"
#include "tests/support/memory_dataset.h"
#include "tests/support/real_data.h"

namespace apprentice::test {

// Answers logit c of sample i with 1000 i + c + its first value.
class CountingTeacher final : public teacher::Teacher {
 public:
  explicit CountingTeacher(int classes = 3) {
    info_.sample_shape = {4};
    for (int c = 0; c < classes; ++c) info_.class_names.push_back("class " + std::to_string(c));
    info_.fingerprint = "teacher A";
    info_.description = "counting teacher";
  }
  const teacher::TeacherInfo& info() const override { return info_; }
  Result<teacher::TeacherAnswers> predict(const Tensor& batch, const std::vector<int64_t>& indices) override {
    if (pause_us > 0) ::usleep(static_cast<useconds_t>(pause_us));
    const auto classes = static_cast<int64_t>(info_.class_names.size());
    teacher::TeacherAnswers answers;
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
  Result<teacher::TeacherAnswers> observe(const Tensor& batch, const std::vector<int64_t>& indices,
                                          const std::vector<std::string>& features) override {
    APPRENTICE_TRY(teacher::TeacherAnswers answers, predict(batch, indices));
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

  teacher::TeacherInfo info_;
  bool recorded = false;
  int64_t answered = 0, poisoned_sample = -2, poisoned_feature = -2, extra_outputs = 0;
  int pause_us = 0;
};

class TargetStoreTest : public ::testing::Test {
 protected:
  static constexpr int64_t kSamples = 25;
  Result<std::shared_ptr<const targets::TargetStore>> build(const RunControl& control = {}) {
    return targets::TargetStore::build(scratch_.path(), teacher_, *data_, options_, control);
  }
  std::string store_folder() const {
    return scratch_.path() + "/" + targets::TargetStore::address(teacher_.info(), data_->info(), options_);
  }
  std::shared_ptr<const views::Views> make_views(int64_t count, uint64_t seed) const {
    Config table = *Config::parse(
        fmt::format("count = {}\n[[augment]]\nname = \"jitter\"\n[[augment]]\nname = \"mixup\"", count), "job.toml");
    return *views::Views::create(table, data_, seed);
  }
  void expect_right(const targets::TargetStore& store) const {
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
      EXPECT_FALSE(targets::TargetStore::open(store_folder())) << i;
    }
    std::string huge = good;
    huge.replace(huge.find(sane), sane.size(), absurd);
    ASSERT_TRUE(write_file(path, huge));
    EXPECT_FALSE(targets::TargetStore::open(store_folder()));
  }

  Scratch scratch_;
  CountingTeacher teacher_;
  targets::TargetOptions options_{4, 8};
  std::shared_ptr<MemoryDataset> data_ = make_memory_dataset(TaskKind::kClassification, {4}, 3, kSamples, 1);
};

}  // namespace apprentice::test
