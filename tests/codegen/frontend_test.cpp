// SPDX-License-Identifier: Apache-2.0
// The C text of a net behind a front end, from raw samples to answers.
#include <gmock/gmock.h>

#include "tests/codegen/host_run.h"
#include "tests/quant/frontend_nets.h"

namespace apprentice {
namespace {

using test::run_in;
using test::Scratch;

constexpr const char* kRawMain = R"(#include <stdio.h>
#include "student.h"
static student_context context;
static float samples[STUDENT_SAMPLE_SIZE];
int main(void) {
  FILE* in = fopen("samples.bin", "rb");
  FILE* out = fopen("outputs.bin", "wb");
  if (in == NULL || out == NULL) return 2;
  while (fread(samples, sizeof samples, 1, in) == 1) {
    student_quantize_input(&context, samples);
    fwrite(student_input(&context), 1, STUDENT_INPUT_SIZE, out);
    fwrite(student_run(&context), 1, STUDENT_OUTPUT_SIZE, out);
  }
  return fclose(out);
}
)";

// Raw windows, channel-last: noise of many strengths, silence, a full scale, what is no number.
std::vector<std::vector<float>> raw_windows(const Shape& raw) {
  const auto size = static_cast<size_t>(element_count(raw));
  std::vector<std::vector<float>> windows;
  Rng rng(9, "windows");
  for (int i = 0; i < 60; ++i) {
    std::vector<float> window(size);
    for (float& value : window) value = static_cast<float>(std::exp2(i % 20 - 14) * rng.normal());
    windows.push_back(window);
  }
  windows.emplace_back(size, 0.0F);
  windows.emplace_back(size, 1e30F);
  windows.emplace_back(size, -1e30F);
  windows.emplace_back(size, std::numeric_limits<float>::quiet_NaN());
  return windows;
}

void expect_c_equals_oracle_from_raw(const model::Model& model) {
  const Shape raw = model.spec.input_shape;
  const test::NoiseData data(raw, 30, 4);
  const auto net = quant::quantize(model, data, test::kPlainCalibration);
  ASSERT_TRUE(net) << net.error().text();
  const auto package = codegen::generate_package(*net, test::random_samples(*net, 2, 5), {});
  ASSERT_TRUE(package) << package.error().text();
  const Scratch scratch;
  ASSERT_TRUE(package::write_package(*package, scratch.path()));
  std::string bytes, expected;
  for (const std::vector<float>& window : raw_windows(raw)) {
    bytes.append(reinterpret_cast<const char*>(window.data()), window.size() * sizeof(float));
    std::vector<int8_t> input(static_cast<size_t>(net->tensors[0].size()));
    net->quantize_input(window.data(), input.data());
    for (const int8_t value : input) expected += static_cast<char>(value);
    for (const int8_t value : net->run(input.data())) expected += static_cast<char>(value);
  }
  ASSERT_TRUE(write_file(scratch.path("main.c"), kRawMain));
  ASSERT_TRUE(write_file(scratch.path("samples.bin"), bytes));
  const ProcessResult built =
      run_in(scratch.path(), {"gcc", "-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined,address",
                              "-fno-sanitize-recover=all", "main.c", "student.c", "-o", "student"});
  ASSERT_TRUE(built.good()) << built.output;
  const ProcessResult ran = run_in(scratch.path(), {"./student"});
  ASSERT_TRUE(ran.good()) << ran.output;
  EXPECT_TRUE(*read_file(scratch.path("outputs.bin")) == expected);
}

TEST(FrontendPackage, EqualsTheOracleFromRawSamples) {
  expect_c_equals_oracle_from_raw(test::spectrum_model("", "family = \"mlp\"\nwidth = 8\n", {1, 128}, 3));
  expect_c_equals_oracle_from_raw(test::spectrum_model("frame = 40\nhop = 12\nwindow = \"hamming\"\n",
                                                       "family = \"conv1d\"\nwidth = 8\ndepth = 2\n", {3, 100}, 5));
}

TEST(FrontendPackage, EqualsTheOracleWhereChainsAreJoined) {
  expect_c_equals_oracle_from_raw(
      test::frontend_model("kind = [\"statistics\", \"spectrum\"]\n", "family = \"mlp\"\nwidth = 8\n", {2, 64}, 3));
  const std::string parts =
      "[[part]]\nkind = \"spectrum\"\nframe = 40\nhop = 20\n"
      "[[part]]\nkind = \"statistics\"\nframe = 30\nhop = 20\nof = [\"crest\", \"log_deviation\"]\n";
  expect_c_equals_oracle_from_raw(
      test::frontend_model(parts, "family = \"conv1d\"\nwidth = 8\ndepth = 2\n", {3, 100}, 5));
}

TEST(FrontendPackage, EqualsTheOracleOfAJobsOwnChain) {
  const std::string layers =
      "frame = 33\n[[layer]]\nkind = \"difference\"\n[[layer]]\nkind = \"standardise\"\n[[layer]]\nkind = \"window\"\n"
      "shape = \"hamming\"\n[[layer]]\nkind = \"spectrum\"\npoints = 32\n[[layer]]\nkind = \"log\"\nfloor = 0.01\n";
  expect_c_equals_oracle_from_raw(
      test::frontend_model(layers, "family = \"conv1d\"\nwidth = 8\ndepth = 2\n", {2, 100}, 3));
  Config wrong = *Config::parse("[[layer]]\nkind = \"spectral\"\n", "test");
  static_cast<void>(families::read_frontend(wrong, {2, 100}));
  EXPECT_THAT(wrong.finish().error().text(), testing::HasSubstr("did you mean 'spectrum'"));
  Config less = *Config::parse("[[layer]]\nkind = \"spectrum\"\n", "test");
  static_cast<void>(families::read_frontend(less, {2, 100}));
  EXPECT_THAT(less.finish().error().text(), testing::HasSubstr("key 'points' is missing"));
}

TEST(FrontendPackage, SaysWhatFirmwareHasToFeed) {
  const model::Model model =
      test::spectrum_model("frame = 32\n", "family = \"conv1d\"\nwidth = 4\ndepth = 1\n", {2, 64}, 3);
  const quant::QuantNet net = *quant::quantize(model, test::NoiseData({2, 64}, 10, 4), test::kPlainCalibration);
  const package::DevicePackage package = *codegen::generate_package(net, test::random_samples(net, 2, 5), {});
  EXPECT_EQ(package.manifest.raw_steps, 64);
  EXPECT_EQ(package.manifest.raw_channels, 2);
  EXPECT_EQ(package.manifest.sample_size(), 128);
  EXPECT_THAT(package.manifest.frontend, testing::ElementsAre("window", "spectrum", "log"));
  const auto read = package::parse_package_manifest(package.files.at("manifest.json"), "manifest.json");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->frontend, package.manifest.frontend);
  const std::string header = package.files.at("student.h");
  EXPECT_THAT(header, testing::HasSubstr("One raw sample is [64][2] (time, channels)"));
  EXPECT_THAT(header, testing::HasSubstr("#define STUDENT_SAMPLE_SIZE 128"));
  EXPECT_THAT(header, testing::HasSubstr("#define STUDENT_INPUT_SIZE 102"));
}

TEST(FrontendPackage, PlansItsScratchWhereNothingElseLives) {
  const model::Model model = test::spectrum_model("", "family = \"mlp\"\nwidth = 8\n", {1, 128}, 3);
  const quant::QuantNet net = *quant::quantize(model, test::NoiseData({1, 128}, 10, 4), test::kPlainCalibration);
  const codegen::MemoryPlan plan = codegen::plan_memory(net);
  const int64_t first = plan.offsets[0], last = first + net.tensors[0].size();
  EXPECT_GE(plan.frontend_bytes, 65 * 2 + 128 * 2);
  EXPECT_TRUE(plan.frontend_offset >= last || plan.frontend_offset + plan.frontend_bytes <= first);
  EXPECT_LE(plan.frontend_offset + plan.frontend_bytes, plan.arena_bytes);
}

}  // namespace
}  // namespace apprentice
