// SPDX-License-Identifier: Apache-2.0
// The program `apprentice`: finds the verb, runs it, turns its error into one line and an exit code.
// Exit codes: 0 done; 1 internal error; 2 bad input, over budget, missing tool, input or output; 130 interrupted.
#include <CLI/CLI.hpp>
#include <cstring>
#include <exception>
#include <sstream>
#include <string>
#include <vector>

#include "apprentice/base/heap.h"
#include "apprentice/base/utf8.h"
#include "engine.h"
#include "signals.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

constexpr int kInternalError = 1, kBadInput = 2, kInterrupted = 130;

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

int run(const Action& action, Console& console) {
  RunControl control;
  control.stop = &stop_flag();
  control.on_progress = [&](const Progress& progress) { console.progress(progress); };
  Session session{console, control};
  Status status = action(session);
  if (status) status = console.output_status();
  if (status) return 0;
  if (status.error().kind == ErrorKind::kInterrupted) {
    console.note("apprentice: " + status.error().text());
    return kInterrupted;
  }
  console.error(status.error().text());
  return kBadInput;
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
  console.error(std::string(error.what()) + "; see apprentice --help");
  return kBadInput;
}

int parse_and_run(int argc, char** argv, Console& console) {
  CLI::App app{"Apprentice: turns a large model into a small one, proven on a microcontroller.", "apprentice"};
  app.require_subcommand(1);
  app.get_formatter()->column_width(16);
  std::vector<std::pair<CLI::App*, Action>> verbs;
  for (const VerbRow& row : verb_rows()) {
    CLI::App* verb = app.add_subcommand(row.name, row.summary);
    verb->get_formatter()->column_width(30);
    if (row.declare != nullptr) verbs.emplace_back(verb, row.declare(Options(*verb)));
  }
  app.footer("apprentice VERB --help tells more about a verb.");
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
  if (argc < 2) return false;
  for (const VerbRow& row : verb_rows()) {
    if (std::strcmp(row.name, argv[1]) == 0) return row.declare == nullptr || needs_engine(argc, argv);
  }
  return false;
}

}  // namespace
}  // namespace apprentice::cli

int main(int argc, char** argv) {
  using namespace apprentice::cli;
  apprentice::keep_freed_memory();
  Console console;
  try {
    apprentice::Status status = check_arguments(argc, argv);
    if (status && wants_engine(argc, argv)) status = become_engine(argv);  // returns only when that fails
    if (!status) {
      console.error(status.error().text());
      return kBadInput;
    }
    install_signal_handlers();
    return parse_and_run(argc, argv, console);
  } catch (const std::exception& error) {
    console.error(std::string("internal error: ") + error.what());
    return kInternalError;
  }
}
