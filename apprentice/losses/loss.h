// SPDX-License-Identifier: Apache-2.0
// Loss: (student output, targets) -> scalar and named parts. One file per loss, one row in losses/table.cpp; the
// contract test (tests/losses) walks the table.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/base/task.h"

namespace apprentice {

// Regression: outputs, values and the teacher's answers are all in the student's normalised unit,
// (value - NetSpec::output_mean) / output_scale, so weights mean the same for every target.
struct StudentOutput {
  at::Tensor logits;  // [batch, classes], requires grad; [batch, 1] in regression
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
};

struct LossValue {
  at::Tensor total;                                       // scalar with gradient
  std::vector<std::pair<std::string, at::Tensor>> parts;  // detached scalars, for the progress line
};

// Stateless after construction; one instance per training loop.
class Loss {
 public:
  virtual ~Loss() = default;
  virtual LossValue operator()(const StudentOutput& student, const Targets& targets) const = 0;
  virtual bool needs_teacher() const = 0;
};

struct LossKind {
  const char* name;
  const char* summary;
  const char* source;  // paper and equation
  TaskKind task;
  bool needs_teacher;
  Result<std::unique_ptr<Loss>> (*make)(Config& options);  // reads its own keys; the caller calls finish()
};
const std::vector<LossKind>& loss_kinds();
// Null when there is no such loss.
const LossKind* find_loss_kind(const std::string& name);
// What the control arm and a taught teacher learn by: "ce", or "mse" in regression.
const char* label_only_loss(TaskKind task);
// Refuses unknown names: "unknown loss 'kll'; known losses: bernoulli_kl, ce, kd, ...".
Result<std::unique_ptr<Loss>> make_loss(const std::string& name, Config& options);

// The table as a Markdown page: task, keys with their defaults, summary and source of each loss. docs/losses.md is this
// text; `apprentice list losses --markdown` prints it.
std::string losses_markdown();

}  // namespace apprentice
