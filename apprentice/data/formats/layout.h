// SPDX-License-Identifier: Apache-2.0
// Arrays as a Source: the first axis counts rows, the others are the shape of one sample.
#pragma once

#include <string>
#include <vector>

#include "apprentice/data/formats/npy.h"
#include "apprentice/data/source.h"

namespace apprentice::data {

enum class Layout { kChannelsFirst, kChannelsLast };

// One segment of `array.shape[0]` rows. kChannelsLast moves the last axis of each row to the front ([time, channels]
// or [height, width, channels]). uint8 stays as it is; everything else becomes float32, which must hold it; `gaps` says
// what becomes of rows that are not finite.
Result<Source> rows_of(const NpyArray& array, const std::string& path, Layout layout, Gaps gaps = Gaps::kRefuse);

// One recording as rows of [channels]: from [time] or [time, channels], or [channels, time] when `transposed`.
Result<Source> recording_of(NpyArray array, const std::string& path, bool transposed);

// Matrices [samples, time], one per channel, as one Source with rows of shape [channels, time].
Result<Source> join_channels(const std::vector<Source>& channels);

// Gives the channels names; the count must fit.
Status name_channels(Source& source, const std::vector<std::string>& names);

}  // namespace apprentice::data
