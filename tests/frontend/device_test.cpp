// SPDX-License-Identifier: Apache-2.0
// Every chain on emulated cores: the judge's bits from each set of kernels, and instructions of the FFT within a
// budget.
#include "apprentice/codegen/source_text.h"
#include "apprentice/device/firmware.h"
#include "tests/device/core_tools.h"
#include "tests/frontend/chains.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

// A front end as if it were a student whose input bytes are raw floats and whose output bytes are all features.
constexpr const char* kHeader = R"(#include <stdint.h>
#define SUBJECT_SAMPLES {0}
#define SUBJECT_FEATURES {1}
#define SUBJECT_INPUT_SIZE {2}
#define SUBJECT_OUTPUT_SIZE {3}
typedef struct subject_context {{
  union {{ float samples[{0}]; int8_t bytes[{2}]; }} arena;
  int16_t features[{1}];
  int32_t scratch[{4}];
}} subject_context;
int8_t* subject_input(subject_context* context);
const int8_t* subject_run(subject_context* context);
)";
constexpr const char* kSource = R"(
int8_t* subject_input(subject_context* context) {{ return context->arena.bytes; }}
const int8_t* subject_run(subject_context* context) {{
  for (int32_t f = 0; f < {0}; ++f)
    subject_features(context->arena.samples, f, context->features + f * {1}, context->scratch);
  return (const int8_t*)context->features;
}}
)";

package::DevicePackage package_of(const frontend::Frontend& frontend, const Shape& raw) {
  const frontend::FrontendText text = frontend.c_text("subject");
  const int64_t samples = element_count(raw), features = element_count(frontend.feature_shape());
  package::DevicePackage package;
  package.manifest.prefix = "subject";
  package.files = {codegen::runtime_files().begin(), codegen::runtime_files().end()};
  package.files["subject.h"] =
      fmt::format(kHeader, samples, features, 4 * samples, 2 * features, frontend.scratch_bytes() / 4);
  std::string source = "#include \"subject.h\"\n";
  for (const std::string& header : text.headers) source += "#include \"" + header + "\"\n";
  source += text.constants + text.function;
  package.files["subject.c"] = source + fmt::format(kSource, frontend.feature_shape()[1], frontend.feature_shape()[0]);
  return package;
}

class FrontendOn : public testing::TestWithParam<std::string> {};

TEST_P(FrontendOn, GivesTheJudgesBits) {
  const device::Core& core = *device::find_core(GetParam());
  if (!test::missing_tool(core).empty()) GTEST_SKIP() << test::missing_tool(core) << " is not installed";
  for (const auto& [name, spec] : test::chains()) {
    SCOPED_TRACE(name);
    const Shape raw = {2, test::steps_for(spec, 2)};
    const frontend::Frontend frontend = test::made(spec, raw[1]);
    const auto samples = test::hostile_samples(raw[1], 5);
    test::Scratch scratch;
    const auto firmware = device::build_firmware(package_of(frontend, raw), core, scratch.path(), {});
    ASSERT_TRUE(firmware) << firmware.error().text();
    const auto run =
        device::run_firmware(core, firmware->program, test::inputs_of(samples, raw), "", scratch.path("run"), {});
    ASSERT_TRUE(run) << run.error().text();
    EXPECT_TRUE(run->outputs == test::answers_of(frontend, samples));
    EXPECT_LT(run->stack_bytes, core.bare_metal ? 512 : 4096);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FrontendOn,
                         testing::Values("cortex-m0plus", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55",
                                         "armhf"),
                         [](const auto& core) { return test::plain(core.param); });

}  // namespace
}  // namespace apprentice
