// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/onnx_runtime.h"

#include <fmt/ranges.h>

#include <cstring>

#include "apprentice/base/files.h"
#include "benchmarks/must.h"

namespace apprentice::bench {
namespace {

constexpr double kPatienceSeconds = 120.0;

Conversation start() {
  const std::string source = test::source_folder();
  const std::string folder = std::filesystem::absolute(source + "/tests/onnx_runtime").string();
  if (!std::filesystem::exists(folder + "/node_modules"))
    stop("ONNX Runtime is not here: npm ci --ignore-scripts in tests/onnx_runtime");
  return must(Conversation::start({{"node", source + "/benchmarks/onnx_runtime.mjs", folder}, "", kPatienceSeconds}));
}

}  // namespace

OnnxRuntime::OnnxRuntime() : program_(start()) {}

double OnnxRuntime::say(const std::string& line) {
  const std::string reply =
      must(program_.ask(line + "\n", [](std::string_view) { return Result<size_t>(sizeof(double)); }));
  double value = 0.0;
  std::memcpy(&value, reply.data(), sizeof value);
  return value;
}

bool OnnxRuntime::load(const std::string& path, int threads) {
  return say(fmt::format("load {} {}", path, threads)) >= 0.0;
}

void OnnxRuntime::give(const onnx::run::NamedTensors& inputs) {
  const std::string file = scratch_.path("input");
  for (const auto& [name, tensor] : inputs) {
    must(write_file(file, {reinterpret_cast<const char*>(tensor.bytes()), static_cast<size_t>(tensor.byte_count())}));
    const std::string dims = tensor.shape().empty() ? "-" : fmt::format("{}", fmt::join(tensor.shape(), ","));
    const char* const type = tensor.dtype() == DType::kF16 ? "float16" : "float32";
    say(fmt::format("input {} {} {} {}", name, type, dims, file));
  }
}

double OnnxRuntime::time(double seconds, CountedTime counted) {
  return say(fmt::format("run {} {}", seconds, counted == CountedTime::kWall ? "wall" : "processor"));
}

std::vector<float> OnnxRuntime::output(const std::string& name) {
  const std::string file = scratch_.path("output");
  say(fmt::format("output {} {}", name, file));
  const std::string bytes = must(read_file(file));
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace apprentice::bench
