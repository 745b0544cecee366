// SPDX-License-Identifier: Apache-2.0
// How deeply a text of TOML (toml.io 1.0) or JSON (RFC 8259) nests, before anything builds it: what toml++ and
// nlohmann::json build is freed and printed by recursion, and a key of 40,000 parts would take more stack than there
// is.
#pragma once

#include <cstddef>
#include <string_view>

namespace apprentice {

// Tables, lists and parts of dotted keys inside each other, all together. Jobs need five, reports seven.
inline constexpr int kMostLevels = 64;

// Where the text first nests more deeply than kMostLevels; npos when it never does. Any bytes may be given.
size_t too_deep_in_toml(std::string_view text);
size_t too_deep_in_json(std::string_view text);

}  // namespace apprentice
