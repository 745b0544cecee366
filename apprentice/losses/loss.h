// SPDX-License-Identifier: Apache-2.0
// Loss: (student output, targets) -> scalar and named parts. One file per loss, one line in losses/kinds.def; the
// contract test (tests/losses) walks the table.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/base/task.h"
#include "apprentice/base/tensor.h"

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

// What a loss looks at inside the networks.
enum class Taps {
  kNone,
  kOwnVector,  // the student's last vector [batch, values], what its last dense layer sees
  kVector,     // the same of both networks
  kLastMaps,   // maps [batch, channels, height, width] at the end of the last stage; height 1 for windows
  kMaps,       // the same at the ends of all stages, in pairs, compared at the smaller of their sizes
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

// Names of layers and of teacher features that the user wants paired, shallow to deep; empty = found from shapes.
struct TapNames {
  std::vector<std::string> student, teacher;
};

class Adapters;

// Without state but for what prepare() puts into Adapters; one instance per training loop.
class Loss {
 public:
  virtual ~Loss() = default;
  virtual LossValue operator()(const StudentOutput& student, const Targets& targets) const = 0;
  virtual TapNames tap_names() const { return {}; }
  // Students to train along that are each other's teachers.
  virtual int64_t peers() const { return 0; }
  // Called once, before the first step, of losses that look at features: makes what has to be trained along.
  virtual Status prepare(const LossSetting&, Adapters&) { return {}; }
};

struct LossKind {
  const char* name;
  const char* summary;  // what it does; its keys are told by loss_keys()
  const char* source;   // paper and equation
  TaskKind task;
  bool needs_teacher;
  Result<std::unique_ptr<Loss>> (*make)(Config& keys);  // reads its own keys; the caller calls finish()
  Taps taps = Taps::kNone;
};
const std::vector<LossKind>& loss_kinds();
// Null when there is no such loss.
const LossKind* find_loss_kind(const std::string& name);
// What the control arm and a taught teacher learn by: "ce", or "mse" in regression.
const char* label_only_loss(TaskKind task);
// Refuses unknown names: "unknown loss 'kll'; known losses: bernoulli_kl, ce, kd, ...".
Result<std::unique_ptr<Loss>> make_loss(const std::string& name, Config& keys);

// The keys of a loss with their defaults: {"T": 4.0, "hard_weight": 0.1, ...}.
nlohmann::ordered_json loss_keys(const LossKind& kind);

// The table as a Markdown page: task, keys with their defaults, summary and source of each loss. docs/losses.md is this
// text; `apprentice list losses --markdown` prints it.
std::string losses_markdown();

}  // namespace apprentice::losses
