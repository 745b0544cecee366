// SPDX-License-Identifier: Apache-2.0
// Errors as values: everything that comes from outside (files, jobs, devices) fails with a Result, never with an
// exception. A promise broken by our own code throws BrokenPromise. See docs/architecture.md.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace apprentice {

enum class ErrorKind {
  kBadInput,     // a file, job or argument that is wrong; the user can mend it
  kNotFound,     // a file, key or name that is not there
  kIo,           // reading or writing failed (full disk, no permission)
  kUnsupported,  // understood, but not something this build can do
  kOverBudget,   // the student does not fit its device
  kMissingTool,  // a compiler or emulator is not installed
  kInterrupted,  // the user asked to stop; the run can be resumed
};

// One sentence for the user. `place` is where it is: "job.toml:12:8", "data.csv:7", "model.onnx node 'conv1'".
struct Error {
  ErrorKind kind = ErrorKind::kBadInput;
  std::string place;
  std::string message;

  // "place: message", or the message alone when there is no place.
  std::string text() const { return place.empty() ? message : place + ": " + message; }
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

template <typename... A>
tl::unexpected<Error> fail(ErrorKind kind, std::string place, fmt::format_string<A...> text, A&&... args) {
  return tl::unexpected<Error>(Error{kind, std::move(place), fmt::format(text, std::forward<A>(args)...)});
}

template <typename... A>
tl::unexpected<Error> bad_input(std::string place, fmt::format_string<A...> text, A&&... args) {
  return fail(ErrorKind::kBadInput, std::move(place), text, std::forward<A>(args)...);
}

// What is asked of libtorch in a build without it: `what` it does, "trains networks".
inline tl::unexpected<Error> no_libtorch(std::string place, std::string_view what) {
  return fail(ErrorKind::kUnsupported, std::move(place),
              "this build has no libtorch, which {}; a build with APPRENTICE_TORCH=ON has", what);
}

// Passes an error of a lower level on unchanged.
template <typename T>
tl::unexpected<Error> pass_on(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

// A promise broken inside the program (a caller's mistake, never a user's). The only exception type we throw.
class BrokenPromise : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

inline void promise(bool kept, const char* what) {
  if (!kept) throw BrokenPromise(what);
}

}  // namespace apprentice

#define APPRENTICE_JOIN_(a, b) a##b
#define APPRENTICE_JOIN(a, b) APPRENTICE_JOIN_(a, b)

// APPRENTICE_TRY(auto x, f()): x = value of f(), or return its error from the calling function.
#define APPRENTICE_TRY_(tmp, target, expression)                                  \
  auto tmp = (expression);                                                        \
  if (!tmp) return ::tl::unexpected<::apprentice::Error>(std::move(tmp).error()); \
  target = std::move(*tmp)
#define APPRENTICE_TRY(target, expression) \
  APPRENTICE_TRY_(APPRENTICE_JOIN(apprentice_try_, __LINE__), target, expression)

// APPRENTICE_CHECK(f()): return the error of a Status from the calling function.
#define APPRENTICE_CHECK(expression)                                                                            \
  do {                                                                                                          \
    auto apprentice_status = (expression);                                                                      \
    if (!apprentice_status) return ::tl::unexpected<::apprentice::Error>(std::move(apprentice_status).error()); \
  } while (false)
