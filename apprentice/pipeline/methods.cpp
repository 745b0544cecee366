// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/methods.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "apprentice/base/task_names.h"
#include "apprentice/base/toml_text.h"
#include "apprentice/losses/loss_kind.h"

namespace apprentice::pipeline {
namespace {

constexpr const char* kOption = "--methods";
constexpr const char* kJobMethod = "job";

std::vector<std::string> split_at(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(separator, start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::string slug_of(const std::string& name) {
  std::string slug = name;
  std::replace_if(
      slug.begin(), slug.end(),
      [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '=' && c != '.' && c != '-';
      },
      '-');
  return slug;
}

// Numbers, true and false stay as they are; anything else is a text.
std::string value_text(const std::string& text) {
  const bool bare = !text.empty() && text.find_first_not_of("0123456789+-.eE") == std::string::npos;
  return bare || text == "true" || text == "false" ? text : toml_text(text);
}

// "T=1,hard_weight=0" as the lines of a table.
Result<std::string> keys_text(const std::string& name, const std::string& keys) {
  std::string text;
  for (const std::string& key : split_at(keys, ',')) {
    const size_t equals = key.find('=');
    if (equals == std::string::npos || equals == 0) {
      return bad_input(kOption, "'{}' in '{}' has no value; expected key=value, as in kd:T=1,hard_weight=0", key, name);
    }
    text += fmt::format("{} = {}\n", key.substr(0, equals), value_text(key.substr(equals + 1)));
  }
  return text;
}

Status check_loss(const losses::LossKind& kind, const Job& job) {
  if (kind.task != job.task()) {
    return bad_input("", "loss '{}' is for {}, but the job's task is {}", kind.name, to_string(kind.task),
                     to_string(job.task()));
  }
  if (kind.needs_teacher && !job.has_teacher()) {
    return bad_input("", "loss '{}' learns from a teacher, but the job has neither [teacher] nor [teach]", kind.name);
  }
  return {};
}

Result<LossJob> read_loss(const std::string& name, const Job& job) {
  if (name == kJobMethod) return job.loss;
  const size_t colon = std::min(name.find(':'), name.size());
  std::string text = fmt::format("name = {}\n", toml_text(name.substr(0, colon)));
  if (colon < name.size()) {
    APPRENTICE_TRY(const std::string keys, keys_text(name, name.substr(colon + 1)));
    text += keys;
  }
  LossJob loss;
  APPRENTICE_TRY(Config table, Config::parse(text, kOption));
  table.read("name", loss.name);
  APPRENTICE_TRY(const losses::LossKind* kind, losses::known_loss_kind(loss.name, kOption));
  loss.keys = kind->keys.read(table);
  APPRENTICE_CHECK(table.finish());
  APPRENTICE_CHECK(check_loss(*kind, job));
  return loss;
}

bool is_control(const Method& method, const Job& job) {
  return job.task() == TaskKind::kClassification && method.loss.name == losses::label_only_loss(job.task());
}

std::vector<std::string> all_names(const Job& job) {
  std::vector<std::string> names = {kJobMethod};
  for (const losses::LossKind& kind : losses::loss_kinds()) {
    const bool takes_teacher = kind.needs_teacher || kind.task == TaskKind::kRegression;
    if (kind.task == job.task() && takes_teacher && kind.taps == losses::Taps::kNone) names.emplace_back(kind.name);
  }
  return names;
}

}  // namespace

std::vector<std::string> split_methods(const std::string& list) {
  std::vector<std::string> methods;
  for (const std::string& part : split_at(list, ',')) {
    const bool is_key = part.find('=') != std::string::npos && part.find(':') == std::string::npos;
    if (is_key && !methods.empty())
      methods.back() += "," + part;
    else
      methods.push_back(part);
  }
  return methods;
}

Result<Method> read_method(const std::string& name, const Job& job) {
  auto loss = read_loss(name, job);
  if (!loss) {
    // The text between is ours, so its lines and columns would tell the user nothing.
    return bad_input(fmt::format("{} {}", kOption, name), "{}", loss.error().message);
  }
  return Method{name, slug_of(name), std::move(*loss)};
}

Result<std::vector<Method>> read_methods(const std::vector<std::string>& names, const Job& job) {
  std::vector<Method> methods;
  std::set<std::string> slugs, losses;
  for (const std::string& name : names.empty() ? all_names(job) : names) {
    APPRENTICE_TRY(Method method, read_method(name, job));
    if (is_control(method, job)) continue;
    if (!losses.insert(to_json(method.loss).dump()).second) continue;
    if (!slugs.insert(method.slug).second) return bad_input(kOption, "'{}' stands twice", name);
    methods.push_back(std::move(method));
  }
  if (methods.empty()) {
    return bad_input(kOption,
                     "there is nothing to compare: name at least one loss beside labels alone; "
                     "'apprentice list losses' names them");
  }
  return methods;
}

}  // namespace apprentice::pipeline
