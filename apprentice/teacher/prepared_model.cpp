// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/prepared_model.h"

#include <algorithm>
#include <cmath>

#include "apprentice/base/random.h"

namespace apprentice::teacher {
namespace {

constexpr int64_t kTrialSamples = 3;
constexpr float kSameWithin = 1e-4F;  // of the largest value
constexpr double kLargeSamples = 1e4;

Shape with_batch(int64_t samples, Shape shape) {
  shape.insert(shape.begin(), samples);
  return shape;
}

// Of the first values of `a`, as many as `b` has.
bool starts_nearly(const Tensor& a, const Tensor& b) {
  float largest = 0.0F, difference = 0.0F;
  for (int64_t i = 0; i < b.size(); ++i) {
    largest = std::max(largest, std::abs(b.data<float>()[i]));
    const float here = std::abs(a.data<float>()[i] - b.data<float>()[i]);
    if (!std::isfinite(here)) return false;
    difference = std::max(difference, here);
  }
  return difference <= kSameWithin * largest;
}

bool nearly_same(const Tensor& a, const Tensor& b) { return a.size() == b.size() && starts_nearly(a, b); }

Tensor random_samples(int64_t count, const Shape& shape, double size = 1.0) {
  Rng rng(0, "teacher trial");
  Tensor samples(DType::kF32, with_batch(count, shape));
  for (int64_t i = 0; i < samples.size(); ++i) samples.data<float>()[i] = static_cast<float>(size * rng.normal());
  return samples;
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

  Result<Shape> feature_shape(const std::string& name) override {
    if (!model_->can_observe()) return Teacher::feature_shape(name);
    APPRENTICE_TRY(const std::vector<Tensor> one, model_->observe(random_samples(1, prepared_), {name}));
    APPRENTICE_TRY(const std::vector<Tensor> two, model_->observe(random_samples(2, prepared_), {name}));
    const Shape single = one[1].shape();
    Shape expected = single;
    if (!expected.empty()) expected[0] *= 2;
    if (expected.empty() || single[0] != 1 || two[1].shape() != expected ||
        !starts_nearly(two[1].to_f32(), one[1].to_f32()))
      return bad_input(facts_.place,
                       "value '{}' is {} for 1 sample and {} for 2; a feature has one row for each sample", name,
                       to_string(single), to_string(two[1].shape()));
    return Shape(single.begin() + 1, single.end());
  }

  Result<TeacherAnswers> observe(const Tensor& batch, const std::vector<int64_t>& rows,
                                 const std::vector<std::string>& features) override {
    if (features.empty()) return predict(batch, rows);
    APPRENTICE_TRY(const std::vector<Tensor> values, model_->observe(prepare(keys_.how, batch, prepared_), features));
    TeacherAnswers answers;
    APPRENTICE_TRY(answers.logits, map_.apply(values.front(), batch.shape()[0]));
    for (size_t i = 0; i < features.size(); ++i) answers.features.emplace_back(features[i], values[i + 1].to_f32());
    return answers;
  }

  Status settle(const data::DatasetInfo& data) {
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
    const Tensor samples = random_samples(kTrialSamples, prepared_);
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
    one_by_one_ = !together || !nearly_same(together->to_f32(), *first) || !alike_at(kLargeSamples);
    return {};
  }

  // Limiters and clamps may mix samples at sizes that raw readings have and random numbers do not.
  bool alike_at(double size) {
    const Tensor samples = random_samples(kTrialSamples, prepared_, size);
    const auto together = model_->run(samples);
    one_by_one_ = true;
    const auto alone = run(samples);
    if (!alone || !all_finite(*alone)) return true;  // nothing that the model was made for
    return together && nearly_same(together->to_f32(), *alone);
  }

  void fill_info(const data::DatasetInfo& data) {
    info_.task = data.task;
    info_.sample_shape = data.sample_shape;
    info_.class_names = data.class_names;
    info_.names_classes = !keys_.answers.classes.empty();
    info_.macs = facts_.macs;
    info_.parameters = facts_.parameters;
    info_.features = facts_.features;
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

onnx::OnnxValueInfo declared_input(const std::vector<int64_t>& shape) {
  onnx::OnnxValueInfo input;
  input.name = "input";
  input.has_shape = !shape.empty();
  if (input.has_shape) input.dims.push_back({-1, "N"});
  for (const int64_t size : shape) input.dims.push_back({size, ""});
  return input;
}

Result<std::unique_ptr<Teacher>> prepared_teacher(std::unique_ptr<RawModel> model, ModelFacts facts, PreparedKeys keys,
                                                  Shape prepared, const data::DatasetInfo& data) {
  auto made =
      std::make_unique<PreparedTeacher>(std::move(model), std::move(facts), std::move(keys), std::move(prepared));
  APPRENTICE_CHECK(made->settle(data));
  return made;
}

}  // namespace apprentice::teacher
