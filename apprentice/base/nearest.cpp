// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/nearest.h"

#include <algorithm>
#include <cctype>

#include "apprentice/base/config.h"

namespace apprentice {
namespace {

constexpr size_t kLongest = 100;  // letters of a name that are looked at

std::string lower_case(const std::string& text) {
  std::string lower = text.substr(0, kLongest);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

}  // namespace

size_t slips_between(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> slips(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        slips[i][j] = i + j;
        continue;
      }
      const size_t other = slips[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      slips[i][j] = std::min({other, slips[i - 1][j] + 1, slips[i][j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) slips[i][j] = std::min(slips[i][j], slips[i - 2][j - 2] + 1);
    }
  }
  return slips[a.size()][b.size()];
}

std::string nearest_name(const std::string& given, const std::vector<std::string>& names) {
  const std::string wanted = lower_case(given);
  std::string nearest;
  size_t fewest = wanted.size();  // as many as letters: nothing is left of the name
  for (const std::string& name : names) {
    const size_t slips = slips_between(wanted, lower_case(name));
    if (slips >= fewest || slips > std::max<size_t>(1, name.size() / 3)) continue;
    fewest = slips;
    nearest = name;
  }
  return nearest;
}

std::string known_names(const std::string& what, std::vector<std::string> names, const std::string& given) {
  const std::string nearest = nearest_name(given, names);
  const std::string meant = nearest.empty() ? "" : "did you mean '" + nearest + "'? ";
  return meant + known_names(what, std::move(names));
}

}  // namespace apprentice
