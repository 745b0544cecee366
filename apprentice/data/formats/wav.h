// SPDX-License-Identifier: Apache-2.0
// WAV (RIFF, PCM integers or IEEE floats) through libsndfile. docs/formats/wav.md
#pragma once

#include <string>
#include <string_view>

#include "apprentice/data/source.h"

namespace apprentice::data {

// Rows of [channels] with the numbers as stored: 16-bit samples lie in -32768..32767, floats as they are.
// Refused: other encodings (by name), files cut short, more frames than bytes.
Result<Source> parse_wav(std::string_view bytes, const std::string& path);
Result<Source> read_wav_source(const std::string& path);
// Refuses `more` where it was sampled at another rate than what `source` holds.
Status check_same_rate(const Source& source, const Source& more);

}  // namespace apprentice::data
