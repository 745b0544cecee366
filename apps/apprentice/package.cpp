// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_package(Options options) {
  return declare_step(
      options, "package",
      "Writes the arm that ships into shipped/ of the run directory: C99 (package/), ONNX (float and QDQ).", "shipped");
}

}  // namespace apprentice::cli
