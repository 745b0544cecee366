// SPDX-License-Identifier: Apache-2.0
#include "target.h"

namespace apprentice::cli {

Action declare_quantize(Options options) {
  return declare_step(options, "quantize", "Turns both trained networks into int8.", "student/int8.apq");
}

}  // namespace apprentice::cli
