// SPDX-License-Identifier: Apache-2.0
// The verbs whose last step is the report: distill and report.
#pragma once

#include "verb.h"

namespace apprentice::cli {

// Runs the whole chain, shows the report, and holds it against --require.
Action declare_report_chain(Options options, const std::string& description);

}  // namespace apprentice::cli
