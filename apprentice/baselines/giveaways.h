// SPDX-License-Identifier: Apache-2.0
// Inputs that give the answer away, and samples of two sides that are nearly one: what makes figures too good to be
// true once the device runs. Sentences for people; nothing is refused.
#pragma once

#include <string>
#include <vector>

#include "apprentice/baselines/baseline.h"

namespace apprentice::baselines {

// Of rows of a table and of windows, channel by channel (a picture has none):
// - counters: a channel that never falls from sample to sample, over all data or inside every group (an index, a
//   timestamp, a cycle number);
// - flags: a channel of two values, one of which only one class has;
// - the one channel without which boosted trees lose nearly all that they know.
// Each with what boosted trees reach on the validation split with all channels and without that one.
Result<std::vector<std::string>> find_giveaways(const data::Splits& splits, const BaselineOptions& options,
                                                const RunControl& control);

// Samples of the validation and the test split that are training samples, too, value for value; and neighbours in the
// data that are nearly alike but lie on different sides, as when the stretches of a recording were shared out.
std::vector<std::string> find_shared_samples(const data::Splits& splits);

}  // namespace apprentice::baselines
