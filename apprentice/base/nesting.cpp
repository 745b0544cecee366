// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/nesting.h"

#include <vector>

namespace apprentice {
namespace {

// A text in three quotes may end with two more of its own.
size_t end_of_run(std::string_view text, size_t at, char quote) {
  while (at < text.size() && text[at] == quote) ++at;
  return at;
}

// The end of the text in quotes that starts at `at`, of one line or several; the end of the whole where it has none.
size_t end_of_quotes(std::string_view text, size_t at) {
  const char quote = text[at];
  const std::string_view three = text.substr(at, 3);
  const bool long_text = three.size() == 3 && three[1] == quote && three[2] == quote;
  const size_t length = long_text ? 3 : 1;
  for (size_t i = at + length; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"')
      ++i;
    else if (text[i] == '\n' && !long_text)
      return i;
    else if (text.compare(i, length, text.substr(at, length)) == 0)
      return long_text ? end_of_run(text, i, quote) : i + 1;
  }
  return text.size();
}

// Walks over what stands between quotes and comments. Dots are counted wherever they stand: those of numbers, too, of
// which there is one in a value.
class Levels {
 public:
  // False when `c` goes too deep.
  bool take(char c) {
    if (c == '.') ++parts_;
    if (c == '=') key_ = parts_;
    if (c == '[' || c == '{') {
      open_.push_back(key_ + 1);
      outside_ += key_ + 1;
      key_ = 0;
    }
    if ((c == ']' || c == '}') && !open_.empty()) {
      outside_ -= open_.back();
      open_.pop_back();
    }
    if (c == '=' || c == ',' || c == '\n' || c == '[' || c == '{' || c == ']' || c == '}') parts_ = 1;
    if (c == ',') key_ = 0;
    if (c == '\n' && open_.empty()) key_ = 0;
    return outside_ + parts_ <= kMostLevels;
  }

 private:
  std::vector<int> open_;  // levels that each open bracket added
  int outside_ = 0;        // their sum
  int parts_ = 1;          // of the key or number at hand
  int key_ = 0;            // parts of the key whose value is at hand
};

}  // namespace

size_t too_deep_in_toml(std::string_view text) {
  Levels levels;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '#') {
      i = text.find('\n', i);
      if (i == std::string_view::npos) break;
    }
    if (text[i] == '"' || text[i] == '\'') {
      i = end_of_quotes(text, i);
      continue;
    }
    if (!levels.take(text[i])) return i;
    ++i;
  }
  return std::string_view::npos;
}

size_t too_deep_in_json(std::string_view text) {
  int level = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\' ? 1 : 0;
    } else if (text[i] == '[' || text[i] == '{') {
      if (++level > kMostLevels) return i;
    } else if (text[i] == ']' || text[i] == '}') {
      --level;
    }
  }
  return std::string_view::npos;
}

}  // namespace apprentice
