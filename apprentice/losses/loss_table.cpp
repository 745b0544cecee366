// SPDX-License-Identifier: Apache-2.0
// The table of losses, made from kinds.def.
#include "apprentice/base/nearest.h"
#include "apprentice/losses/loss_kind.h"

namespace apprentice::losses {
namespace {

LossKeys operator+(const LossKeys& first, const LossKeys& more) {
  std::vector<LossKey> keys = first.list();
  keys.insert(keys.end(), more.list().begin(), more.list().end());
  return keys;
}

LossKeys number(const char* name, double value, double least, double most) { return {{{name, value, least, most}}}; }
LossKeys whole(const char* name, int64_t value, double least, double most) { return {{{name, value, least, most}}}; }
LossKeys weight(const char* name, double value) { return number(name, value, 0.0, 1e6); }
LossKeys choice(const char* name, const std::vector<std::string>& choices) {
  return {{{name, choices.front(), 0.0, 0.0, choices}}};
}
// T, the divisor of the logits before softmax (Hinton et al. 2015, eq. 1).
LossKeys temperature(double value) { return number("T", value, 0.05, 1000.0); }
// For the labels and for the teacher; not both 0.
LossKeys hard_soft(double hard, double soft) { return weight("hard_weight", hard) + weight("soft_weight", soft); }
LossKeys soft(double divisor, double hard, double soft) { return temperature(divisor) + hard_soft(hard, soft); }
// Of losses that treat the label's class apart from the others.
LossKeys label_apart(double divisor, double hard, double target, double other) {
  return temperature(divisor) + weight("hard_weight", hard) + weight("target_weight", target) +
         weight("other_weight", other);
}
LossKeys feature(double value) {
  const std::vector<std::string> found;
  return soft(4.0, 1.0, 0.0) + weight("feature_weight", value) + LossKeys({{"student_taps", found}}) +
         LossKeys({{"teacher_taps", found}});
}

enum Teacher : bool { kAlone, kTaught };

}  // namespace

const std::vector<LossKind>& loss_kinds() {
  static const std::vector<LossKind> kKinds = {
#define APPRENTICE_LOSS(name, task, teacher, taps, summary, source, keys) \
  {#name, TaskKind::task, teacher, Taps::taps, summary, source, keys},
#include "apprentice/losses/kinds.def"
#undef APPRENTICE_LOSS
  };
  return kKinds;
}

const LossKind* find_loss_kind(const std::string& name) {
  for (const LossKind& kind : loss_kinds()) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

Result<const LossKind*> known_loss_kind(const std::string& name, const std::string& place) {
  if (const LossKind* kind = find_loss_kind(name)) return kind;
  std::vector<std::string> names;
  for (const LossKind& kind : loss_kinds()) names.emplace_back(kind.name);
  return bad_input(place, "unknown loss '{}'; {}", name, known_names("losses", names, name));
}

const char* label_only_loss(TaskKind task) { return task == TaskKind::kClassification ? "ce" : "mse"; }

}  // namespace apprentice::losses
