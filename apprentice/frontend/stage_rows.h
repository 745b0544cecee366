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

// As many raw values as there are `values`, as the first stage reads them: round half to even of (x - mean) * scale in
// float32, clamped; NaN gives 0.
void quantize_samples(const float* samples, float mean, float scale, std::vector<int16_t>& values);

// Of value > 0: 0 of 1, 1 of 2 and 3, and so on.
inline int highest_bit(uint64_t value) { return 63 - __builtin_clzll(value); }

// By how many bits all values may be shifted to the left and still fit int16: 0 to 15; they fit it.
int room_of(const std::vector<int32_t>& values);

// (value + half of 2^bits) >> bits; bits > 0.
inline int64_t rounded_shift(int64_t value, int bits) { return (value + (int64_t{1} << (bits - 1))) >> bits; }

// round half to even of value * 2^15, at most 32767.
int16_t to_q15(double value);

// "static const int16_t name[3] APPRENTICE_ALIGNED = {...};"
std::string table_text(const std::string& name, const std::vector<int16_t>& values);
std::string table_text(const std::string& name, const std::vector<uint16_t>& values);

}  // namespace apprentice::frontend
