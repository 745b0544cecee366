// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "command_table.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

std::vector<std::string> choices_in(const std::string& help) {
  const std::string mark = kOneOf;
  std::vector<std::string> choices;
  if (help.rfind(mark, 0) != 0) return choices;
  for (size_t first = mark.size(); first < help.size();) {
    const size_t end = std::min(help.find(", ", first), help.size());
    choices.push_back(help.substr(first, end - first));
    first = end + 2;
  }
  return choices;
}

std::vector<VerbHelp> verbs_of(const CLI::App& above);

VerbHelp help_of(const CLI::App& verb) {
  VerbHelp help{verb.get_name(), verb.get_description(), verb.get_footer(), {}, {}, verbs_of(verb)};
  for (const CLI::Option* option : verb.get_options()) {
    const std::string text = option->get_description();
    const bool flag = option->get_expected_max() == 0;
    OptionHelp entry{option->get_name(), flag ? "" : option->get_type_name(), text, choices_in(text)};
    if (option->get_positional()) {
      help.positionals.push_back(std::move(entry));
    } else {
      entry.name = "--" + option->get_lnames().front();
      help.options.push_back(std::move(entry));
    }
  }
  return help;
}

std::vector<VerbHelp> verbs_of(const CLI::App& above) {
  std::vector<VerbHelp> verbs;
  for (const CLI::App* verb : above.get_subcommands([](const CLI::App*) { return true; }))
    verbs.push_back(help_of(*verb));
  return verbs;
}

}  // namespace

Action declare_completion(Options options) {
  const auto shell = std::make_shared<std::string>();
  options.positional_choice("SHELL", *shell, {"bash", "zsh", "fish", "man"});
  options.about(
      "Prints what the shell needs to complete verbs, options and devices; `man` prints the manual page.\n"
      "bash: apprentice completion bash > ~/.local/share/bash-completion/completions/apprentice\n"
      "zsh:  apprentice completion zsh > \"${fpath[1]}/_apprentice\"\n"
      "fish: apprentice completion fish > ~/.config/fish/completions/apprentice.fish\n"
      "Example: apprentice completion bash");
  const CLI::App* program = options.program();
  return [shell, program](Session& session) -> Status {
    const std::vector<VerbHelp> verbs = verbs_of(*program);
    session.console.result(*shell == "bash"   ? bash_completion(verbs)
                           : *shell == "zsh"  ? zsh_completion(verbs)
                           : *shell == "fish" ? fish_completion(verbs)
                                              : manual_page(verbs));
    return {};
  };
}

}  // namespace apprentice::cli
