// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_label(Options options) {
  return declare_step(options, "label",
                      "Asks the teacher about every training sample and keeps its answers; an interrupted labelling "
                      "goes on where it was.",
                      "targets");
}

}  // namespace apprentice::cli
