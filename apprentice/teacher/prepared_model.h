// SPDX-License-Identifier: Apache-2.0
// What the sources that run a model share: samples are prepared for it, its raw answers mapped to logits.
// Internal to teacher/.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/teacher/answers.h"
#include "apprentice/teacher/preprocessing.h"
#include "apprentice/teacher/teacher.h"

namespace apprentice::teacher {

class RawModel {
 public:
  virtual ~RawModel() = default;
  // float32 [n, ...prepared] -> numbers [n, ...]. One thread at a time.
  virtual Result<Tensor> run(const Tensor& prepared) = 0;
  // The same and then values inside the model, by name.
  virtual bool can_observe() const { return false; }
  virtual Result<std::vector<Tensor>> observe(const Tensor&, const std::vector<std::string>&) {
    throw BrokenPromise("observe is asked only of models that can");
  }
};

// Whether several samples given together are answered as each alone.
enum class Batches {
  kProven,   // known, or not to be tried
  kUnknown,  // tried once with random samples; else samples are given one by one
};

struct ModelFacts {
  std::string place;        // leads messages
  std::string description;  // of TeacherInfo
  std::string fingerprint;  // of the model's bytes and of what else changes its raw answers
  int64_t macs = 0, parameters = 0;
  Batches batches = Batches::kUnknown;  // kProven where the model can be observed
  std::vector<TeacherFeature> features;
};

struct PreparedKeys {
  Preprocessing how;
  AnswerOptions answers;
};
// Every key of preprocessing and answers.
PreparedKeys read_prepared_keys(Config& teacher);

// What a source that cannot tell its input's shape is told by the key input_shape (without the batch axis).
onnx::OnnxValueInfo declared_input(const std::vector<int64_t>& shape);

// Learns the model's output from one sample of zeros. Refuses outputs that do not fit the classes, and a model that
// gives two answers to the same sample. `prepared`: prepared_shape() for this model.
Result<std::unique_ptr<Teacher>> prepared_teacher(std::unique_ptr<RawModel> model, ModelFacts facts, PreparedKeys keys,
                                                  Shape prepared, const data::DatasetInfo& data);

}  // namespace apprentice::teacher
