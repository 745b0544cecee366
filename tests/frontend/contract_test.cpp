// SPDX-License-Identifier: Apache-2.0
// The C text of every stage equals its int reference bit for bit, at every level of optimization, without a warning and
// without undefined behaviour.
#include "apprentice/base/files.h"
#include "apprentice/base/process.h"
#include "tests/frontend/chains.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

using Flags = std::vector<std::string>;

constexpr int64_t kSteps = 3;  // frames of a raw window, at least

constexpr const char* kMain = R"(
static float samples[SAMPLES];
static int32_t scratch[SCRATCH / 4];
static int16_t features[FEATURES];
int main(void) {{
  FILE* in = fopen("inputs.bin", "rb");
  FILE* out = fopen("outputs.bin", "wb");
  if (in == NULL || out == NULL) return 2;
  while (fread(samples, sizeof samples, 1, in) == 1) {{
    for (int32_t f = 0; f < FRAMES; ++f) {{
      test_features(samples, f, features, scratch);
      fwrite(features, sizeof features, 1, out);
    }}
  }}
  return fclose(out);
}}
)";

std::string program_of(const frontend::Frontend& frontend, const Shape& raw) {
  const frontend::FrontendText text = frontend.c_text("test");
  std::string program = "#include <stdio.h>\n";
  for (const std::string& header : text.headers) program += "#include \"" + header + "\"\n";
  program += fmt::format("#define SAMPLES {}\n#define SCRATCH {}\n#define FEATURES {}\n#define FRAMES {}\n",
                         element_count(raw), frontend.scratch_bytes(), frontend.feature_shape()[0],
                         frontend.feature_shape()[1]);
  return program + text.constants + text.function + fmt::format(kMain);
}

ProcessResult run_in(const std::string& folder, Flags arguments) {
  ProcessCall call;
  call.arguments = std::move(arguments);
  call.folder = folder;
  const Result<ProcessResult> result = run_process(call);
  return result ? *result : ProcessResult{-1, result.error().text()};
}

void expect_equal_in_c(const model::FrontendSpec& spec, const std::vector<Flags>& builds) {
  const Shape raw = {2, test::steps_for(spec, kSteps)};
  const frontend::Frontend frontend = test::made(spec, raw[1]);
  const auto samples = test::hostile_samples(raw[1], 5);
  const std::string answers = test::answers_of(frontend, samples);
  test::Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("main.c"), program_of(frontend, raw)));
  ASSERT_TRUE(write_file(scratch.path("inputs.bin"), test::inputs_of(samples, raw)));
  const Flags strict = {"-std=c99",
                        "-Wall",
                        "-Wextra",
                        "-Wpedantic",
                        "-Wconversion",
                        "-Wshadow",
                        "-Wcast-align",
                        "-Wundef",
                        "-Werror",
                        "-I",
                        test::source_folder() + "/runtime"};
  for (Flags build : builds) {
    build.insert(build.end(), strict.begin(), strict.end());
    build.insert(build.end(), {"main.c", "-o", "test"});
    const ProcessResult built = run_in(scratch.path(), build);
    ASSERT_TRUE(built.good()) << fmt::format("{}\n", fmt::join(build, " ")) << built.output.substr(0, 3000);
    const ProcessResult ran = run_in(scratch.path(), {"./test"});
    ASSERT_TRUE(ran.good()) << ran.output.substr(0, 3000);
    const Result<std::string> outputs = read_file(scratch.path("outputs.bin"));
    ASSERT_TRUE(outputs);
    EXPECT_TRUE(*outputs == answers) << fmt::format("{}", fmt::join(build, " "));
  }
}

class StageInC : public testing::TestWithParam<std::string> {};

TEST_P(StageInC, EqualsItsReferenceOnHostileFrames) {
  expect_equal_in_c(test::chains().at(GetParam()),
                    {{"gcc", "-O1", "-fsanitize=undefined,address", "-fno-sanitize-recover=all"}, {"gcc", "-O3"}});
}

std::vector<std::string> chain_names() {
  std::vector<std::string> names;
  for (const auto& entry : test::chains()) names.push_back(entry.first);
  return names;
}
INSTANTIATE_TEST_SUITE_P(All, StageInC, testing::ValuesIn(chain_names()),
                         [](const auto& chain) { return chain.param; });

TEST(StageInC, IsTheSameAtEveryLevelOfBothCompilers) {
  std::vector<Flags> builds;
  for (const char* compiler : {"gcc", "clang"}) {
    if (find_program(compiler).empty()) continue;
    for (const char* level : {"-O0", "-Os", "-O2"}) builds.push_back({compiler, level});
  }
  expect_equal_in_c(test::chains().at("spectrum_64"), builds);
  expect_equal_in_c(test::chains().at("magnitude"), builds);
}

TEST(Chains, HoldEveryStageOfTheTable) {
  for (const frontend::StageKind& kind : frontend::stage_kinds()) {
    bool found = false;
    for (const auto& entry : test::chains()) {
      for (const model::FrontendPart& part : entry.second.parts) {
        for (const model::StageSpec& stage : part.stages) found = found || stage.kind == kind.name;
      }
    }
    EXPECT_TRUE(found) << kind.name;
  }
}

}  // namespace
}  // namespace apprentice
