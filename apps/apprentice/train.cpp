// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_train(Options options) {
  return declare_step(options, "train",
                      "Trains the student from the teacher's answers and the control arm from labels alone.",
                      "student/model.apnet");
}

}  // namespace apprentice::cli
