// SPDX-License-Identifier: Apache-2.0
// What kind of answer a network gives.
#pragma once

namespace apprentice {

enum class TaskKind { kClassification, kRegression };

}  // namespace apprentice
