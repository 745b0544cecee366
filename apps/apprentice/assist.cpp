// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_assist(Options options) {
  return declare_step(options, "assist",
                      "Trains the networks of [[assistant]], each by the answers of the one before it; the last one "
                      "teaches the student.",
                      "state");
}

}  // namespace apprentice::cli
