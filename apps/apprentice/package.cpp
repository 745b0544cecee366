// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_package(CLI::App& app) {
  return declare_step(app, "package", "Writes the int8 student as C99 (package/) and as ONNX, float and QDQ (onnx/).", "package");
}

}  // namespace apprentice::cli
