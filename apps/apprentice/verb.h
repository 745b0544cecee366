// SPDX-License-Identifier: Apache-2.0
// A verb of the command line: it declares its options and gives back the action to run once they are parsed.
#pragma once

#include <functional>
#include <memory>

#include "apprentice/base/control.h"
#include "apprentice/base/error.h"
#include "console.h"
#include "options.h"

namespace apprentice::cli {

// Whether what was required of the results holds.
enum class Gate { kNone, kPassed, kFailed };

struct Session {
  Console& console;
  RunControl control;  // progress goes to the console; Ctrl-C sets its stop flag
  Gate gate = Gate::kNone;
};

using Action = std::function<Status(Session&)>;

#define APPRENTICE_VERB(name, engine, summary) Action declare_##name(Options options);
#include "verbs.def"
#undef APPRENTICE_VERB

}  // namespace apprentice::cli
