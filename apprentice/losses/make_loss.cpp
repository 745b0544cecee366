// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses {

Result<std::unique_ptr<Loss>> make_loss(const std::string& name, const std::optional<LossKeys>& given) {
  APPRENTICE_TRY(const LossKind* kind, known_loss_kind(name, ""));
  const LossKeys& keys = given ? *given : kind->keys;
#define APPRENTICE_LOSS(loss, ...) \
  if (name == #loss) return rows::loss(keys);
#include "apprentice/losses/kinds.def"
#undef APPRENTICE_LOSS
  throw BrokenPromise("every row has a maker");
}

}  // namespace apprentice::losses
