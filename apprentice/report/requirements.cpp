// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/requirements.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>

#include "apprentice/base/nearest.h"

namespace apprentice::report {
namespace {

using Json = nlohmann::ordered_json;
using Figures = std::map<std::string, double>;

constexpr const char* kPlace = "--require";

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

Result<Requirement> parse_one(const std::string& text) {
  const size_t at = text.find_first_of("<>");
  const auto refusal = [&] {
    return bad_input(kPlace, "'{}' is no requirement; expected a name, >=, <=, > or <, and a number: accuracy>=0.9",
                     text);
  };
  if (at == std::string::npos) return refusal();
  const bool equal = at + 1 < text.size() && text[at + 1] == '=';
  const std::string number = trimmed(text.substr(at + (equal ? 2 : 1)));
  char* end = nullptr;
  Requirement requirement{trimmed(text.substr(0, at)), Comparison::kAtLeast, std::strtod(number.c_str(), &end), text};
  if (requirement.name.empty() || number.empty() || *end != '\0' || !std::isfinite(requirement.bound)) return refusal();
  if (text[at] == '>')
    requirement.comparison = equal ? Comparison::kAtLeast : Comparison::kMore;
  else
    requirement.comparison = equal ? Comparison::kAtMost : Comparison::kLess;
  return requirement;
}

// Numbers of a table and of the tables in it; estimates by their value. What is no number is not finite.
void take_numbers(const Json& table, const std::string& prefix, Figures& figures) {
  for (const auto& [key, value] : table.items()) {
    if (value.is_number()) figures.emplace(prefix + key, value.get<double>());
    if (value.is_null()) figures.emplace(prefix + key, std::numeric_limits<double>::quiet_NaN());
    if (!value.is_object()) continue;
    if (value.contains("value") && value["value"].is_number())
      figures.emplace(prefix + key, value["value"].get<double>());
    else
      take_numbers(value, prefix, figures);
  }
}

std::string shipped_role(const Json& report) {
  const auto choice = report.find("choice");
  return choice == report.end() ? "student_int8" : choice->value("ships", "student_int8");
}

// "accuracy" of the model that ships, "teacher.accuracy" of another one, "gain", "gain.low".
Figures figures_of(const Json& report) {
  Figures figures;
  for (const Json& model : report.value("models", Json::array())) {
    const std::string role = model.value("role", "");
    take_numbers(model, role + ".", figures);
    if (role == shipped_role(report)) take_numbers(model, "", figures);
  }
  const Json gains = report.value("gains", Json::array());
  if (gains.empty()) return figures;
  for (const char* bound : {"low", "high"}) take_numbers({{bound, gains[0].value(bound, Json())}}, "gain.", figures);
  take_numbers({{"gain", gains[0].value("mean", Json())}}, "", figures);
  return figures;
}

bool is_met(const Requirement& requirement, double value) {
  switch (requirement.comparison) {
    case Comparison::kAtLeast: return value >= requirement.bound;
    case Comparison::kAtMost: return value <= requirement.bound;
    case Comparison::kMore: return value > requirement.bound;
    case Comparison::kLess: return value < requirement.bound;
  }
  return false;
}

}  // namespace

Result<std::vector<Requirement>> parse_requirements(const std::string& text) {
  std::vector<Requirement> requirements;
  for (size_t first = 0; first <= text.size();) {
    const size_t comma = std::min(text.find(',', first), text.size());
    APPRENTICE_TRY(requirements.emplace_back(), parse_one(trimmed(text.substr(first, comma - first))));
    first = comma + 1;
  }
  return requirements;
}

Result<std::vector<std::string>> unmet_requirements(const std::vector<Requirement>& requirements, const Json& report) {
  const Figures figures = figures_of(report);
  std::vector<std::string> names, unmet;
  for (const auto& [name, value] : figures) names.push_back(name);
  for (const Requirement& requirement : requirements) {
    const auto found = figures.find(requirement.name);
    if (found == figures.end()) {
      return bad_input(kPlace, "the report has no figure '{}'; {}", requirement.name,
                       known_names("figures", names, requirement.name));
    }
    if (is_met(requirement, found->second)) continue;
    unmet.push_back(fmt::format("{} is {:.6g}, required is {}", requirement.name, found->second, requirement.text));
  }
  return unmet;
}

}  // namespace apprentice::report
