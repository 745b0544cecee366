// SPDX-License-Identifier: Apache-2.0
// Two programs from one source: `apprentice` starts at once; `apprentice-engine` is linked with libtorch.
#pragma once

#include <string>

#include "apprentice/base/error.h"

namespace apprentice::cli {

enum class Engine { kPlain, kTorch };

// Whether a verb that is plain by itself asks for something that only the engine knows. Always false in the engine.
bool needs_engine(int argc, char** argv);
// Where apprentice-engine belongs: beside this program.
std::string engine_path();
// Replaces this process by apprentice-engine, found beside this program, with the same arguments.
Status become_engine(char** argv);

}  // namespace apprentice::cli
