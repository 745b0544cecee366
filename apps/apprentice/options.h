// SPDX-License-Identifier: Apache-2.0
// The options of one verb. A thin face of CLI11, whose header costs seconds in every file that includes it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "console.h"

namespace CLI {
class App;
}

namespace apprentice::cli {

// Leads the help of what takes some words only.
inline constexpr const char* kOneOf = "one of: ";

enum class Need { kOptional, kRequired };

// Values are written when the command line is parsed, so they must live until then.
class Options {
 public:
  explicit Options(CLI::App& app);
  // Without a dash.
  Options& positional(const std::string& name, std::string& value, const std::string& help,
                      Need need = Need::kRequired);
  Options& positional_choice(const std::string& name, std::string& value, const std::vector<std::string>& choices);
  Options& text(const std::string& name, std::string& value, const std::string& help, Need need = Need::kOptional);
  // May be given several times.
  Options& texts(const std::string& name, std::vector<std::string>& values, const std::string& help,
                 Need need = Need::kRequired);
  Options& choice(const std::string& name, std::string& value, const std::vector<std::string>& choices,
                  const std::string& help);
  Options& number(const std::string& name, int64_t& value, int64_t least, int64_t most, const std::string& help);
  Options& flag(const std::string& name, bool& value, const std::string& help);
  // --json: the figures as JSON.
  Options& json(Form& form);
  // A verb below this one, as in `apprentice package verify`, and whether the command line names this one.
  Options verb(const std::string& name, const std::string& summary);
  bool is_given() const;
  // The program whose verb this is.
  const CLI::App* program() const;
  // What the verb does, and an example.
  Options& about(const std::string& text);

 private:
  CLI::App& app_;
};

}  // namespace apprentice::cli
