// SPDX-License-Identifier: Apache-2.0
#include "list_torch.h"
#include "verb.h"

namespace apprentice::cli {

Action declare_version(Options options) {
  options.about("Example: apprentice version");
  return [](Session& session) -> Status {
    session.console.result("apprentice " APPRENTICE_VERSION + engine_version() + "\n");
    return {};
  };
}

}  // namespace apprentice::cli
