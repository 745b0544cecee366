// SPDX-License-Identifier: Apache-2.0
// Ready-made front ends: chains of the stages of frontend/, by the names that the field has for them.
#pragma once

#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/model/frontend_spec.h"

namespace apprentice::families {

struct FrontendChain {
  const char* name;     // spectrum
  const char* summary;  // one line
  // The stages for frames of `length` steps; reads its own keys.
  std::vector<model::StageSpec> (*make)(Config& keys, int64_t length);
};
const std::vector<FrontendChain>& frontend_chains();

// The [frontend] table, or each of its [[frontend.part]]: `kind` names chains, `frame` and `hop` are counted in time
// steps (0: the whole window; half a frame). Raw samples are [channels, time]. Fills frames and stages; the caller
// fills what depends on the data, and calls finish(). Whether the stages fit is asked of frontend::Frontend.
Result<model::FrontendSpec> read_frontend(Config& table, const Shape& raw);

}  // namespace apprentice::families
