// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "apprentice/base/nearest.h"

namespace apprentice::cli {
namespace {

// `shown` stands beside the name in the help.
CLI::Validator is_one_of(const std::vector<std::string>& choices, const std::string& shown = "") {
  const auto check = [choices](const std::string& given) -> std::string {
    if (std::find(choices.begin(), choices.end(), given) != choices.end()) return "";
    return fmt::format("there is no '{}'; {}", given, known_names("words", choices, given));
  };
  return CLI::Validator(check, shown);
}

}  // namespace

Options::Options(CLI::App& app) : app_(app) { app.get_formatter()->column_width(30); }

Options& Options::positional(const std::string& name, std::string& value, const std::string& help, Need need) {
  app_.add_option(name, value, help)->required(need == Need::kRequired);
  return *this;
}

Options& Options::positional_choice(const std::string& name, std::string& value,
                                    const std::vector<std::string>& choices) {
  app_.add_option(name, value, fmt::format("{}{}", kOneOf, fmt::join(choices, ", ")))
      ->required()
      ->check(is_one_of(choices));
  return *this;
}

Options& Options::text(const std::string& name, std::string& value, const std::string& help, Need need) {
  CLI::Option* option = app_.add_option(name, value, help)->required(need == Need::kRequired);
  if (!value.empty()) option->capture_default_str();
  return *this;
}

Options& Options::texts(const std::string& name, std::vector<std::string>& values, const std::string& help, Need need) {
  app_.add_option(name, values, help)->required(need == Need::kRequired);
  return *this;
}

Options& Options::choice(const std::string& name, std::string& value, const std::vector<std::string>& choices,
                         const std::string& help) {
  app_.add_option(name, value, help)->check(is_one_of(choices, fmt::format("{{{}}}", fmt::join(choices, ","))));
  return *this;
}

Options& Options::number(const std::string& name, int64_t& value, int64_t least, int64_t most,
                         const std::string& help) {
  app_.add_option(name, value, help)->check(CLI::Range(least, most).description(""))->capture_default_str();
  return *this;
}

Options& Options::flag(const std::string& name, bool& value, const std::string& help) {
  app_.add_flag(name, value, help);
  return *this;
}

Options& Options::json(Form& form) {
  app_.add_flag_callback(
      "--json", [&form] { form = Form::kJson; }, "as JSON (docs/formats/json_output.md)");
  return *this;
}

Options Options::verb(const std::string& name, const std::string& summary) {
  return Options(*app_.add_subcommand(name, summary));
}

bool Options::is_given() const { return app_.parsed(); }

const CLI::App* Options::program() const { return app_.get_parent(); }

Options& Options::about(const std::string& text) {
  app_.footer(text);
  return *this;
}

}  // namespace apprentice::cli
