// SPDX-License-Identifier: Apache-2.0
// Declares what makes every loss of the table; <name>.cpp defines it. The keys are those of its row.
#pragma once

#include "apprentice/losses/loss.h"

namespace apprentice::losses::rows {

#define APPRENTICE_LOSS(name, ...) std::unique_ptr<Loss> name(const LossKeys& keys);
#include "apprentice/losses/kinds.def"
#undef APPRENTICE_LOSS

}  // namespace apprentice::losses::rows
