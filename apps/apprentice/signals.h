// SPDX-License-Identifier: Apache-2.0
// What the system does to a program while it works. Ctrl-C, or a terminal that hangs up: the first one asks the work to
// stop where it can resume, the second one kills.
#pragma once

#include <atomic>

namespace apprentice::cli {

// A death by a fault tells how to resume. Also makes a file that outgrows its limit, or a closed pipe, an error of
// write() instead of a death.
void install_signal_handlers();
const std::atomic<bool>& stop_flag();

// Descriptors 0 to 2 that the caller has closed: else the next file that is opened, such as a lock or a model, would be
// standard output, and results would be written into it. Writing to one of them still fails.
void occupy_standard_descriptors();

}  // namespace apprentice::cli
