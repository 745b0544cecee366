// SPDX-License-Identifier: Apache-2.0
#include "tests/onnx_runtime/referee.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <cstring>

#include "apprentice/base/files.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

std::string referee_folder() { return source_folder() + "/tests/onnx_runtime"; }

void write_npy(const std::string& path, const Tensor& tensor) {
  std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({},), }}", fmt::join(tensor.shape(), ", "));
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() % 256);
  bytes += static_cast<char>(header.size() / 256);
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(tensor.bytes()), static_cast<size_t>(tensor.byte_count()));
  ASSERT_TRUE(write_file(path, bytes));
}

// [N, outputs] as the script writes it.
Tensor read_npy(const std::string& path) {
  const std::string bytes = read_file(path).value();
  const size_t start = 10 + static_cast<unsigned char>(bytes[8]) + 256 * static_cast<unsigned char>(bytes[9]);
  int64_t rows = 0, columns = 0;
  const size_t shape = bytes.find("'shape': (");
  EXPECT_EQ(std::sscanf(bytes.c_str() + shape, "'shape': (%ld, %ld", &rows, &columns), 2);
  Tensor tensor(DType::kF32, {rows, columns});
  EXPECT_EQ(bytes.size() - start, static_cast<size_t>(tensor.byte_count()));
  std::memcpy(tensor.bytes(), bytes.data() + start, static_cast<size_t>(tensor.byte_count()));
  return tensor;
}

}  // namespace

std::string referee_missing() {
  if (std::system("node --version >/dev/null 2>&1") != 0) return "node is not installed";
  if (file_exists(referee_folder() + "/node_modules/onnxruntime-node/package.json")) return "";
  return "ONNX Runtime is not here: run `npm ci --ignore-scripts` in tests/onnx_runtime";
}

std::vector<Answer> ask_referee(const std::vector<Question>& questions) {
  const Scratch scratch;
  std::string command = "node '" + referee_folder() + "/run_model.mjs'";
  for (size_t i = 0; i < questions.size(); ++i) {
    const std::string stem = scratch.path(std::to_string(i));
    EXPECT_TRUE(write_file(stem + ".onnx", questions[i].model));
    write_npy(stem + ".in.npy", questions[i].input);
    command += fmt::format(" {0}.onnx {0}.in.npy {0}.out.npy", stem);
  }
  const int status = std::system((command + " 2>" + scratch.path("log")).c_str());
  EXPECT_EQ(status, 0) << read_file(scratch.path("log")).value_or("");
  std::vector<Answer> answers;
  for (size_t i = 0; status == 0 && i < questions.size(); ++i) {
    const std::string stem = scratch.path(std::to_string(i));
    answers.push_back({read_npy(stem + ".out.npy"), read_file(stem + ".onnx.optimised").value()});
  }
  return answers;
}

}  // namespace apprentice::test
