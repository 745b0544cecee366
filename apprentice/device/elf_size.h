// SPDX-License-Identifier: Apache-2.0
// Sizes read from a linked ELF file (System V ABI, chapter 4).
#pragma once

#include <string>

#include "apprentice/base/error.h"

namespace apprentice::device {

struct ElfSize {
  int64_t stored_bytes = 0;  // code, constants and initial values: what flash holds
  int64_t memory_bytes = 0;  // variables, initialised and zeroed: what RAM holds besides the stack
};

// Little-endian ELF32 or ELF64; sums the sections that are loaded. kBadInput when it is not such a file.
Result<ElfSize> elf_size(const std::string& path);

}  // namespace apprentice::device
