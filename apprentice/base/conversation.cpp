// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/conversation.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>

#include "apprentice/base/pipe.h"
#include "apprentice/base/spawn.h"

namespace apprentice {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPollMilliseconds = 50;
constexpr size_t kMostWords = 2000;         // bytes of standard error kept
constexpr size_t kChunk = size_t{1} << 16;  // bytes read at once
constexpr double kSecondsToEnd = 0.5;       // after its input was closed
constexpr double kSecondsForLastWords = 0.2;

// Writing to a program that has ended raises SIGPIPE, which would end us, too: held back in this thread.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;
  ~NoBrokenPipe() {
    const timespec now{0, 0};
    sigtimedwait(&pipe_, nullptr, &now);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_, before_;
};

void make_nonblocking(int descriptor) { ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK); }

// Bytes read at the end of `into`; false when the other side has closed.
bool read_some(int descriptor, size_t most, std::string& into) {
  const size_t before = into.size();
  into.resize(before + std::min(most, kChunk));
  const ssize_t count = ::read(descriptor, into.data() + before, into.size() - before);
  into.resize(before + static_cast<size_t>(std::max<ssize_t>(count, 0)));
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

}  // namespace

struct Conversation::State {
  ConversationCall call;
  pid_t pid = -1;
  Descriptor input, output, error;  // of the program
  std::string words;                // the last bytes of its standard error

  Status connect();
  Result<std::string> ask(std::string_view request, const AnswerSize& size);
  bool send(std::string_view& left);
  void hear();
  tl::unexpected<Error> ended(size_t came, size_t wanted);
  tl::unexpected<Error> silent();
  std::string last_words();
  void end();
  ~State() { end(); }
};

Status Conversation::State::connect() {
  APPRENTICE_TRY(Pipe in, Pipe::make());
  APPRENTICE_TRY(Pipe out, Pipe::make());
  APPRENTICE_TRY(Pipe err, Pipe::make());
  const Streams streams{in.reader.get(), out.writer.get(), err.writer.get()};
  APPRENTICE_TRY(pid, spawn(call.arguments, call.folder, streams));
  input = std::move(in.writer);
  output = std::move(out.reader);
  error = std::move(err.reader);
  for (const int descriptor : {input.get(), output.get(), error.get()}) make_nonblocking(descriptor);
  return {};
}

// Writes what goes without waiting; false when the program no longer listens.
bool Conversation::State::send(std::string_view& left) {
  const NoBrokenPipe guard;
  const ssize_t count = ::write(input.get(), left.data(), left.size());
  if (count > 0) left.remove_prefix(static_cast<size_t>(count));
  return count >= 0 || errno == EAGAIN || errno == EINTR;
}

void Conversation::State::hear() {
  if (error.open() && !read_some(error.get(), kChunk, words)) error.reset();
  if (words.size() > kMostWords) words.erase(0, words.size() - kMostWords);
}

std::string Conversation::State::last_words() {
  const auto deadline = Clock::now() + std::chrono::duration<double>(kSecondsForLastWords);
  while (error.open() && Clock::now() < deadline) {
    pollfd watched{error.get(), POLLIN, 0};
    if (::poll(&watched, 1, kPollMilliseconds) > 0) hear();
  }
  while (!words.empty() && (words.back() == '\n' || words.back() == '\r')) words.pop_back();
  return words.empty() ? "it wrote nothing to its standard error" : "its standard error ends with:\n" + words;
}

tl::unexpected<Error> Conversation::State::ended(size_t came, size_t wanted) {
  input.reset();
  output.reset();
  int code = wait_for(pid, kSecondsToEnd);
  if (code < 0) {
    ::kill(-pid, SIGKILL);
    code = wait_for(pid);
  }
  pid = -1;
  return fail(ErrorKind::kBadInput, call.arguments[0],
              "ended with code {} after {} of at least {} bytes of its answer; {}", code, came, wanted, last_words());
}

tl::unexpected<Error> Conversation::State::silent() {
  const auto failure =
      fail(ErrorKind::kIo, call.arguments[0], "did not answer within {} s; {}", call.timeout_seconds, last_words());
  end();
  return failure;
}

void Conversation::State::end() {
  input.reset();
  output.reset();
  if (pid > 0 && wait_for(pid, kSecondsToEnd) < 0) {
    ::kill(-pid, SIGKILL);
    wait_for(pid);
  }
  pid = -1;
}

Result<std::string> Conversation::State::ask(std::string_view request, const AnswerSize& size) {
  if (pid < 0) return fail(ErrorKind::kIo, call.arguments[0], "is no longer running");
  const auto deadline = Clock::now() + std::chrono::duration<double>(call.timeout_seconds);
  std::string answer;
  APPRENTICE_TRY(size_t wanted, size(answer));
  while (answer.size() < wanted) {
    if (Clock::now() > deadline) return silent();
    pollfd watched[] = {
        {output.get(), POLLIN, 0}, {error.get(), POLLIN, 0}, {request.empty() ? -1 : input.get(), POLLOUT, 0}};
    if (::poll(watched, 3, kPollMilliseconds) <= 0) continue;
    if (watched[1].revents != 0) hear();
    // A program that no longer listens may still have an answer on its way; only its end is final.
    if (watched[2].revents != 0 && !send(request)) request = {};
    if (watched[0].revents == 0) continue;
    if (!read_some(output.get(), wanted - answer.size(), answer)) return ended(answer.size(), wanted);
    APPRENTICE_TRY(wanted, size(answer));
  }
  return answer;
}

Conversation::Conversation(std::unique_ptr<State> state) : state_(std::move(state)) {}
Conversation::Conversation(Conversation&&) noexcept = default;
Conversation& Conversation::operator=(Conversation&&) noexcept = default;
Conversation::~Conversation() = default;

Result<Conversation> Conversation::start(ConversationCall call) {
  auto state = std::make_unique<State>();
  state->call = std::move(call);
  APPRENTICE_CHECK(state->connect());
  return Conversation(std::move(state));
}

Result<std::string> Conversation::ask(std::string_view request, const AnswerSize& size) {
  auto answer = state_->ask(request, size);
  if (!answer) state_->end();  // what comes next would answer another question
  return answer;
}

}  // namespace apprentice
