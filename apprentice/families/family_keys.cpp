// SPDX-License-Identifier: Apache-2.0
#include "apprentice/families/family_keys.h"

namespace apprentice::families {

std::array<int64_t, 2> read_pair(Config& options, const std::string& key, std::array<int64_t, 2> value, int64_t least) {
  const bool square = value[0] == value[1];
  using Json = nlohmann::ordered_json;
  const Json json = options.read_any(key, square ? Json(value[0]) : Json(value));
  if (json.is_number_integer()) {
    value = {json.get<int64_t>(), json.get<int64_t>()};
  } else if (json.is_array() && json.size() == 2 && json[0].is_number_integer() && json[1].is_number_integer()) {
    value = {json[0].get<int64_t>(), json[1].get<int64_t>()};
  } else {
    options.reject(key, fmt::format("{} is {}; expected an integer or [height, width]", key, json.dump()));
    return {least, least};
  }
  for (int64_t size : value) {
    if (size >= least && size <= 1024) continue;
    options.reject(key, fmt::format("{} holds {}; possible are {} to 1024", key, size, least));
    return {least, least};
  }
  return value;
}

Status needs_rank(const Config& options, const char* family, const Shape& input_shape, size_t least, size_t most) {
  static const char* const kRankNames[] = {"", "vectors [features]", "windows [channels, time]",
                                           "images [channels, height, width]"};
  if (input_shape.size() >= least && input_shape.size() <= most) return {};
  std::string expected = kRankNames[least];
  if (most > least) expected += std::string(" to ") + kRankNames[most];
  return bad_input(options.place("family"), "family '{}' needs {}; the samples here are {}", family, expected,
                   to_string(input_shape));
}

}  // namespace apprentice::families
