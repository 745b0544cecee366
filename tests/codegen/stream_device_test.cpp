// SPDX-License-Identifier: Apache-2.0
// Streams on emulated cores: the oracle's answer to every window.
#include "apprentice/device/firmware.h"
#include "tests/codegen/stream_cases.h"
#include "tests/device/core_tools.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

constexpr int64_t kSteps = 600;  // a window of audio is longer, and not tried here

// A stream as if it were a student whose input bytes are all samples and whose output bytes are all answers.
constexpr const char* kHeader = R"(#include "student.h"
#define SUBJECT_INPUT_SIZE ({0} * STUDENT_CHANNELS * 4)
#define SUBJECT_SAMPLE_SIZE SUBJECT_INPUT_SIZE
#define SUBJECT_OUTPUT_SIZE ({1} * STUDENT_OUTPUT_SIZE)
typedef struct subject_context {{
  union {{ float samples[{0} * STUDENT_CHANNELS]; int8_t bytes[SUBJECT_INPUT_SIZE]; }} arena;
  student_stream stream;
  int8_t answers[SUBJECT_OUTPUT_SIZE];
}} subject_context;
int8_t* subject_input(subject_context* context);
const int8_t* subject_run(subject_context* context);
)";
constexpr const char* kSource = R"(#include "subject.h"
#include "student.c"
int8_t* subject_input(subject_context* context) {{ return context->arena.bytes; }}
const int8_t* subject_run(subject_context* context) {{
  int8_t* answers = context->answers;
  int32_t at = 0, portion, consumed;
  student_stream_init(&context->stream);
  for (portion = 1; at < {0}; portion = portion * 7 % 101) {{
    const int32_t left = {0} - at;
    const int8_t* const outputs = student_push(&context->stream, context->arena.samples + at * STUDENT_CHANNELS,
                                               portion < left ? portion : left, &consumed);
    at += consumed;
    if (outputs != 0) memcpy(answers, outputs, STUDENT_OUTPUT_SIZE), answers += STUDENT_OUTPUT_SIZE;
  }}
  return context->answers;
}}
)";

package::DevicePackage subject_of(const package::DevicePackage& student, int64_t answers) {
  package::DevicePackage package = student;
  package.manifest.prefix = "subject";
  package.manifest.frontend.clear();  // the harness hands over bytes
  package.files["subject.h"] = fmt::format(kHeader, kSteps, answers);
  package.files["subject.c"] = fmt::format(kSource, kSteps);
  return package;
}

std::vector<float> samples_for(int64_t channels) {
  Rng rng(6, "stream");
  std::vector<float> samples(static_cast<size_t>(kSteps * channels));
  for (size_t i = 0; i < samples.size(); ++i)
    samples[i] = static_cast<float>(std::exp2(static_cast<double>(i / 200 % 12) - 8.0) * rng.normal());
  return samples;
}

std::string answers_of(const quant::QuantNet& net, const package::PackageStream& stream,
                       const std::vector<float>& samples) {
  const auto channels = static_cast<size_t>(net.spec.input_shape[0]);
  std::string answers;
  std::vector<int8_t> input(static_cast<size_t>(net.tensors[0].size()));
  for (int64_t from = 0; from + stream.window <= kSteps; from += stream.hop) {
    std::vector<float> window(static_cast<size_t>(element_count(net.spec.input_shape)));
    std::copy_n(samples.data() + static_cast<size_t>(from) * channels, static_cast<size_t>(stream.window) * channels,
                window.data());
    net.quantize_input(window.data(), input.data());
    for (const int8_t value : net.run(input.data())) answers += static_cast<char>(value);
  }
  return answers;
}

class StreamOn : public testing::TestWithParam<std::string> {};

TEST_P(StreamOn, GivesTheOraclesAnswers) {
  const device::Core& core = *device::find_core(GetParam());
  if (!test::missing_tool(core).empty()) GTEST_SKIP() << test::missing_tool(core) << " is not installed";
  for (const auto& [name, one] : test::stream_cases()) {
    SCOPED_TRACE(name);
    const quant::QuantNet net = one.net();
    if (net.spec.input_shape[1] > kSteps) continue;
    codegen::PackageOptions options;
    options.hop = one.hop;
    const auto package = codegen::generate_package(net, test::random_samples(net, 1, 5), options);
    ASSERT_TRUE(package) << package.error().text();
    const std::vector<float> samples = samples_for(net.spec.input_shape[0]);
    const std::string expected = answers_of(net, *package->manifest.stream, samples);
    const test::Scratch scratch;
    const int64_t answers = static_cast<int64_t>(expected.size()) / net.output_tensor().size();
    const auto firmware = device::build_firmware(subject_of(*package, answers), core, scratch.path(), {});
    ASSERT_TRUE(firmware) << firmware.error().text();
    const std::string bytes(reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(float));
    const auto run = device::run_firmware(core, firmware->program, bytes, "", scratch.path("run"), {});
    ASSERT_TRUE(run) << run.error().text();
    EXPECT_TRUE(run->outputs == expected);
  }
}

INSTANTIATE_TEST_SUITE_P(All, StreamOn, testing::Values("cortex-m0plus", "cortex-m4", "cortex-m55", "armhf"),
                         [](const auto& core) { return test::plain(core.param); });

}  // namespace
}  // namespace apprentice
