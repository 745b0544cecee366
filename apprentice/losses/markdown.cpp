// SPDX-License-Identifier: Apache-2.0
// The table of losses as a page of the documentation.
#include "apprentice/base/task_names.h"
#include "apprentice/losses/loss_kind.h"

namespace apprentice::losses {
namespace {

// "`T` 4.0, `hard_weight` 0.1"
std::string keys_of(const LossKind& kind) {
  std::string keys;
  const nlohmann::ordered_json defaults = to_json(kind.keys);
  for (const auto& [key, value] : defaults.items()) {
    keys += fmt::format("{}`{}` {}", keys.empty() ? "" : ", ", key,
                        value.is_string() ? value.get<std::string>() : value.dump());
  }
  return keys.empty() ? "none" : keys;
}

}  // namespace

std::string losses_markdown() {
  std::string page =
      "# Losses\n\n"
      "Made from the code by `apprentice list losses --markdown`; a test compares. Keys stand in `[loss]` beside "
      "`name`.\n"
      "`hard_weight` is the weight of the labels; all soft terms are scaled by T^2. Under mixup, labels are mixed.\n\n"
      "| name | for | teacher | keys and defaults | what it does | source |\n|---|---|---|---|---|---|\n";
  for (const LossKind& kind : loss_kinds()) {
    page += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", kind.name, to_string(kind.task),
                        kind.needs_teacher ? "yes" : "no", keys_of(kind), kind.summary, kind.source);
  }
  return page;
}

}  // namespace apprentice::losses
