// SPDX-License-Identifier: Apache-2.0
// Declares the row of every loss; <name>.cpp defines it.
#pragma once

#include "apprentice/losses/loss.h"

namespace apprentice::losses::rows {

#define APPRENTICE_LOSS(name) extern const LossKind name;
#include "apprentice/losses/kinds.def"
#undef APPRENTICE_LOSS

// LossKind::make of a class that reads its keys in its constructor.
template <typename T>
Result<std::unique_ptr<Loss>> make(Config& keys) {
  return std::make_unique<T>(keys);
}

}  // namespace apprentice::losses::rows
