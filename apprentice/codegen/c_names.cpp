// SPDX-License-Identifier: Apache-2.0
// Template filling, and text from outside (net names, class names) made safe for C.
#include <algorithm>
#include <cmath>

#include "apprentice/codegen/source_text.h"

namespace apprentice::codegen {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

const std::string* find_hole(const Holes& holes, const std::string& name) {
  for (const auto& hole : holes) {
    if (hole.first == name) return &hole.second;
  }
  return nullptr;
}

}  // namespace

std::string fill(const char* text, const Holes& holes) {
  const std::string from = text;
  std::string result;
  size_t used = 0, position = 0;
  std::vector<std::string> seen;
  while (true) {
    size_t open = from.find("{{", position);
    if (open == std::string::npos) break;
    while (from.compare(open + 2, 1, "{") == 0) ++open;  // a brace of C before the hole
    const size_t close = from.find("}}", open);
    promise(close != std::string::npos, "every hole of a template is closed");
    const std::string name = from.substr(open + 2, close - open - 2);
    const std::string* value = find_hole(holes, name);
    promise(value != nullptr, "every hole of a template has a value");
    result += from.substr(position, open - position) + *value;
    if (std::find(seen.begin(), seen.end(), name) == seen.end()) {
      seen.push_back(name);
      ++used;
    }
    position = close + 2;
  }
  promise(used == holes.size(), "every value has its hole in the template");
  return result + from.substr(position);
}

Status check_prefix(const std::string& prefix) {
  bool good = !prefix.empty() && prefix.size() <= kLongestPrefix && is_lower(prefix[0]);
  for (const char c : prefix) good = good && (is_lower(c) || is_digit(c) || c == '_');
  if (!good) {
    return bad_input("prefix", "'{}' cannot lead C names; expected [a-z][a-z0-9_]*, at most {} characters", prefix,
                     kLongestPrefix);
  }
  const std::string taken = why_taken(prefix);
  if (taken.empty()) return {};
  return bad_input("prefix", "'{}' {}; expected another name, as '{}'", prefix, taken, safe_prefix(prefix));
}

std::string safe_prefix(const std::string& name) {
  std::string prefix;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    prefix += is_lower(lower) || is_digit(lower) ? lower : '_';
  }
  const bool free = !prefix.empty() && is_lower(prefix[0]) && why_taken(prefix).empty();
  prefix = (free ? prefix : "net_" + prefix).substr(0, kLongestPrefix);
  return why_taken(prefix).empty() ? prefix : prefix.substr(0, kLongestPrefix - 4) + "_net";
}

std::string upper_case(const std::string& text) {
  std::string result = text;
  for (char& c : result) {
    if (is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string c_string(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    // '?' is escaped because of trigraphs.
    if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '?') {
      result += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string c_comment(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool ends_comment = c == '/' && !result.empty() && result.back() == '*';
    const bool opens_comment = c == '*' && !result.empty() && result.back() == '/';
    result += c < ' ' || c > '~' || c == '\\' || c == '?' || ends_comment || opens_comment ? '_' : c;
  }
  return result;
}

std::string c_float(float value) {
  promise(std::isfinite(value), "numbers in generated C are finite");
  std::string text = fmt::format("{:.9g}", double{value});
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "F";
}

}  // namespace apprentice::codegen
