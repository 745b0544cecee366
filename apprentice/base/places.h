// SPDX-License-Identifier: Apache-2.0
// Where the program lies, and which files of a folder are only left over.
#pragma once

#include <string>

namespace apprentice {

// The prefix that the running program lies in, "/usr" of /usr/bin/apprentice: what is installed with it lies below.
std::string program_prefix();
// Whether a file of this name is one that a FileWriter, or write_file, was writing when its program was killed.
bool is_temporary_name(const std::string& name);

}  // namespace apprentice
