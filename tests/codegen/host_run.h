// SPDX-License-Identifier: Apache-2.0
// Compiles a package with a host compiler and runs it on int8 inputs.
#pragma once

#include <gtest/gtest.h>

#include "apprentice/base/files.h"
#include "apprentice/base/process.h"
#include "tests/codegen/net_builder.h"
#include "tests/support/real_data.h"

namespace apprentice::test {

constexpr const char* kHostMain = R"(#include <stdio.h>
#include "student.h"
static student_context context;
int main(void) {
  FILE* in = fopen("inputs.bin", "rb");
  FILE* out = fopen("outputs.bin", "wb");
  if (in == NULL || out == NULL) return 2;
  while (fread(student_input(&context), 1, STUDENT_INPUT_SIZE, in) == STUDENT_INPUT_SIZE) {
    fwrite(student_run(&context), 1, STUDENT_OUTPUT_SIZE, out);
  }
  return fclose(out);
}
)";

inline ProcessResult run_in(const std::string& folder, const std::vector<std::string>& arguments) {
  ProcessCall call;
  call.arguments = arguments;
  call.folder = folder;
  Result<ProcessResult> result = run_process(call);
  if (!result) return {-1, result.error().text()};
  return *result;
}

// Expects the C code of `net` to give the oracle's bytes on `count` random inputs; any undefined behaviour ends it.
inline void expect_c_equals_oracle(const quant::QuantNet& net, int64_t count) {
  const Result<package::DevicePackage> package = codegen::generate_package(net, random_samples(net, 1, 5), {});
  ASSERT_TRUE(package) << package.error().text();
  Scratch scratch;
  ASSERT_TRUE(package::write_package(*package, scratch.path()));
  ASSERT_TRUE(write_file(scratch.path("main.c"), kHostMain));
  const Tensor inputs = random_inputs(net, count, 11);
  ASSERT_TRUE(write_file(scratch.path("inputs.bin"),
                         {reinterpret_cast<const char*>(inputs.bytes()), static_cast<size_t>(inputs.byte_count())}));
  const ProcessResult built =
      run_in(scratch.path(), {"gcc", "-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined,address",
                              "-fno-sanitize-recover=all", "main.c", "student.c", "-o", "student"});
  ASSERT_TRUE(built.good()) << built.output;
  const ProcessResult ran = run_in(scratch.path(), {"./student"});
  ASSERT_TRUE(ran.good()) << ran.output;
  const Result<std::string> outputs = read_file(scratch.path("outputs.bin"));
  ASSERT_TRUE(outputs);
  const int64_t size = net.tensors[0].size();
  std::string expected;
  for (int64_t i = 0; i < count; ++i) {
    for (const int8_t value : net.run(inputs.data<int8_t>() + i * size)) expected += static_cast<char>(value);
  }
  ASSERT_EQ(outputs->size(), expected.size());
  size_t different = 0;
  for (size_t i = 0; i < expected.size(); ++i) different += (*outputs)[i] != expected[i] ? 1 : 0;
  EXPECT_EQ(different, 0U) << "of " << expected.size() << " outputs";
}

}  // namespace apprentice::test
