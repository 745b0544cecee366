// SPDX-License-Identifier: Apache-2.0
// From a model's raw output to logits in the data set's class order.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/base/error.h"
#include "apprentice/base/hash.h"
#include "apprentice/base/tensor.h"
#include "apprentice/data/dataset.h"

namespace apprentice::teacher {

// A probability of zero becomes log(kLeastProbability).
inline constexpr float kLeastProbability = 1e-12F;

// What the teacher's numbers are; all but logits become the logarithm of a share.
enum class AnswerKind {
  kLogits,
  kProbabilities,  // of a sample they sum to 1
  kSigmoid,        // each in 0..1, whatever their sum
  kPercent,        // they sum to 100
};

struct AnswerOptions {
  std::string kind = "logits";       // logits | probabilities | sigmoid | percent
  std::vector<std::string> classes;  // the teacher's, in its order; empty = the data set's
};
// Keys output, classes.
AnswerOptions read_answer_options(Config& teacher);

class AnswerMap {
 public:
  // `width` values per sample come out of the teacher. One value for two classes is the logit or probability of the
  // second. Refuses class lists that do not fit, and names a class of the data set that the teacher lacks.
  static Result<AnswerMap> make(const AnswerOptions& options, const data::DatasetInfo& data, int64_t width,
                                const std::string& place);

  // raw: [n, width] in any shape of that size -> float32 [n, classes of the data set]. Refuses probabilities that are
  // negative, above 1 or that do not sum to 1 (within 1e-2, or what rounding to the digits they have explains).
  Result<Tensor> apply(const Tensor& raw, int64_t samples) const;
  void add_to(Hasher& hasher) const;

 private:
  AnswerKind kind_ = AnswerKind::kLogits;
  bool single_ = false, regression_ = false;
  int64_t width_ = 0;
  std::vector<int64_t> picks_;  // of the teacher's outputs, in the data set's order
  std::string place_;
};

}  // namespace apprentice::teacher
