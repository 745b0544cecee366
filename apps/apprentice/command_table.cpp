// SPDX-License-Identifier: Apache-2.0
#include "command_table.h"

#include <fmt/format.h>

#include <sstream>

namespace apprentice::cli {
namespace {

constexpr const char* kDevices = "apprentice list devices 2>/dev/null | cut -d' ' -f1";

std::string join_names(const std::vector<OptionHelp>& options) {
  std::string names;
  for (const OptionHelp& option : options) names += (names.empty() ? "" : " ") + option.name;
  return names;
}

// Between single quotes of a shell.
std::string in_quotes(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// In a description of zsh's _arguments, these end it.
std::string escaped_for_zsh(const std::string& text) {
  std::string out;
  for (const char c : text) out += (c == '[' || c == ']' || c == ':' || c == '\\' ? "\\" : "") + std::string(1, c);
  return out;
}

// A backslash starts an escape, a line that begins with a dot or a quote a request.
std::string roff(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && (line[0] == '.' || line[0] == '\'')) out += "\\&";
    for (const char c : line) out += c == '\\' ? std::string("\\e") : c == '-' ? std::string("\\-") : std::string(1, c);
    out += "\n";
  }
  return out;
}

// Its own, and those of the verbs below it.
std::vector<OptionHelp> options_of(const VerbHelp& verb) {
  std::vector<OptionHelp> options = verb.options;
  for (const VerbHelp& below : verb.verbs) {
    for (const OptionHelp& option : below.options) {
      if (option.name != "--help") options.push_back(option);
    }
  }
  return options;
}

std::string names_below(const VerbHelp& verb) {
  std::string names;
  for (const VerbHelp& below : verb.verbs) names += (names.empty() ? "" : " ") + below.name;
  return names;
}

std::vector<std::string> choices_of(const VerbHelp& verb) {
  return verb.positionals.empty() ? std::vector<std::string>{} : verb.positionals.front().choices;
}

std::string bash_case(const VerbHelp& verb) {
  return fmt::format("    {}) options={}; words={}; verbs={} ;;\n", verb.name, in_quotes(join_names(options_of(verb))),
                     in_quotes(fmt::format("{}", fmt::join(choices_of(verb), " "))), in_quotes(names_below(verb)));
}

std::string zsh_case(const VerbHelp& verb) {
  std::string text = fmt::format("    {})\n      _arguments", verb.name);
  for (const OptionHelp& option : options_of(verb)) {
    std::string action = option.value.empty() ? "" : ":" + option.value + ":_files";
    if (option.name == "--device") action = ":device:($(" + std::string(kDevices) + "))";
    // $(...) of the devices is for the shell, which quotes would hide.
    text += " \\\n        " + in_quotes(option.name + "[" + escaped_for_zsh(option.help) + "]") +
            (option.name == "--device" ? "\"" + action + "\"" : in_quotes(action));
  }
  const std::string words = fmt::format("{}", fmt::join(choices_of(verb), " "));
  if (!verb.verbs.empty()) text += " \\\n        " + in_quotes("::verb:(" + names_below(verb) + ")");
  text += " \\\n        " + in_quotes("*:" + (words.empty() ? std::string("file:_files") : "word:(" + words + ")"));
  return text + "\n      ;;\n";
}

std::string manual_options(const std::vector<OptionHelp>& options) {
  std::string text;
  for (const OptionHelp& option : options) {
    text += ".TP\n.B " + roff(option.name + (option.value.empty() ? "" : " " + option.value));
    text += roff(option.help);
  }
  return text;
}

std::string manual_section(const VerbHelp& verb, const std::string& above) {
  const std::string command = above + " " + verb.name;
  std::string line = command;
  for (const OptionHelp& positional : verb.positionals) line += " " + positional.name;
  std::string text = ".SS " + roff(line) + roff(verb.summary) + ".PP\n.nf\n" + roff(verb.about) + ".fi\n" +
                     manual_options(verb.positionals) + manual_options(verb.options);
  for (const VerbHelp& below : verb.verbs) text += manual_section(below, command);
  return text;
}

}  // namespace

std::string bash_completion(const std::vector<VerbHelp>& verbs) {
  std::string names, cases;
  for (const VerbHelp& verb : verbs) {
    names += (names.empty() ? "" : " ") + verb.name;
    cases += bash_case(verb);
  }
  return "# bash completion of apprentice; made by: apprentice completion bash\n_apprentice() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} options= words= verbs=\n  COMPREPLY=()\n"
         "  if [ \"$COMP_CWORD\" = 1 ]; then\n    mapfile -t COMPREPLY < <(compgen -W " +
         in_quotes(names + " --help --version") + " -- \"$word\")\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n" +
         cases + "  esac\n  if [ \"${COMP_WORDS[COMP_CWORD - 1]}\" = --device ]; then\n    words=$(" + kDevices +
         ")\n  elif [[ $word == -* ]]; then\n    words=$options\n  fi\n  if [ -n \"$words\" ]; then\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n  else\n"
         "    mapfile -t COMPREPLY < <(compgen -f -W \"$verbs\" -- \"$word\")\n  fi\n}\n"
         "complete -o filenames -F _apprentice apprentice\n";
}

std::string zsh_completion(const std::vector<VerbHelp>& verbs) {
  std::string names, cases;
  for (const VerbHelp& verb : verbs) {
    names += "    " + in_quotes(verb.name + ":" + escaped_for_zsh(verb.summary)) + "\n";
    cases += zsh_case(verb);
  }
  return "#compdef apprentice\n# made by: apprentice completion zsh\n_apprentice() {\n  local -a verbs\n  verbs=(\n" +
         names +
         "  )\n  if (( CURRENT == 2 )); then\n    _describe verb verbs\n    return\n  fi\n  local verb=$words[2]\n"
         "  shift words\n  (( CURRENT-- ))\n  case $verb in\n" +
         cases +
         "  esac\n}\nif [ \"$funcstack[1]\" = _apprentice ]; then\n  _apprentice \"$@\"\nelse\n"
         "  compdef _apprentice apprentice\nfi\n";
}

std::string fish_completion(const std::vector<VerbHelp>& verbs) {
  std::string text = "# fish completion of apprentice; made by: apprentice completion fish\n";
  const std::string head = "complete -c apprentice -n ";
  for (const VerbHelp& verb : verbs) {
    text += head + "__fish_use_subcommand -f -a " + verb.name + " -d " + in_quotes(verb.summary) + "\n";
  }
  for (const VerbHelp& verb : verbs) {
    const std::string when = head + "'__fish_seen_subcommand_from " + verb.name + "' ";
    const std::vector<std::string> choices = choices_of(verb);
    if (!choices.empty()) text += when + "-f -a " + in_quotes(fmt::format("{}", fmt::join(choices, " "))) + "\n";
    for (const VerbHelp& below : verb.verbs)
      text += when + "-a " + below.name + " -d " + in_quotes(below.summary) + "\n";
    for (const OptionHelp& option : options_of(verb)) {
      text +=
          when + "-l " + option.name.substr(2) + (option.value.empty() ? "" : " -r") + " -d " + in_quotes(option.help);
      if (option.name == "--device") text += " -f -a \"(" + std::string(kDevices) + ")\"";
      text += "\n";
    }
  }
  return text;
}

std::string manual_page(const std::vector<VerbHelp>& verbs) {
  std::string text = ".\\\" made by: apprentice completion man\n.TH APPRENTICE 1 \"\" \"apprentice " APPRENTICE_VERSION
                     "\" \"User Commands\"\n.SH NAME\napprentice \\- turns a large model into a small one, proven on a "
                     "microcontroller\n.SH SYNOPSIS\n.B apprentice\n.I VERB\n[options]\n.SH VERBS\n";
  for (const VerbHelp& verb : verbs) text += manual_section(verb, "apprentice");
  return text +
         ".SH EXIT STATUS\n.TP\n.B 0\ndone\n.TP\n.B 1\ninternal error\n.TP\n.B 2\nbad input, over budget, missing "
         "tool, input or output\n.TP\n.B 3\ndone, but the results are not as \\-\\-require asks\n.TP\n.B 130\n"
         "interrupted; the same command goes on\n";
}

}  // namespace apprentice::cli
