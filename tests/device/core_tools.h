// SPDX-License-Identifier: Apache-2.0
// What tests that run on every emulated core share.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "apprentice/base/process.h"
#include "apprentice/device/cores.h"

namespace apprentice::test {

// The first tool of a core that is not here, or "".
inline std::string missing_tool(const device::Core& core) {
  for (const std::string& tool : {core.compiler, core.emulator}) {
    if (find_program(tool).empty()) return tool;
  }
  return "";
}

inline std::vector<std::string> core_names() {
  std::vector<std::string> names;
  for (const device::Core& core : device::cores()) names.push_back(core.name);
  return names;
}

// A test's name of a core's.
inline std::string plain(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace apprentice::test
