// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_package(Options options) {
  return declare_step(options, "package",
                      "Writes the int8 student as C99 (package/) and as ONNX, float and QDQ (onnx/).", "package");
}

}  // namespace apprentice::cli
