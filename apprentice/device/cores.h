// SPDX-License-Identifier: Apache-2.0
// The cores that can be built for and emulated here: compiler, flags, emulated board and its memory.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice::device {

struct Core {
  std::string name;  // as in DeviceProfile::core
  std::string compiler, compiler_package;
  std::vector<std::string> flags;  // for the student and everything linked with it
  std::string optimization;        // -O2 or -O3, whichever needs fewer instructions at little more flash
  bool bare_metal = true;          // Cortex-M firmware, or a static Linux program
  std::string emulator, emulator_package;
  std::vector<std::string> emulator_arguments;
  std::string board;                                           // one phrase for reports
  std::string code_origin, code_bytes, ram_origin, ram_bytes;  // bare metal only
};

const std::vector<Core>& cores();
// Null when there is no such core.
const Core* find_core(const std::string& name);

// The emulator's plugin that counts instructions.
Result<std::string> find_count_plugin();

}  // namespace apprentice::device
