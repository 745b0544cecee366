// SPDX-License-Identifier: Apache-2.0
// A package compiles without a word wherever it is built: every core, level of optimization and compiler, as C and as
// C++; and without optimization, where firmware is debugged, it gives the same bits on a small stack.
#include <map>
#include <sstream>

#include "apprentice/base/files.h"
#include "apprentice/device/firmware.h"
#include "apprentice/layers/layer.h"
#include "tests/device/nets.h"

namespace apprentice {
namespace {

using test::Scratch;
using Flags = std::vector<std::string>;

ProcessResult run_in(const std::string& folder, const Flags& arguments) {
  ProcessCall call;
  call.arguments = arguments;
  call.folder = folder;
  const Result<ProcessResult> result = run_process(call);
  return result ? *result : ProcessResult{-1, result.error().text()};
}

Flags operator+(Flags left, const Flags& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// Where `compiler` finds a header of its C library.
std::string folder_of_header(const std::string& compiler, const std::string& header) {
  Scratch scratch;
  if (!write_file(scratch.path("a.c"), "#include <" + header + ">\n")) return "";
  std::istringstream words(run_in(scratch.path(), {compiler, "-M", "a.c"}).output);
  for (std::string word; words >> word;) {
    const size_t name = word.rfind("/" + header);
    if (name != std::string::npos && name + header.size() + 1 == word.size()) return word.substr(0, name);
  }
  return "";
}

// clang with the target of the core's compiler, whose C library it uses.
Flags clang_for(const device::Core& core) {
  const std::string target = core.compiler.substr(0, core.compiler.rfind('-'));
  Flags call = Flags{"clang", "--target=" + target} + core.flags;
  if (core.bare_metal) call = call + Flags{"-isystem", folder_of_header(core.compiler, "string.h")};
  return call;
}

class OnEveryCore : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    core_ = device::find_core(GetParam());
    if (find_program(core_->compiler).empty()) GTEST_SKIP() << core_->compiler << " is not installed";
    ASSERT_TRUE(package::write_package(test::package_of(test::varied_net(), "varied"), scratch_.path()));
    ASSERT_TRUE(package::write_package(test::package_of(test::line_net(), "line"), scratch_.path()));
  }
  void expect_silence(const Flags& compiler, const Flags& flags) const {
    const Flags strict = {"-Wall",    "-Wextra",      "-Wpedantic", "-Wconversion",
                          "-Wshadow", "-Wcast-align", "-Wundef",    "-Werror"};
    const bool both = std::count(flags.begin(), flags.end(), "-O0") + std::count(flags.begin(), flags.end(), "-O2") > 0;
    const Flags files = both ? Flags{"-c", "varied.c", "line.c"} : Flags{"-c", "varied.c"};
    const ProcessResult result = run_in(scratch_.path(), compiler + strict + flags + files);
    EXPECT_TRUE(result.good()) << compiler[0] << " " << fmt::format("{}", fmt::join(flags, " ")) << "\n"
                               << result.output.substr(0, 2000);
  }
  void expect_the_oracles_bits(const device::Core& core) const {
    const quant::QuantNet net = test::varied_net();
    const device::ProofVectors vectors = test::vectors_of(net, 20);
    const std::string inputs(reinterpret_cast<const char*>(vectors.inputs.bytes()),
                             static_cast<size_t>(vectors.inputs.byte_count()));
    const std::string answers(reinterpret_cast<const char*>(vectors.answers.bytes()),
                              static_cast<size_t>(vectors.answers.byte_count()));
    const std::string folder = scratch_.path(core.optimization);
    const auto firmware = device::build_firmware(test::package_of(net), core, folder, {});
    ASSERT_TRUE(firmware) << firmware.error().text();
    const auto run = device::run_firmware(core, firmware->program, inputs, "", folder, {});
    ASSERT_TRUE(run) << run.error().text();
    EXPECT_EQ(run->outputs, answers) << core.optimization;
    EXPECT_LT(run->stack_bytes, 2048) << core.optimization;
  }
  Flags gcc() const { return Flags{core_->compiler} + core_->flags; }
  const device::Core* core_ = nullptr;
  Scratch scratch_;
};

TEST_P(OnEveryCore, GccIsSilentAtEveryLevel) {
  for (const char* level : {"-O0", "-Og", "-Os", "-O2", "-O3"}) expect_silence(gcc(), {"-std=c99", level});
  expect_silence(gcc(), {"-std=c99", "-O2", "-fshort-enums", "-funsigned-char", "-fno-strict-aliasing"});
}

TEST_P(OnEveryCore, ClangIsSilentAtEveryLevel) {
  if (find_program("clang").empty()) GTEST_SKIP() << "clang is not installed";
  const Flags clang = clang_for(*core_);
  for (const char* level : {"-O0", "-Og", "-Os", "-O2", "-O3"}) expect_silence(clang, {"-std=c99", level});
  expect_silence(clang, {"-x", "c++", "-std=c++17", "-O2", "-fno-exceptions"});
}

// Debian has no C++ compiler for the Linux boards without further packages; clang stands in for it above.
TEST_P(OnEveryCore, GccIsSilentInCxxProjects) {
  if (!core_->bare_metal && core_->name != "x86-64") GTEST_SKIP() << "no C++ compiler for " << core_->name;
  for (const char* level : {"-O0", "-O2"}) expect_silence(gcc(), {"-x", "c++", "-std=c++11", level, "-fno-exceptions"});
}

// Without optimization, with the little of it that debuggers bear, and for size.
TEST_P(OnEveryCore, DebugBuildsGiveTheOraclesBitsOnASmallStack) {
  if (!test::missing_tool(*core_).empty()) GTEST_SKIP() << test::missing_tool(*core_) << " is not installed";
  device::Core core = *core_;
  for (const char* level : {"-O0", "-Og", "-Os"}) {
    core.optimization = level;
    expect_the_oracles_bits(core);
  }
}

// The set of instructions that a core's compiler speaks of, and no other.
TEST_P(OnEveryCore, TakesTheKernelsOfItsInstructions) {
  const std::map<std::string, std::string> sets = {{"cortex-m0plus", "armv6m portable "},
                                                   {"cortex-m4", "dsp "},
                                                   {"cortex-m7", "dsp "},
                                                   {"cortex-m33", "dsp "},
                                                   {"cortex-m55", "mve "}};
  const auto set = sets.find(core_->name);
  const std::string expected = set == sets.end() ? "portable " : set->second;
  const auto taken_by = [&](const Flags& compiler) {
    const ProcessResult read = run_in(scratch_.path(), compiler + Flags{"-M", "varied.c"});
    EXPECT_TRUE(read.good()) << read.output.substr(0, 2000);
    std::string taken;
    for (const char* name : {"armv6m", "dsp", "mve", "portable"}) {
      if (read.output.find(fmt::format("apprentice_{}.h", name)) != std::string::npos)
        taken += fmt::format("{} ", name);
    }
    return taken;
  };
  EXPECT_EQ(taken_by(gcc()), expected);
  if (find_program("clang").empty()) return;
  EXPECT_EQ(taken_by(clang_for(*core_)), expected);
}

TEST_P(OnEveryCore, ThePortablePathGivesTheOraclesBits) {
  if (!test::missing_tool(*core_).empty()) GTEST_SKIP() << test::missing_tool(*core_) << " is not installed";
  device::Core core = *core_;
  core.flags.emplace_back("-DAPPRENTICE_PORTABLE");
  expect_silence(Flags{core.compiler} + core.flags, {"-std=c99", "-O2"});
  expect_the_oracles_bits(core);
}

INSTANTIATE_TEST_SUITE_P(All, OnEveryCore, testing::ValuesIn(test::core_names()),
                         [](const auto& core) { return test::plain(core.param); });

TEST(PackagesCompiledHere, HoldEveryKindOfLayerThatHasCCode) {
  std::vector<std::string> found, expected;
  for (const quant::QuantNet& net : {test::varied_net(), test::line_net()}) {
    for (const layers::QuantLayer& layer : net.layers) found.push_back(layer.kind);
  }
  for (const layers::LayerKind& kind : layers::layer_kinds()) {
    if (kind.c.write != nullptr) expected.emplace_back(kind.name);
  }
  for (std::vector<std::string>* kinds : {&found, &expected}) {
    std::sort(kinds->begin(), kinds->end());
    kinds->erase(std::unique(kinds->begin(), kinds->end()), kinds->end());
  }
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace apprentice
