// SPDX-License-Identifier: Apache-2.0
// Verbs on a hall: the same steps, for several devices at once.
#pragma once

#include "apprentice/pipeline/check.h"
#include "apprentice/pipeline/hall.h"
#include "target.h"

namespace apprentice::cli {

// As run_until(), for a job with [[device]].
Result<Hall> run_hall_until(const Job& job, const Target& target, const std::string& last, Session& session);

// The report's table and where its page lies, or hall.json.
Status show_hall(const Hall& hall, Form form, Console& console);

// Runs up to `step` and prints `made` of each device's run directory.
Status hall_step_verb(const Job& job, const Target& target, const std::string& step, const std::string& made,
                      Session& session);

// What check finds, the hall first and then each device; as text, or one JSON object.
Status check_hall_verb(const Job& job, const Target& target, Form form, Session& session);

}  // namespace apprentice::cli
