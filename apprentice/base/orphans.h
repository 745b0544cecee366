// SPDX-License-Identifier: Apache-2.0
// Programs that were started end with this one, also when it is killed: a guard outlives it, which kills what is left.
// Internal to base/; spawn.cpp uses it.
#pragma once

#include <sys/types.h>

namespace apprentice {

// The guard is told of a process group that was started, or that has ended. Any thread. Where no guard can be started,
// nothing happens.
void guard_group(pid_t group);
void release_group(pid_t group);

}  // namespace apprentice
