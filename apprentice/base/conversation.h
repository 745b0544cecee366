// SPDX-License-Identifier: Apache-2.0
// Conversation: a program that keeps running while it is asked through its standard input and answers on its standard
// output. No shell: arguments go through unchanged.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice {

struct ConversationCall {
  std::vector<std::string> arguments;  // program first: a name in PATH, a path, or ./name in folder
  std::string folder;                  // it runs there; empty = here
  double timeout_seconds = 60.0;       // for each answer
};

// Told what came so far, says how many bytes the whole answer has as far as that is known; more than came = go on.
using AnswerSize = std::function<Result<size_t>(std::string_view came)>;

// Movable. The program and its children are ended with it. One thread at a time.
class Conversation {
 public:
  // Errors: kNotFound (no such program), kIo (it could not be started).
  static Result<Conversation> start(ConversationCall call);
  Conversation(Conversation&&) noexcept;
  Conversation& operator=(Conversation&&) noexcept;
  ~Conversation();

  // Sends the request while it reads the answer, so neither side can block the other. Fails with one sentence, and the
  // last lines that the program wrote to its standard error, when it ends, stays silent too long or answers too little;
  // after that, every call fails.
  Result<std::string> ask(std::string_view request, const AnswerSize& size);

 private:
  struct State;
  explicit Conversation(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace apprentice
