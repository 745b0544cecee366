// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/prepared_model.h"

#include <algorithm>
#include <cmath>

#include "apprentice/base/random.h"

namespace apprentice {
namespace {

constexpr int64_t kTrialSamples = 3;
constexpr float kSameWithin = 1e-4F;  // of the largest value

Shape with_batch(int64_t samples, Shape shape) {
  shape.insert(shape.begin(), samples);
  return shape;
}

bool nearly_same(const Tensor& a, const Tensor& b) {
  if (a.size() != b.size()) return false;
  float largest = 0.0F, difference = 0.0F;
  for (int64_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(b.data<float>()[i]));
    const float here = std::abs(a.data<float>()[i] - b.data<float>()[i]);
    if (!std::isfinite(here)) return false;
    difference = std::max(difference, here);
  }
  return difference <= kSameWithin * largest;
}

class PreparedTeacher : public Teacher {
 public:
  PreparedTeacher(std::unique_ptr<RawModel> model, ModelFacts facts, PreparedKeys keys, Shape prepared)
      : model_(std::move(model)), facts_(std::move(facts)), keys_(std::move(keys)), prepared_(std::move(prepared)) {}

  const TeacherInfo& info() const override { return info_; }
  const Preprocessing* preprocessing() const override { return &keys_.how; }

  Result<TeacherAnswers> predict(const Tensor& batch, const std::vector<int64_t>&) override {
    return predict_prepared(keys_.how, batch);
  }

  Result<TeacherAnswers> predict_prepared(const Preprocessing& how, const Tensor& batch) override {
    APPRENTICE_TRY(const Tensor raw, run(prepare(how, batch, prepared_)));
    TeacherAnswers answers;
    APPRENTICE_TRY(answers.logits, map_.apply(raw, batch.shape()[0]));
    return answers;
  }

  Status settle(const DatasetInfo& data) {
    APPRENTICE_TRY(const Tensor raw, model_->run(Tensor(DType::kF32, with_batch(1, prepared_))));
    APPRENTICE_TRY(map_, AnswerMap::make(keys_.answers, data, raw.size(), facts_.place));
    fill_info(data);
    return facts_.batches == Batches::kUnknown ? try_batches() : Status{};
  }

 private:
  Result<Tensor> run(const Tensor& prepared) {
    const int64_t samples = prepared.shape()[0];
    if (!one_by_one_ || samples == 1) return model_->run(prepared);
    const int64_t size = element_count(prepared_);
    Tensor one(DType::kF32, with_batch(1, prepared_)), all;
    for (int64_t n = 0; n < samples; ++n) {
      std::copy_n(prepared.data<float>() + n * size, size, one.data<float>());
      APPRENTICE_TRY(const Tensor raw, model_->run(one));
      const Tensor answer = raw.to_f32();
      if (n == 0) all = Tensor(DType::kF32, {samples, answer.size()});
      if (answer.size() * samples != all.size())
        return bad_input(facts_.place, "the model gives {} values for one sample and {} for another",
                         all.size() / samples, answer.size());
      std::copy_n(answer.data<float>(), answer.size(), all.data<float>() + n * answer.size());
    }
    return all;
  }

  // Together and one by one must agree, and so must two runs of the same.
  Status try_batches() {
    Rng rng(0, "teacher trial");
    Tensor samples(DType::kF32, with_batch(kTrialSamples, prepared_));
    for (int64_t i = 0; i < samples.size(); ++i) samples.data<float>()[i] = static_cast<float>(rng.normal());
    const auto together = model_->run(samples);
    one_by_one_ = true;
    const auto first = run(samples), second = run(samples);
    if (!first || !second) {
      // Random numbers may be nothing that the model takes; what it takes will show with real samples.
      one_by_one_ = !together;
      return {};
    }
    if (!nearly_same(*first, *second))
      return bad_input(facts_.place,
                       "the model gives different answers to the same sample; a PyTorch model must be exported after "
                       "model.eval(), and dropout or noise must be off");
    one_by_one_ = !together || !nearly_same(together->to_f32(), *first);
    return {};
  }

  void fill_info(const DatasetInfo& data) {
    info_.task = data.task;
    info_.sample_shape = data.sample_shape;
    info_.class_names = data.class_names;
    info_.macs = facts_.macs;
    info_.parameters = facts_.parameters;
    info_.description = facts_.description;
    Hasher hasher;
    hasher.add("prepared teacher 1").add(facts_.fingerprint);
    add_to(hasher, keys_.how);
    hasher.add(to_string(prepared_));
    map_.add_to(hasher);
    info_.fingerprint = hasher.hex();
  }

  std::unique_ptr<RawModel> model_;
  ModelFacts facts_;
  PreparedKeys keys_;
  Shape prepared_;
  bool one_by_one_ = false;
  AnswerMap map_;
  TeacherInfo info_;
};

}  // namespace

PreparedKeys read_prepared_keys(Config& teacher) {
  PreparedKeys keys;
  keys.how = read_preprocessing(teacher);
  keys.answers = read_answer_options(teacher);
  return keys;
}

OnnxValueInfo declared_input(const std::vector<int64_t>& shape) {
  OnnxValueInfo input;
  input.name = "input";
  input.has_shape = !shape.empty();
  if (input.has_shape) input.dims.push_back({-1, "N"});
  for (const int64_t size : shape) input.dims.push_back({size, ""});
  return input;
}

Result<std::unique_ptr<Teacher>> prepared_teacher(std::unique_ptr<RawModel> model, ModelFacts facts, PreparedKeys keys,
                                                  Shape prepared, const DatasetInfo& data) {
  auto made =
      std::make_unique<PreparedTeacher>(std::move(model), std::move(facts), std::move(keys), std::move(prepared));
  APPRENTICE_CHECK(made->settle(data));
  return made;
}

}  // namespace apprentice
