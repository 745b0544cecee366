// SPDX-License-Identifier: Apache-2.0
// The rows of the table, and what they share. Internal to frontend/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apprentice/frontend/stage.h"

namespace apprentice::frontend {

inline constexpr double kTurn = 6.283185307179586;

namespace rows {
#define APPRENTICE_STAGE(name) StageKind name();
#include "apprentice/frontend/kinds.def"
#undef APPRENTICE_STAGE
}  // namespace rows

// Values of keys that have been checked.
double number_of(const model::StageSpec& spec, const char* key);
int64_t whole_number_of(const model::StageSpec& spec, const char* key);
const std::string& word_of(const model::StageSpec& spec, const char* key);

// A frame lies in scratch as int16 where all values fit, as int32 otherwise.
inline bool fits_int16(const FrameInfo& info) { return info.bits <= 16; }

// A raw value as the first stage reads it: round half to even of (x - mean) * scale in float32, clamped; NaN gives 0.
int16_t quantize_sample(float x, float mean, float scale);

// By how many bits all values may be shifted to the left and still fit int16: 0 to 15; they fit it.
int room_of(const std::vector<int32_t>& values);

// round half to even of value * 2^15, at most 32767.
int16_t to_q15(double value);

// "static const int16_t name[3] APPRENTICE_ALIGNED = {...};"
std::string table_text(const std::string& type, const std::string& name, const std::vector<int64_t>& values);

}  // namespace apprentice::frontend
