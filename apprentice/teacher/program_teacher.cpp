// SPDX-License-Identifier: Apache-2.0
// Teacher that is any program: frames of samples on its standard input, frames of answers on its standard output.
// The frame: docs/formats/program_teacher.md.
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>

#include "apprentice/base/conversation.h"
#include "apprentice/base/files.h"
#include "apprentice/data/load.h"
#include "apprentice/teacher/guarded_teacher.h"
#include "apprentice/teacher/source.h"

namespace apprentice::teacher {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "frames are little-endian, and so must be the host");
constexpr int64_t kMostAxes = 8;
constexpr int64_t kMostPerSample = int64_t{1} << 20;
constexpr double kDefaultTimeoutSeconds = 60.0;

struct ProgramKeys {
  std::vector<std::string> command, files;
  std::vector<int64_t> input_shape;
  double timeout_seconds = kDefaultTimeoutSeconds;
};

int64_t integer_at(std::string_view bytes, size_t index) {
  int64_t value = 0;
  std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
  return value;
}

std::string frame_of(const Tensor& tensor) {
  std::string frame;
  const auto put = [&](int64_t value) { frame.append(reinterpret_cast<const char*>(&value), sizeof value); };
  put(static_cast<int64_t>(tensor.shape().size()));
  for (const int64_t size : tensor.shape()) put(size);
  return frame.append(reinterpret_cast<const char*>(tensor.bytes()), static_cast<size_t>(tensor.byte_count()));
}

// What a program printed where a frame should begin: mostly a stray print().
std::string seen_instead(std::string_view bytes) {
  const bool printable = std::all_of(bytes.begin(), bytes.begin() + sizeof(int64_t),
                                     [](unsigned char c) { return std::isprint(c) != 0 || std::isspace(c) != 0; });
  return printable
             ? fmt::format("the text '{}': only frames may go to standard output, messages belong on standard error",
                           bytes.substr(0, sizeof(int64_t)))
             : fmt::format("{} axes; 1 to {} were expected", integer_at(bytes, 0), kMostAxes);
}

// Size of a whole answer of `samples` samples as far as `came` tells.
Result<size_t> answer_size(std::string_view came, int64_t samples, const std::string& place) {
  constexpr size_t kWord = sizeof(int64_t);
  if (came.size() < kWord) return kWord;
  const int64_t axes = integer_at(came, 0);
  if (axes < 1 || axes > kMostAxes) return bad_input(place, "its answer begins with {}", seen_instead(came));
  const size_t header = kWord * static_cast<size_t>(1 + axes);
  if (came.size() < header) return header;
  Shape shape;
  for (int64_t i = 0; i < axes; ++i) shape.push_back(integer_at(came, static_cast<size_t>(i) + 1));
  const int64_t count = checked_element_count(shape);
  if (shape[0] != samples || count < 1 || count / samples > kMostPerSample)
    return bad_input(place, "it answers {} samples with an array of shape {}; [{}, values per sample] was expected",
                     samples, to_string(shape), samples);
  return header + static_cast<size_t>(count) * sizeof(float);
}

class ProgramModel : public RawModel {
 public:
  ProgramModel(Conversation program, std::string place) : program_(std::move(program)), place_(std::move(place)) {}

  Result<Tensor> run(const Tensor& prepared) override {
    const int64_t samples = prepared.shape()[0];
    APPRENTICE_TRY(const std::string answer, program_.ask(frame_of(prepared), [&](std::string_view came) {
      return answer_size(came, samples, place_);
    }));
    Shape shape;
    for (int64_t i = 0; i < integer_at(answer, 0); ++i) shape.push_back(integer_at(answer, static_cast<size_t>(i) + 1));
    Tensor out(DType::kF32, shape);
    std::memcpy(out.bytes(), answer.data() + answer.size() - static_cast<size_t>(out.byte_count()),
                static_cast<size_t>(out.byte_count()));
    return out;
  }

 private:
  Conversation program_;
  std::string place_;
};

ProgramKeys read_program_keys(Config& teacher) {
  ProgramKeys keys;
  teacher.require("command", keys.command).read("files", keys.files).read("input_shape", keys.input_shape);
  teacher.read("timeout_s", keys.timeout_seconds);
  if (keys.command.empty()) teacher.reject("command", "command is empty; a program and its arguments are expected");
  if (!(keys.timeout_seconds > 0.0)) teacher.reject("timeout_s", "timeout_s must be above zero");
  return keys;
}

// Of the command, of every argument that is a file, and of `files`: whatever else the program reads is not seen.
Result<std::string> fingerprint_of(const ProgramKeys& keys, const std::string& folder) {
  Hasher hasher;
  hasher.add("program teacher 1");
  for (const std::string& argument : keys.command) {
    hasher.add(argument);
    const std::string file = data::resolve_path(folder, argument);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) continue;
    APPRENTICE_TRY(const std::string bytes_hash, hash_file(file));
    hasher.add(bytes_hash);
  }
  for (const std::string& file : keys.files) {
    APPRENTICE_TRY(const std::string bytes_hash, hash_file(data::resolve_path(folder, file)));
    hasher.add(file).add(bytes_hash);
  }
  return hasher.hex();
}

}  // namespace

Result<std::unique_ptr<Teacher>> make_program_teacher(Config& teacher, const data::DatasetInfo& data,
                                                      const std::string& folder) {
  const ProgramKeys program = read_program_keys(teacher);
  PreparedKeys keys = read_prepared_keys(teacher);
  if (program.command.empty() || !(program.timeout_seconds > 0.0)) {
    APPRENTICE_CHECK(teacher.finish());
    throw BrokenPromise("read_program_keys refuses what it must");
  }
  ModelFacts facts;
  facts.place = program.command[0];
  facts.batches = Batches::kProven;  // random samples may be nothing that it takes
  facts.description = fmt::format("program {}", fmt::join(program.command, " "));
  APPRENTICE_TRY(facts.fingerprint, fingerprint_of(program, folder));
  APPRENTICE_TRY(Shape prepared,
                 prepared_shape(keys.how, data.sample_shape, declared_input(program.input_shape), facts.place));
  const auto start = [program, folder](ModelFacts& model) -> Result<std::unique_ptr<RawModel>> {
    APPRENTICE_TRY(Conversation started, Conversation::start({program.command, folder, program.timeout_seconds}));
    return std::make_unique<ProgramModel>(std::move(started), model.place);
  };
  return guarded_teacher({fmt::format("the program '{}'", fmt::join(program.command, " ")), teacher.place(),
                          std::move(facts), std::move(keys), std::move(prepared), data},
                         start);
}

}  // namespace apprentice::teacher
