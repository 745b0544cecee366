// SPDX-License-Identifier: Apache-2.0
// The table of losses, made from kinds.def.
#include <algorithm>

#include "apprentice/base/nearest.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses {

const std::vector<LossKind>& loss_kinds() {
  static const std::vector<LossKind> kKinds = {
#define APPRENTICE_LOSS(name) rows::name,
#include "apprentice/losses/kinds.def"
#undef APPRENTICE_LOSS
  };
  return kKinds;
}

const LossKind* find_loss_kind(const std::string& name) {
  const auto& kinds = loss_kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const LossKind& k) { return name == k.name; });
  return kind == kinds.end() ? nullptr : &*kind;
}

Result<std::unique_ptr<Loss>> make_loss(const std::string& name, Config& keys) {
  if (const LossKind* kind = find_loss_kind(name)) return kind->make(keys);
  std::vector<std::string> names;
  for (const LossKind& kind : loss_kinds()) names.emplace_back(kind.name);
  return bad_input(keys.place("name"), "unknown loss '{}'; {}", name, known_names("losses", names, name));
}

const char* label_only_loss(TaskKind task) { return task == TaskKind::kClassification ? "ce" : "mse"; }

}  // namespace apprentice::losses
