// SPDX-License-Identifier: Apache-2.0
// A stream gives the bits of the batch answer to every window, at any portioning.
#include <gmock/gmock.h>

#include "tests/codegen/host_run.h"
#include "tests/codegen/stream_cases.h"

namespace apprentice {
namespace {

using test::run_in;
using test::Scratch;
using test::StreamCase;

// Samples of many strengths, silence, full scale, what is no number; portions of 0 steps up to several windows. Prints
// the answers and those that differ from the batch's; writes the first ones with their windows.
constexpr const char* kMain = R"(#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "student.h"

static student_stream stream;
static student_context context;
static uint32_t state = 12345;

static uint32_t draw(uint32_t below) {
  state = state * 1664525u + 1013904223u;
  return (uint32_t)(((uint64_t)(state >> 8) * below) >> 24);
}

static float sample(uint32_t step) {
  const float value = ldexpf((float)draw(65536) - 32768.0F, (int)(step / 500 % 20) - 26);
  if (step % 7919 < 150) return 0.0F;
  if (step % 4001 == 0) return step % 2 ? 1e30F : -1e30F;
  return step % 6007 == 0 ? (float)NAN : value;
}

int main(int count, char** arguments) {
  const int32_t steps = count > 1 ? atoi(arguments[1]) : 0;
  float* const samples = malloc((size_t)steps * STUDENT_CHANNELS * sizeof *samples);
  FILE* const file = fopen("first.bin", "wb");
  int32_t at = 0, answers = 0, different = 0, begun = -1, i;
  if (samples == NULL || file == NULL) return 2;
  for (i = 0; i < steps * STUDENT_CHANNELS; ++i) samples[i] = sample((uint32_t)i);
  memset(&stream, 0x5A, sizeof stream);
  student_stream_init(&stream);
  while (at < steps) {
    const uint32_t kind = draw(4);
    int32_t portion = (int32_t)draw(kind == 0 ? 2 : kind == 1 ? 20 : kind == 2 ? STUDENT_HOP + 2 : 3 * STUDENT_WINDOW);
    if (portion > steps - at) portion = steps - at;
    while (portion > 0) {
      int32_t consumed;
      const int8_t* const outputs = student_push(&stream, samples + at * STUDENT_CHANNELS, portion, &consumed);
      if (consumed < 1 || consumed > portion) return 3;
      at += consumed;
      portion -= consumed;
      if (outputs != NULL) {
        const float* const window = samples + (at - STUDENT_WINDOW) * STUDENT_CHANNELS;
        static float whole[STUDENT_SAMPLE_SIZE]; /* what a front end leaves out of the window is of no account */
        memcpy(whole, window, STUDENT_WINDOW * STUDENT_CHANNELS * sizeof *whole);
        if (begun >= 0 && at - begun != STUDENT_HOP) return 4;
        begun = at;
        student_quantize_input(&context, whole);
        different += memcmp(outputs, student_run(&context), STUDENT_OUTPUT_SIZE) != 0;
        if (answers++ < 20) fwrite(whole, sizeof whole, 1, file), fwrite(outputs, 1, STUDENT_OUTPUT_SIZE, file);
      } else if (portion != 0) {
        return 5;
      }
    }
  }
  printf("%d answers, %d different, %d bytes", (int)answers, (int)different, (int)sizeof stream);
  free(samples);
  return fclose(file);
}
)";

// The answers of the oracle to the windows in the program's file are those in it.
void expect_oracle(const quant::QuantNet& net, const std::string& bytes) {
  const auto size = static_cast<size_t>(element_count(net.spec.input_shape));
  const auto outputs = static_cast<size_t>(net.output_tensor().size());
  ASSERT_EQ(bytes.size(), 20 * (size * sizeof(float) + outputs));
  std::vector<float> window(size);
  std::vector<int8_t> input(static_cast<size_t>(net.tensors[0].size()));
  for (const char* at = bytes.data(); at < bytes.data() + bytes.size(); at += outputs) {
    std::memcpy(window.data(), at, size * sizeof(float));
    at += size * sizeof(float);
    net.quantize_input(window.data(), input.data());
    const std::vector<int8_t> answer = net.run(input.data());
    ASSERT_EQ(std::string(answer.begin(), answer.end()), std::string(at, outputs));
  }
}

class Stream : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const StreamCase& one = cases().at(GetParam());
    net_ = one.net();
    hop_ = one.hop;
    steps_ = one.steps;
    codegen::PackageOptions options;
    options.hop = hop_;
    const auto package = codegen::generate_package(net_, test::random_samples(net_, 1, 5), options);
    ASSERT_TRUE(package) << package.error().text();
    package_ = *package;
    ASSERT_TRUE(package::write_package(package_, scratch_.path()));
    ASSERT_TRUE(write_file(scratch_.path("main.c"), kMain));
  }

  void expect_batch_bits(const std::vector<std::string>& flags, int64_t steps) {
    std::vector<std::string> call = {"gcc",    "-std=c99",  "-Wall", "-Wextra", "-Werror",
                                     "main.c", "student.c", "-o",    "student"};
    call.insert(call.end(), flags.begin(), flags.end());
    call.emplace_back("-lm");
    const ProcessResult built = run_in(scratch_.path(), call);
    ASSERT_TRUE(built.good()) << built.output;
    const ProcessResult ran = run_in(scratch_.path(), {"./student", fmt::format("{}", steps)});
    ASSERT_TRUE(ran.good()) << ran.exit_code << ran.output;
    const package::PackageStream& stream = *package_.manifest.stream;
    EXPECT_EQ(ran.output, fmt::format("{} answers, 0 different, {} bytes", (steps - stream.window) / hop_ + 1,
                                      stream.context_bytes));
    expect_oracle(net_, *read_file(scratch_.path("first.bin")));
  }

  // For slow builds.
  int64_t few_steps() const {
    return std::max(package_.manifest.stream->window + 40 * hop_, std::min<int64_t>(steps_ / 10, 6'000));
  }

  static const std::map<std::string, StreamCase>& cases() {
    static const std::map<std::string, StreamCase> all = test::stream_cases();
    return all;
  }

  Scratch scratch_;
  quant::QuantNet net_;
  int64_t hop_ = 0, steps_ = 0;
  package::DevicePackage package_;
};

TEST_P(Stream, EqualsTheBatchAnswerOfEveryWindow) { expect_batch_bits({"-O2"}, steps_); }

TEST_P(Stream, EqualsItAtEveryOptimization) {
  for (const std::string level : {"-O0", "-O1", "-O3"}) {
    SCOPED_TRACE(level);
    expect_batch_bits({level}, few_steps());
  }
}

TEST_P(Stream, HasNoUndefinedBehaviour) {
  expect_batch_bits({"-O1", "-fsanitize=undefined,address", "-fno-sanitize-recover=all"}, few_steps());
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& row : test::stream_cases()) names.push_back(row.first);
  return names;
}
INSTANTIATE_TEST_SUITE_P(All, Stream, testing::ValuesIn(case_names()), [](const auto& row) { return row.param; });

package::DevicePackage package_with(const quant::QuantNet& net, int64_t hop) {
  codegen::PackageOptions options;
  options.hop = hop;
  return *codegen::generate_package(net, test::random_samples(net, 2, 5), options);
}

TEST(StreamPackage, SaysHowItIsCalled) {
  const package::DevicePackage package = package_with(test::padded_conv_net(), 16);
  const std::string header = package.files.at("student.h");
  EXPECT_THAT(header, testing::HasSubstr("#define STUDENT_HOP 16\n#define STUDENT_WINDOW 60\n"));
  EXPECT_THAT(header, testing::HasSubstr("use(student_winner(outputs))"));
  EXPECT_THAT(package_with(test::dense_net(), 3).files.at("student.h"),
              testing::HasSubstr("use(student_value(outputs, 0))"));
  const auto read = package::parse_package_manifest(package.files.at("manifest.json"), "manifest.json");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->stream->hop, 16);
  EXPECT_EQ(read->stream->window, 60);
  EXPECT_EQ(read->stream->context_bytes, package.manifest.stream->context_bytes);
}

TEST(StreamPackage, KeepsTheInputOfANetThatIsComputedWholeAndSharesTheRest) {
  const package::PackageStream stream = *package_with(test::separable_net(), 10).manifest.stream;
  // 96 columns stay; beside them what the first two layers give, and a counter.
  EXPECT_EQ(stream.context_bytes, 96 + 22 * 8 + 18 * 8 + 4);
  EXPECT_EQ(stream.kept_bytes, 86);
  EXPECT_EQ(stream.macs, stream.window_macs);
  EXPECT_EQ(stream.layers[0].why_whole, "10 new columns are no multiple of its stride of 4");
  EXPECT_EQ(stream.layers[1].why_whole, "it reads 'conv1d0', which is computed whole");
}

TEST(StreamPackage, ComputesNewColumnsOnlyAndKeepsWhatTheyNeed) {
  const package::PackageStream stream = *package_with(test::wake_word_net(), 1).manifest.stream;
  EXPECT_EQ(stream.window_macs, 826'368);
  EXPECT_EQ(stream.macs, 46'040);
  EXPECT_EQ(stream.kept_bytes, 2 * 40 + (4 + 9 + 14) * 128);  // a kernel less one, of each depthwise layer
  // The new columns beside them, what the last two layers before the end give, two counters.
  EXPECT_EQ(stream.context_bytes, stream.kept_bytes + (40 + 3 * 128) + (128 + 32) + 2 * 4);
  for (const package::PackageStreamLayer& layer : stream.layers) {
    EXPECT_EQ(layer.columns, 1) << layer.name;
    EXPECT_EQ(layer.why_whole, "") << layer.name;
  }
}

TEST(StreamPackage, SaysWhyALayerIsComputedWhole) {
  const package::DevicePackage package = package_with(test::branching_columns_net(), 8);
  const package::PackageStream stream = *package.manifest.stream;
  const auto layer = [&](const std::string& name) {
    for (const package::PackageStreamLayer& one : stream.layers) {
      if (one.name == name) return one;
    }
    return package::PackageStreamLayer{};
  };
  EXPECT_EQ(layer("conv1d0").columns, 4);
  EXPECT_EQ(layer("conv1d0").window_columns, 43);
  EXPECT_EQ(layer("maxpool1d5").columns, 2);
  EXPECT_EQ(layer("concat9").columns, 2);
  EXPECT_EQ(layer("conv1d10").columns, layer("conv1d10").window_columns);
  EXPECT_EQ(layer("conv1d10").why_whole,
            "its padding makes the ends of a window differ from the same columns of the next one");
  EXPECT_EQ(layer("add11").why_whole, "it reads 'conv1d10', which is computed whole");
  EXPECT_LT(stream.macs, stream.window_macs);
  const auto read = package::parse_package_manifest(package.files.at("manifest.json"), "manifest.json");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->stream->layers.size(), stream.layers.size());
  EXPECT_EQ(read->stream->macs, stream.macs);
}

TEST(StreamPackage, LeavesOthersAsTheyWere) {
  const quant::QuantNet net = test::separable_net();
  package::DevicePackage with = package_with(net, 16);
  const package::DevicePackage without = package_with(net, 0);
  EXPECT_FALSE(without.manifest.stream);
  EXPECT_EQ(without.files.at("manifest.json").find("stream"), std::string::npos);
  EXPECT_EQ(without.files.at("student.h").find("stream"), std::string::npos);
  for (const char* changed : {"manifest.json", "student.h", "student.c"}) {
    EXPECT_NE(with.files.at(changed), without.files.at(changed));
    with.files[changed] = without.files.at(changed);
  }
  EXPECT_EQ(with.files, without.files);
}

TEST(StreamPackage, RefusesHopsThatCannotBe) {
  const quant::QuantNet net = test::separable_net();
  EXPECT_TRUE(codegen::check_hop(net.spec, 1));
  EXPECT_TRUE(codegen::check_hop(net.spec, 96));
  for (const int64_t hop : {-1, 0, 97}) {
    const Status status = codegen::check_hop(net.spec, hop);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().text(), fmt::format("'hop' is {}; expected 1 to 96, the steps of a window", hop));
  }
  test::NetBuilder rows(3, {6});
  rows.dense(0, 2);
  EXPECT_EQ(codegen::check_hop(rows.classifier().spec, 1).error().text(),
            "a stream needs windows [channels, time], but samples are [6]");
}

TEST(StreamPackage, HopsByTheFramesWhereNobodySaysOtherwise) {
  EXPECT_EQ(codegen::default_hop(test::separable_net().spec), 96);
  EXPECT_EQ(codegen::default_hop(test::stream_cases().at("spectrum_conv").net().spec), 12);
}

}  // namespace
}  // namespace apprentice
