// SPDX-License-Identifier: Apache-2.0
// The views of the full data as one device sees them.
#pragma once

#include <memory>

#include "apprentice/data/relevance.h"
#include "apprentice/views/views.h"

namespace apprentice::views {

// Augments the full sample, as the teacher sees it, and reduces it then: the teacher answers what the student is shown.
// Refuses views that mix in samples which the device drops: it has no label for them.
Result<std::shared_ptr<const Views>> make_relevant_views(std::shared_ptr<const Views> full,
                                                         std::shared_ptr<const data::RelevantDataset> part);

}  // namespace apprentice::views
