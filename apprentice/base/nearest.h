// SPDX-License-Identifier: Apache-2.0
// What someone may have meant who gave a name that is not known.
#pragma once

#include <string>
#include <vector>

namespace apprentice {

// The name that fewest slips of the hand lead to (a letter too much, too few, another, two swapped; case is none); ""
// where even that one has more slips than a third of its letters. Damerau 1964, restricted to adjacent swaps.
std::string nearest_name(const std::string& given, const std::vector<std::string>& names);

// "did you mean 'kd'? known losses: ce, dkd, kd"; only the list where nothing is near.
std::string known_names(const std::string& what, std::vector<std::string> names, const std::string& given);

}  // namespace apprentice
