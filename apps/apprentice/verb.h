// SPDX-License-Identifier: Apache-2.0
// A verb of the command line: it declares its options and gives back the action to run once they are parsed.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "apprentice/base/control.h"
#include "apprentice/base/error.h"
#include "console.h"

namespace apprentice::cli {

struct Session {
  Console& console;
  RunControl control;  // progress goes to the console; Ctrl-C sets its stop flag
};

using Action = std::function<Status(Session&)>;

#define APPRENTICE_VERB(name, engine, summary) Action declare_##name(CLI::App& app);
#include "verbs.def"
#undef APPRENTICE_VERB

}  // namespace apprentice::cli
