// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <cstring>
#include <set>

#include "apprentice/base/hash.h"
#include "tests/codegen/host_run.h"

namespace apprentice {

using codegen::generate_package;

namespace {

using test::NetBuilder;
using test::run_in;
using test::Scratch;

// One layer of every shape of call: convolutions, depthwise, pools, add, concat, relu, dense.
quant::QuantNet varied_net() {
  NetBuilder b(4, {3, 9, 8});
  const int first = b.conv("conv2d", 0, 8, {{3, 3}, {1, 1}, {1, 1, 1, 1}});
  const int deep = b.depthwise("depthwise2d", first, {{3, 3}, {1, 1}, {1, 1, 1, 1}});
  const int sum = b.add(first, deep);
  const int joined = b.concat({b.relu("relu6", sum), deep});
  const int pooled = b.pool("maxpool2d", joined, {{2, 2}, {2, 2}, {0, 0, 0, 0}});
  b.dense(b.global_average(b.pool("avgpool2d", pooled, {{2, 2}, {1, 1}, {0, 0, 0, 0}})), 5);
  return b.classifier();
}

package::DevicePackage varied_package() {
  const quant::QuantNet net = varied_net();
  return *generate_package(net, test::random_samples(net, 6, 2), {});
}

TEST(Package, NamesWhatFirmwareHasToFeed) {
  const quant::QuantNet net = varied_net();
  codegen::PackageOptions options;
  options.channels = {"vibration_x", "current */ int broken;", "temperature"};
  options.steps_per_reading = 4;
  const package::DevicePackage package = *generate_package(net, test::random_samples(net, 2, 2), options);
  const std::string header = package.files.at("student.h");
  EXPECT_THAT(header, testing::HasSubstr("channel-last: vibration_x, current"));
  EXPECT_THAT(header, testing::HasSubstr("temperature; each value is the mean of 4 successive readings. */"));
  EXPECT_THAT(header, testing::Not(testing::HasSubstr("*/ int broken")));
  EXPECT_EQ(package.manifest.channel_names, options.channels);
  EXPECT_EQ(package.manifest.steps_per_reading, 4);
  EXPECT_EQ(varied_package().files.at("manifest.json").find("channel_names"), std::string::npos);
}

TEST(Package, HasAHeaderThatCppCanInclude) {
  Scratch scratch;
  ASSERT_TRUE(package::write_package(varied_package(), scratch.path()));
  ASSERT_TRUE(write_file(scratch.path("main.cpp"),
                         "#include \"student.h\"\nstatic student_context c;\n"
                         "int main() { float s[STUDENT_INPUT_SIZE] = {}; return student_classify(&c, s) > 9; }\n"));
  const ProcessResult c = run_in(scratch.path(), {"gcc", "-std=c99", "-c", "student.c"});
  ASSERT_TRUE(c.good()) << c.output;
  const ProcessResult cpp = run_in(scratch.path(), {"g++", "-Wall", "-Werror", "main.cpp", "student.o", "-o", "main"});
  ASSERT_TRUE(cpp.good()) << cpp.output;
  EXPECT_TRUE(run_in(scratch.path(), {"./main"}).good());
}

TEST(Package, HasTheSameBytesEveryTime) {
  const package::DevicePackage first = varied_package(), second = varied_package();
  EXPECT_EQ(first.files, second.files);
}

TEST(Package, IsReadAndVerifiedAsItWasWritten) {
  const package::DevicePackage package = varied_package();
  Scratch scratch;
  ASSERT_TRUE(package::write_package(package, scratch.path()));
  const auto read = package::read_package(scratch.path());
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->files, package.files);
  for (const auto& [name, file] : read->manifest.files) EXPECT_EQ(file.sha256, sha256_hex(package.files.at(name)));
  EXPECT_EQ(read->manifest.files.size() + 1, package.files.size());
}

// The example classifies the vectors from raw floats; its answers are the oracle's.
TEST(Package, HasAnExampleThatGivesTheOraclesClasses) {
  const quant::QuantNet net = varied_net();
  const Tensor samples = test::random_samples(net, 3, 2);
  Scratch scratch;
  ASSERT_TRUE(package::write_package(*generate_package(net, samples, {}), scratch.path()));
  ASSERT_TRUE(run_in(scratch.path(), {"gcc", "-std=c99", "-O2", "example.c", "student.c", "-o", "example"}).good());
  std::string expected;
  const int64_t size = net.tensors[0].size();
  std::vector<float> raw(static_cast<size_t>(size));
  std::vector<int8_t> input(raw.size());
  for (int i = 0; i < 3; ++i) {
    quant::to_channel_last(samples.data<float>() + i * size, net.spec.input_shape, raw.data());
    net.quantize_input(raw.data(), input.data());
    const std::vector<int8_t> out = net.run(input.data());
    const auto winner = std::max_element(out.begin(), out.end()) - out.begin();
    expected += fmt::format("sample {}: class {} class \"{}\"\n", i, winner, winner);
  }
  EXPECT_EQ(run_in(scratch.path(), {"./example"}).output, expected);
}

TEST(Package, PredictsInTheUnitOfTheTarget) {
  NetBuilder b(3, {6});
  b.dense(0, 1);
  const quant::QuantNet net = b.regressor();
  const Tensor samples = test::random_samples(net, 2, 2);
  Scratch scratch;
  ASSERT_TRUE(package::write_package(*generate_package(net, samples, {"pump"}), scratch.path()));
  ASSERT_TRUE(run_in(scratch.path(), {"gcc", "-std=c99", "-O2", "example.c", "pump.c", "-o", "example"}).good());
  std::string expected;
  for (int i = 0; i < 2; ++i) {
    std::vector<int8_t> input(6);
    net.quantize_input(samples.data<float>() + i * 6, input.data());
    expected += fmt::format("sample {}: {:f}\n", i, net.dequantize_output(net.run(input.data()).data())[0]);
  }
  EXPECT_EQ(run_in(scratch.path(), {"./example"}).output, expected);
}

TEST(Package, WritesVectorsThatReadBack) {
  const quant::QuantNet net = varied_net();
  const Tensor samples = test::random_samples(net, 6, 2);
  const std::string bytes = generate_package(net, samples, {})->files.at("vectors.bin");
  const size_t in = static_cast<size_t>(net.tensors[0].size()), out = 5, head = 24;
  ASSERT_EQ(bytes.size(), head + 6 * (in * 5 + out));
  EXPECT_EQ(bytes.substr(0, 8), "APVEC002");
  EXPECT_EQ(bytes[8], 6);
  const char* second = bytes.data() + head + in * 5 + out;
  std::vector<float> raw(in), expected(in);
  std::memcpy(raw.data(), second, in * 4);
  quant::to_channel_last(samples.data<float>() + in, net.spec.input_shape, expected.data());
  EXPECT_EQ(raw, expected);
  const auto* input = reinterpret_cast<const int8_t*>(second + in * 4);
  EXPECT_EQ(std::vector<int8_t>(input + in, input + in + out), net.run(input));
}

TEST(Package, StaysSafeCWhateverTheNamesAre) {
  NetBuilder b(3, {2});
  b.dense(0, 2);
  quant::QuantNet net = b.classifier();
  net.name = "a */ int evil; /* \n?\?/ b";
  net.layers[0].name = "*/ #error";
  net.spec.class_names = {"quote \" back \\ slash", "K\xC3\xBCgel ?\?/\n"};
  const package::DevicePackage package = *generate_package(net, test::random_samples(net, 1, 2), {});
  Scratch scratch;
  ASSERT_TRUE(package::write_package(package, scratch.path()));
  ASSERT_TRUE(write_file(
      scratch.path("main.c"),
      "#include <stdio.h>\n#include \"student.h\"\n"
      "int main(void) { fputs(student_class_name(0), stdout); fputs(student_class_name(1), stdout); return 0; }\n"));
  const ProcessResult built =
      run_in(scratch.path(), {"gcc", "-std=c99", "-Wall", "-Werror", "main.c", "student.c", "-o", "main"});
  ASSERT_TRUE(built.good()) << built.output;
  EXPECT_EQ(run_in(scratch.path(), {"./main"}).output, net.spec.class_names[0] + net.spec.class_names[1]);
}

TEST(Package, RefusesAPrefixThatIsNoCName) {
  const quant::QuantNet net = varied_net();
  const Tensor samples = test::random_samples(net, 1, 2);
  for (const std::string prefix : {"", "2pump", "Pump", "a-b", "../x", "K\xC3\xBCgel"}) {
    const auto package = generate_package(net, samples, {prefix});
    ASSERT_FALSE(package) << prefix;
    EXPECT_NE(package.error().text().find("cannot lead C names"), std::string::npos);
  }
}

TEST(Package, RefusesAPrefixThatIsTakenAndNamesAnother) {
  const quant::QuantNet net = varied_net();
  const Tensor samples = test::random_samples(net, 1, 2);
  const auto package = generate_package(net, samples, {"time"});
  ASSERT_FALSE(package);
  EXPECT_EQ(package.error().text(),
            "prefix: 'time' would hide a header of the C library; expected another name, as 'net_time'");
  for (const std::string prefix :
       {"example", "apprentice", "apprentice_arith", "string", "float", "errno", "stdint", "math", "assert", "main",
        "class", "pump_vectors", "pump_quantize", "stm32f4xx", "core_cm4", "arm_math", "aux"}) {
    EXPECT_FALSE(codegen::check_prefix(prefix)) << prefix;
    EXPECT_TRUE(codegen::check_prefix(codegen::safe_prefix(prefix))) << prefix;
  }
}

TEST(Package, MakesAPrefixOfAnyName) {
  EXPECT_EQ(codegen::safe_prefix("pump"), "pump");
  EXPECT_EQ(codegen::safe_prefix("Pump-2"), "pump_2");
  EXPECT_EQ(codegen::safe_prefix("Time"), "net_time");
  EXPECT_EQ(codegen::safe_prefix("STDINT"), "net_stdint");
  EXPECT_EQ(codegen::safe_prefix("apprentice-conv"), "net_apprentice_conv");
  EXPECT_EQ(codegen::safe_prefix("4wheels"), "net_4wheels");
  EXPECT_EQ(codegen::safe_prefix("arm_joint"), "arm_joint");
  EXPECT_EQ(codegen::safe_prefix("pump_vectors"), "net_pump_vectors_net");
  for (const std::string& name : {std::string(), std::string("-"), std::string("_x"), std::string("K\xC3\xBCgel"),
                                  std::string(200, 'a'), std::string("a/../b"), std::string("net_")}) {
    EXPECT_TRUE(codegen::check_prefix(codegen::safe_prefix(name))) << name;
  }
}

// What is told apart by case alone is one file where file systems fold case.
TEST(Package, HasNoTwoFilesThatDifferInCaseAlone) {
  std::set<std::string> folded;
  const package::DevicePackage package = varied_package();
  for (const auto& [path, bytes] : package.files) {
    std::string lower = path;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    EXPECT_TRUE(folded.insert(lower).second) << path;
  }
}

TEST(Package, RefusesSamplesOfAnotherShapeOrValue) {
  const quant::QuantNet net = varied_net();
  EXPECT_FALSE(generate_package(net, Tensor(DType::kF32, {2, 3, 9, 7}), {}));
  EXPECT_FALSE(generate_package(net, Tensor(DType::kF32, {0, 3, 9, 8}), {}));
  EXPECT_FALSE(generate_package(net, Tensor(DType::kF64, {1, 3, 9, 8}), {}));
  Tensor samples(DType::kF32, {1, 3, 9, 8});
  samples.data<float>()[5] = NAN;
  EXPECT_FALSE(generate_package(net, samples, {}));
}

TEST(Package, RefusesALayerWithoutCCode) {
  NetBuilder b(3, {2});
  b.dense(0, 2);
  quant::QuantNet net = b.classifier();
  net.layers[0].kind = "softmax";
  const auto package = generate_package(net, test::random_samples(net, 1, 2), {});
  ASSERT_FALSE(package);
  EXPECT_EQ(package.error().text(), "layer 'dense0': kind 'softmax' has no C code");
}

}  // namespace
}  // namespace apprentice
