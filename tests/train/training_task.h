// SPDX-License-Identifier: Apache-2.0
// A small training that several tests share.
#pragma once

#include <cstring>

#include "apprentice/families/family.h"
#include "apprentice/train/distiller.h"
#include "tests/support/memory_dataset.h"

namespace apprentice::test {

// Answers that know the label: 4 for the right class (or the value itself in regression), else 0.
class KnowingStore final : public targets::TargetStore {
 public:
  KnowingStore(const data::Dataset& data, int64_t classes) : size_(data.size()), classes_(classes) {
    answers_.resize(static_cast<size_t>(size_ * classes_));
    for (int64_t i = 0; i < size_; ++i) {
      const data::SampleInfo info = data.sample_info(i);
      if (info.label < 0)
        answers_[static_cast<size_t>(i)] = info.target;
      else
        answers_[static_cast<size_t>(i * classes_ + info.label)] = 4.0F;
    }
  }
  int64_t size() const override { return size_; }
  int64_t classes() const override { return classes_; }
  int views() const override { return 1; }
  const float* logits(int64_t index, int) const override { return answers_.data() + index * classes_; }
  const std::string& folder() const override { return name_; }
  const std::string& identity() const override { return name_; }
  std::vector<float>& answers() { return answers_; }

 private:
  int64_t size_, classes_;
  std::vector<float> answers_;
  std::string name_ = "knowing";
};

inline train::TrainTask small_task(TaskKind kind = TaskKind::kClassification, const std::string& family = "dscnn1d") {
  const bool classification = kind == TaskKind::kClassification;
  const Shape shape{3, 32};
  const int64_t outputs = classification ? 4 : 1;
  Config keys = *Config::parse("family = \"" + family + "\"\nwidth = 8", "test");
  train::TrainTask task;
  task.title = "student";
  task.spec = *families::read_net_spec(keys, shape, outputs);
  task.spec.task = kind;
  task.spec.input_mean.assign(3, 0.0F);
  task.spec.input_scale.assign(3, 0.5F);
  const auto data = make_memory_dataset(kind, shape, 4, 203, 1);
  task.train = data;
  task.validation = make_memory_dataset(kind, shape, 4, 60, 2);
  task.targets = std::make_shared<KnowingStore>(*data, outputs);
  task.loss = classification ? "kd" : "mse";
  task.options.epochs = 6;
  task.options.least_steps = 0;
  task.options.warmup_epochs = 1.0;
  task.options.validations = 0;
  task.options.batch_size = 32;
  task.options.learning_rate = 1e-2;
  task.options.threads = 1;
  return task;
}

inline bool same_bits(const model::Weights& a, const model::Weights& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) {
           return x.first == y.first && x.second.byte_count() == y.second.byte_count() &&
                  std::memcmp(x.second.bytes(), y.second.bytes(), static_cast<size_t>(x.second.byte_count())) == 0;
         });
}

// The report without its wall times.
inline std::string repeatable(train::TrainReport report) {
  for (train::TrainPoint& point : report.points) point.samples_per_second = 0.0;
  return train::to_json(report).dump();
}

}  // namespace apprentice::test
