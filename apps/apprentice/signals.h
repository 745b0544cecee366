// SPDX-License-Identifier: Apache-2.0
// Ctrl-C: the first one asks the work to stop where it can resume, the second one kills.
#pragma once

#include <atomic>

namespace apprentice::cli {

// Also makes a file that outgrows its limit, or a closed pipe, an error of write() instead of a death.
void install_signal_handlers();
const std::atomic<bool>& stop_flag();

}  // namespace apprentice::cli
