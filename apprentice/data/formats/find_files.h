// SPDX-License-Identifier: Apache-2.0
// Which files a path of a job names: one file, a pattern, or all of one kind in a folder.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice::data {

bool is_folder(const std::string& path);

// The files that `path` names, in the order of their paths. Any part of it may hold * (which stands for any
// characters); a folder stands for all files in it and below that end in `ending` (".wav", in any case; "" = no
// folders). Names that start with a dot are left out. Errors: nothing found, and names that are not UTF-8.
Result<std::vector<std::string>> find_files(const std::string& path, const std::string& ending);

}  // namespace apprentice::data
