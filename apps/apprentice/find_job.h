// SPDX-License-Identifier: Apache-2.0
// The job that is meant where none is named.
#pragma once

#include <string>

#include "apprentice/base/error.h"

namespace apprentice::cli {

// The folder itself where it is a run directory, else the one .toml file in it that is a job: it has a table [data].
// Refuses none, and several, which it names.
Result<std::string> find_job(const std::string& folder);

}  // namespace apprentice::cli
