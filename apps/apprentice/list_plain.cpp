// SPDX-License-Identifier: Apache-2.0
// The program without libtorch hands these topics to the engine before it parses its command line.
#include "apprentice/base/error.h"
#include "list_torch.h"

namespace apprentice::cli {

std::vector<std::pair<std::string, std::string>> torch_rows(const std::string&) {
  throw BrokenPromise("list: this topic belongs to the engine");
}

std::string markdown_of(const std::string&) { return ""; }

std::string engine_version() { return ""; }

}  // namespace apprentice::cli
