// SPDX-License-Identifier: Apache-2.0
// What someone may have meant who gave a name that is not known.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace apprentice {

// How many slips of the hand make one text of the other: a letter too much, too few, another, two neighbours swapped
// (Damerau 1964, each letter in one swap at most). Takes time as the product of the lengths.
size_t slips_between(const std::string& a, const std::string& b);

// The name that fewest slips lead to, where case is none; "" where even that one has more than a third of its letters.
std::string nearest_name(const std::string& given, const std::vector<std::string>& names);

// "did you mean 'kd'? known losses: ce, dkd, kd"; only the list where nothing is near.
std::string known_names(const std::string& what, std::vector<std::string> names, const std::string& given);

}  // namespace apprentice
