// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_train(CLI::App& app) {
  return declare_step(app, "train", "Trains the student from the teacher's answers and the control arm from labels alone.", "student/model.apnet");
}

}  // namespace apprentice::cli
