// SPDX-License-Identifier: Apache-2.0
// Loss: (student output, targets) -> scalar and named parts. One file per loss, one row in losses/kinds.def
// (losses/loss_kind.h); the contract test (tests/losses) walks the table.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/tensor.h"
#include "apprentice/losses/loss_kind.h"

namespace apprentice::losses {

// Regression: outputs, values and the teacher's answers are all in the student's normalised unit,
// (value - NetSpec::output_mean) / output_scale, so weights mean the same for every target.
struct StudentOutput {
  at::Tensor logits;                 // [batch, classes], requires grad; [batch, 1] in regression
  std::vector<at::Tensor> features;  // what LossKind::taps asks for, shallow to deep
};

struct Targets {
  at::Tensor labels;          // int64 [batch]; undefined in regression
  at::Tensor values;          // float32 [batch, 1], mixed under mixup; undefined in classification
  at::Tensor teacher_logits;  // float32 [batch, classes]; undefined when there is no teacher
  // Mixup (Zhang et al. 2018, eq. 1): a sample is own_shares parts `labels` and the rest `other_labels`. Undefined
  // without it.
  at::Tensor other_labels;  // int64 [batch]
  at::Tensor own_shares;    // float32 [batch], in [0, 1]
  int64_t epoch = 1;        // of the training, counted from 1: losses may warm up
  // Of the teacher, paired with the student's.
  std::vector<at::Tensor> features;
  std::vector<at::Tensor> peers;  // logits of each peer, [batch, classes]; see Loss::peers
  at::Tensor samples;             // int64 [batch]: which training samples these are
};

struct LossValue {
  at::Tensor total;                                       // scalar with gradient
  std::vector<std::pair<std::string, at::Tensor>> parts;  // detached scalars, for the progress line
};

// What is known before training starts. Shapes are without the batch.
struct LossSetting {
  std::vector<Shape> student, teacher;  // of the features, paired
  int64_t classes = 0, samples = 0;     // outputs of the student, samples of the training split
  uint64_t seed = 1;
  at::Tensor labels;  // int64 [samples]; undefined in regression
  // The teacher's vector (kVector alone) and its logits, for up to kKnownAnswers samples.
  at::Tensor teacher_vectors, teacher_logits;
};
inline constexpr int64_t kKnownAnswers = 4096;

class Adapters;

// Without state but for what prepare() puts into Adapters; one instance per training loop.
class Loss {
 public:
  virtual ~Loss() = default;
  virtual LossValue operator()(const StudentOutput& student, const Targets& targets) const = 0;
  // Students to train along that are each other's teachers.
  virtual int64_t peers() const { return 0; }
  // Called once, before the first step, of losses that look at features: makes what has to be trained along.
  virtual Status prepare(const LossSetting&, Adapters&) { return {}; }
};

// By keys of its row; absent: the defaults. Refuses unknown names.
Result<std::unique_ptr<Loss>> make_loss(const std::string& name, const std::optional<LossKeys>& keys = std::nullopt);

}  // namespace apprentice::losses
