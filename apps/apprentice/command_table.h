// SPDX-License-Identifier: Apache-2.0
// Every verb with its options as plain data, read from what the verbs declare: for completion and the manual page.
#pragma once

#include <string>
#include <vector>

namespace apprentice::cli {

struct OptionHelp {
  std::string name;   // "--run"; of a positional "TARGET"
  std::string value;  // "TEXT"; empty for flags
  std::string help;
  std::vector<std::string> choices;  // of a positional that takes only these
};

struct VerbHelp {
  std::string name, summary, about;
  std::vector<OptionHelp> positionals, options;
  std::vector<VerbHelp> verbs;  // below it: `verify` of `package`
};

std::string bash_completion(const std::vector<VerbHelp>& verbs);
std::string zsh_completion(const std::vector<VerbHelp>& verbs);
std::string fish_completion(const std::vector<VerbHelp>& verbs);
// roff, man(7).
std::string manual_page(const std::vector<VerbHelp>& verbs);

}  // namespace apprentice::cli
