// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_quantize(CLI::App& app) {
  return declare_step(app, "quantize", "Turns both trained networks into int8.", "student/int8.apq");
}

}  // namespace apprentice::cli
