// SPDX-License-Identifier: Apache-2.0
// The program `apprentice`: finds the verb, runs it, turns its error into one line and an exit code.
// Exit codes: 0 done; 1 internal error; 2 bad input, over budget, missing tool, input or output; 3 done, but the
// results are not as --require asks; 130 interrupted.
#include <CLI/CLI.hpp>
#include <exception>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apprentice/base/files.h"
#include "apprentice/base/heap.h"
#include "apprentice/base/nearest.h"
#include "apprentice/base/utf8.h"
#include "engine.h"
#include "signals.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

constexpr int kInternalError = 1, kBadInput = 2, kNotMet = 3, kInterrupted = 130;

struct VerbRow {
  const char* name;
  Engine engine;
  const char* summary;
  Action (*declare)(Options options);  // null where this program cannot run the verb
};

#ifdef APPRENTICE_ENGINE
#define APPRENTICE_DECLARE_kTorch(name) declare_##name
#else
#define APPRENTICE_DECLARE_kTorch(name) nullptr
#endif
#define APPRENTICE_DECLARE_kPlain(name) declare_##name

const std::vector<VerbRow>& verb_rows() {
  static const std::vector<VerbRow> kRows = {
#define APPRENTICE_VERB(name, engine, summary) {#name, Engine::engine, summary, APPRENTICE_DECLARE_##engine(name)},
#include "verbs.def"
#undef APPRENTICE_VERB
  };
  return kRows;
}

const VerbRow* find_verb(const std::string& name) {
  for (const VerbRow& row : verb_rows()) {
    if (name == row.name) return &row;
  }
  return nullptr;
}

int run(const Action& action, Console& console) {
  RunControl control;
  control.stop = &stop_flag();
  control.on_progress = [&](const Progress& progress) { console.progress(progress); };
  Session session{console, control};
  Status status = action(session);
  if (status) status = console.output_status();
  if (status) return session.gate == Gate::kFailed ? kNotMet : 0;
  if (status.error().kind == ErrorKind::kInterrupted) {
    console.note("apprentice: " + status.error().text());
    return kInterrupted;
  }
  console.error(status.error().text());
  return kBadInput;
}

std::vector<std::string> verb_names() {
  std::vector<std::string> names;
  for (const VerbRow& row : verb_rows()) names.emplace_back(row.name);
  return names;
}

std::string maybe(const std::string& nearest) { return nearest.empty() ? "" : "did you mean '" + nearest + "'? "; }

// "chekc", or a file where a verb belongs.
std::string unknown_verb(const std::string& word) {
  const std::string nearest = nearest_name(word, verb_names());
  if (nearest.empty() && file_exists(word)) {
    return fmt::format(
        "'{}' is a file, no verb; apprentice distill {} runs the whole chain, apprentice --help lists "
        "all verbs",
        word, word);
  }
  return fmt::format("unknown verb '{}'; {}apprentice --help lists all verbs", word, maybe(nearest));
}

// The verb that the command line ends in, which may lie below another one.
const CLI::App& innermost(const CLI::App& app) {
  const std::vector<CLI::App*> below = app.get_subcommands();
  return below.empty() ? app : innermost(*below.front());
}

// "apprentice package verify"
std::string command_of(const CLI::App& app) {
  return (app.get_parent() == nullptr ? "" : command_of(*app.get_parent()) + " ") + app.get_name();
}

// What a verb was given that it does not know.
std::string unknown_option(const CLI::App& verb, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const std::string option = word.substr(0, word.find('='));
  const bool dashed = word.rfind("-", 0) == 0;
  return fmt::format("{} takes no {} '{}'; {}see {} --help", command_of(verb), dashed ? "option" : "argument", option,
                     maybe(dashed ? nearest_name(option, names) : ""), command_of(verb));
}

std::string sentence_of(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& verb = innermost(app);
  const std::vector<std::string> extra = app.remaining(/*recurse=*/true);
  const bool is_extra = &verb != &app && dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extra.empty();
  if (is_extra) return unknown_option(verb, extra.front());
  return fmt::format("{}; see {} --help", error.what(), command_of(verb));
}

// Help goes to stdout with exit code 0; a wrong command line is bad input.
int explain_parse(const CLI::App& app, const CLI::ParseError& error, Console& console) {
  if (error.get_exit_code() == 0) {
    std::ostringstream text;
    app.exit(error, text);
    console.result(text.str());
    const Status shown = console.output_status();
    if (shown) return 0;
    console.error(shown.error().text());
    return kBadInput;
  }
  console.error(sentence_of(app, error));
  return kBadInput;
}

int parse_and_run(int argc, char** argv, Console& console) {
  CLI::App app{"Apprentice: turns a large model into a small one, proven on a microcontroller.", "apprentice"};
  app.require_subcommand(1);
  app.get_formatter()->column_width(16);
  std::vector<std::pair<CLI::App*, Action>> verbs;
  for (const VerbRow& row : verb_rows()) {
    CLI::App* verb = app.add_subcommand(row.name, row.summary);
    if (row.declare != nullptr) verbs.emplace_back(verb, row.declare(Options(*verb)));
  }
  app.footer("apprentice VERB --help tells more about a verb.");
  app.set_version_flag("--version", "apprentice " APPRENTICE_VERSION, "the program's version");
  if (argc < 2) {
    console.note(app.help() + "\napprentice: a verb is missing");
    return kBadInput;
  }
  if (argv[1][0] != '-' && find_verb(argv[1]) == nullptr) {
    console.error(unknown_verb(argv[1]));
    return kBadInput;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return explain_parse(app, error, console);
  }
  for (const auto& [verb, action] : verbs) {
    if (verb->parsed()) return run(action, console);
  }
  throw BrokenPromise("a verb was parsed that this program cannot run");
}

// Paths and names of the command line end up in JSON files and reports.
Status check_arguments(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (find_not_utf8(argv[i]) == std::string::npos) continue;
    return bad_input(fmt::format("argument {}", i), "'{}' is not UTF-8; rename the file", argv[i]);
  }
  return {};
}

bool wants_engine(int argc, char** argv) {
  const VerbRow* row = argc < 2 ? nullptr : find_verb(argv[1]);
  return row != nullptr && (row->declare == nullptr || needs_engine(argc, argv));
}

// "apprentice help new" is "apprentice new --help".
void take_help_word(int argc, char** argv) {
  static char flag[] = "--help";
  if (argc < 2 || std::string_view(argv[1]) != "help") return;
  if (argc > 2) std::swap(argv[1], argv[2]);
  argv[argc > 2 ? 2 : 1] = flag;
}

}  // namespace
}  // namespace apprentice::cli

int main(int argc, char** argv) {
  using namespace apprentice::cli;
  occupy_standard_descriptors();
  install_signal_handlers();
  take_help_word(argc, argv);
  apprentice::keep_freed_memory();
  Console console;
  try {
    apprentice::Status status = check_arguments(argc, argv);
    if (status && wants_engine(argc, argv)) status = become_engine(argv);  // returns only when that fails
    if (!status) {
      console.error(status.error().text());
      return kBadInput;
    }
    return parse_and_run(argc, argv, console);
  } catch (const std::exception& error) {
    console.error(std::string("internal error: ") + error.what());
    return kInternalError;
  }
}
