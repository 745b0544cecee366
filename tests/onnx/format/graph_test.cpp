// SPDX-License-Identifier: Apache-2.0
// Hostile and broken model files: each ends in one sentence.
#include "apprentice/onnx/format/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/onnx/format/tensor_file.h"
#include "tests/onnx/format/build_model.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

ModelText relu_model() {
  ModelText text;
  text.input("x", {-1, 4}).output("y", {-1, 4});
  text.node("Relu", {"x"}, {"y"});
  return text;
}

std::string refusal(const ModelText& text) {
  const auto graph = onnx::parse_onnx(text.bytes(), "m.onnx");
  return graph ? "accepted" : graph.error().text();
}

std::string refusal_of_file(const std::string& path) {
  const auto graph = onnx::read_onnx(path);
  return graph ? "accepted" : graph.error().text();
}

void make_external(::onnx::TensorProto& proto, const std::string& location, const std::string& length) {
  proto.clear_raw_data();
  proto.set_data_location(::onnx::TensorProto::EXTERNAL);
  for (const auto& [key, value] : {std::pair<std::string, std::string>{"location", location}, {"length", length}}) {
    proto.add_external_data()->set_key(key);
    proto.mutable_external_data(proto.external_data_size() - 1)->set_value(value);
  }
}

TEST(OnnxGraph, ReadsInputsOutputsAndNodes) {
  const auto graph = onnx::parse_onnx(relu_model().bytes(), "m.onnx");
  ASSERT_TRUE(graph) << graph.error().text();
  EXPECT_EQ(onnx::shape_text(graph->inputs[0]), "[N, 4]");
  EXPECT_EQ(graph->outputs[0].name, "y");
  EXPECT_EQ(onnx::describe(graph->nodes[0]), "node 'Relu_1' (Relu, opset 13)");
  EXPECT_EQ(graph->fingerprint.size(), 64U);
}

TEST(OnnxGraph, PutsNodesIntoAnOrderThatCanRun) {
  ModelText text;
  text.input("x", {1}).output("c", {1});
  text.node("Relu", {"b"}, {"c"});
  text.node("Abs", {"a"}, {"b"});
  text.node("Neg", {"x"}, {"a"});
  const auto graph = onnx::parse_onnx(text.bytes(), "m.onnx");
  ASSERT_TRUE(graph) << graph.error().text();
  EXPECT_EQ(graph->nodes[0].op + graph->nodes[1].op + graph->nodes[2].op, "NegAbsRelu");
}

TEST(OnnxGraph, RefusesCycles) {
  ModelText text = relu_model();
  text.node("Add", {"x", "q"}, {"p"});
  text.node("Abs", {"p"}, {"q"});
  EXPECT_THAT(refusal(text), HasSubstr("cycle"));
}

TEST(OnnxGraph, RefusesInputsThatNothingMakes) {
  ModelText text = relu_model();
  text.node("Abs", {"ghost"}, {"z"});
  EXPECT_THAT(refusal(text), HasSubstr("node 'Abs_2' (Abs, opset 13) uses 'ghost'"));
}

TEST(OnnxGraph, RefusesOutputsThatNothingMakes) {
  ModelText text = relu_model();
  text.output("ghost");
  EXPECT_THAT(refusal(text), HasSubstr("output 'ghost' is made by no node"));
}

TEST(OnnxGraph, RefusesValuesMadeTwice) {
  ModelText text = relu_model();
  text.node("Abs", {"x"}, {"y"});
  EXPECT_THAT(refusal(text), HasSubstr("makes 'y', which is made before"));
}

TEST(OnnxGraph, RefusesTwoInitializersOfOneName) {
  ModelText text = relu_model();
  text.integers("w", {1}).integers("w", {2});
  EXPECT_THAT(refusal(text), HasSubstr("two initializers named 'w'"));
}

TEST(OnnxGraph, RefusesInitializersOfTheWrongSize) {
  ModelText text = relu_model();
  text.integers("w", {1, 2});
  text.graph().mutable_initializer(0)->set_dims(0, 3);
  EXPECT_THAT(refusal(text), HasSubstr("int64 [3] holds 16 bytes where its shape needs 24"));
}

TEST(OnnxGraph, RefusesShapesThatOverflow) {
  for (const int64_t size : {int64_t{1} << 40, std::numeric_limits<int64_t>::max(), int64_t{-1}}) {
    ModelText text = relu_model();
    text.integers("w", {1});
    text.graph().mutable_initializer(0)->set_dims(0, size);
    text.graph().mutable_initializer(0)->add_dims(size);
    EXPECT_THAT(refusal(text), HasSubstr("tensor 'w'"));
  }
}

// Whoever walks the other axes of an empty tensor would not come to an end.
TEST(OnnxGraph, RefusesAbsurdAxesOfEmptyTensors) {
  ModelText text = relu_model();
  text.integers("w", {});
  text.graph().mutable_initializer(0)->add_dims(int64_t{1} << 40);
  EXPECT_THAT(refusal(text), HasSubstr("tensor 'w' has the impossible shape [0, 1099511627776]"));
}

TEST(OnnxGraph, ReadsLongNamesAndManyAttributesInLittleTime) {
  ModelText text = relu_model();
  auto& node = *text.graph().mutable_node(0);
  node.set_name(std::string(400000, 'n'));
  for (int i = 0; i < 40000; ++i) set_int(node, std::to_string(i), 1);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(refusal(text), "accepted");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(OnnxGraph, RefusesTypesItCannotHold) {
  ModelText text = relu_model();
  text.integers("w", {1});
  text.graph().mutable_initializer(0)->set_data_type(::onnx::TensorProto::COMPLEX64);
  EXPECT_THAT(refusal(text), HasSubstr("holds COMPLEX64, which is not supported"));
}

TEST(OnnxGraph, RefusesTruncatedFiles) {
  const std::string bytes = relu_model().bytes();
  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto graph = onnx::parse_onnx(bytes.substr(0, length), "m.onnx");
    if (graph) continue;  // cut between two fields: what is left may be whole
    EXPECT_THAT(graph.error().text(), HasSubstr("m.onnx")) << length;
  }
  EXPECT_FALSE(onnx::parse_onnx("PK\x03\x04 no model", "m.onnx"));
}

TEST(OnnxGraph, RefusesOperatorsOfDomainsThatAreNotImported) {
  ModelText text = relu_model();
  text.graph().mutable_node(0)->set_domain("com.example");
  EXPECT_THAT(refusal(text), HasSubstr("'com.example', which the model does not import"));
}

TEST(OnnxGraph, ReadsExternalDataOfItsOwnFolder) {
  const Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("weights.bin"), std::string(16, '\1')));
  ModelText text = relu_model();
  text.integers("w", {1, 2});
  make_external(*text.graph().mutable_initializer(0), "weights.bin", "16");
  ASSERT_TRUE(write_file(scratch.path("m.onnx"), text.bytes()));
  const auto graph = onnx::read_onnx(scratch.path("m.onnx"));
  ASSERT_TRUE(graph) << graph.error().text();
  EXPECT_EQ(graph->initializers.at("w").data<int64_t>()[1], 0x0101010101010101);
}

TEST(OnnxGraph, RefusesExternalDataOutsideItsFolder) {
  const Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("secret.bin"), std::string(16, 'x')));
  ASSERT_TRUE(make_folder(scratch.path("model")));
  std::filesystem::create_symlink(scratch.path("secret.bin"), scratch.path("model/link.bin"));
  for (const std::string& location :
       {std::string("../secret.bin"), scratch.path("secret.bin"), std::string("link.bin")}) {
    ModelText text = relu_model();
    text.integers("w", {1, 2});
    make_external(*text.graph().mutable_initializer(0), location, "16");
    ASSERT_TRUE(write_file(scratch.path("model/m.onnx"), text.bytes()));
    const auto graph = onnx::read_onnx(scratch.path("model/m.onnx"));
    ASSERT_FALSE(graph) << location;
    EXPECT_THAT(graph.error().text(), HasSubstr("outside the model's folder"));
  }
}

TEST(OnnxGraph, CountsEverySpellingOfAnExternalFileAsOneFile) {
  const Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("weights.bin"), std::string(16, '\1')));
  ModelText text = relu_model();
  for (int i = 0; i < 5; ++i) {
    text.integers("w" + std::to_string(i), {1, 2});
    std::string location = "weights.bin";
    for (int k = 0; k < i; ++k) location = "./" + location;
    make_external(*text.graph().mutable_initializer(i), location, "16");
  }
  ASSERT_TRUE(write_file(scratch.path("m.onnx"), text.bytes()));
  EXPECT_THAT(refusal_of_file(scratch.path("m.onnx")), HasSubstr("more than four times over"));
}

// Opening a pipe that nobody writes would wait for ever.
TEST(OnnxGraph, RefusesExternalDataThatIsNoFile) {
  const Scratch scratch;
  ASSERT_EQ(::mkfifo(scratch.path("pipe").c_str(), 0600), 0);
  for (const std::string& location : {std::string("pipe"), std::string("."), std::string("w\0.bin", 6)}) {
    ModelText text = relu_model();
    text.integers("w", {1, 2});
    make_external(*text.graph().mutable_initializer(0), location, "16");
    ASSERT_TRUE(write_file(scratch.path("m.onnx"), text.bytes()));
    EXPECT_NE(refusal_of_file(scratch.path("m.onnx")), "accepted") << location;
  }
}

TEST(OnnxGraph, RefusesExternalDataThatIsTooShort) {
  const Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("weights.bin"), std::string(8, '\1')));
  ModelText text = relu_model();
  text.integers("w", {1, 2});
  make_external(*text.graph().mutable_initializer(0), "weights.bin", "16");
  ASSERT_TRUE(write_file(scratch.path("m.onnx"), text.bytes()));
  EXPECT_THAT(onnx::read_onnx(scratch.path("m.onnx")).error().text(), HasSubstr("has only 8"));
}

TEST(OnnxGraph, CountsParametersAndOperators) {
  APPRENTICE_NEEDS_DATA();
  const auto graph = onnx::read_onnx(data_folder() + "/models_thirdparty/mlperf_tiny/ic_resnet8_float.onnx");
  ASSERT_TRUE(graph) << graph.error().text();
  const onnx::OnnxSummary summary = onnx::summarize(*graph);
  EXPECT_NEAR(static_cast<double>(summary.parameters), 77.7e3, 1e3);
  EXPECT_EQ(summary.operators.at("Conv"), 9);
}

TEST(TensorFile, RoundTripsEveryType) {
  const Scratch scratch;
  for (int type = 0; type <= static_cast<int>(DType::kBF16); ++type) {
    Tensor tensor(static_cast<DType>(type), {2, 3});
    for (int64_t i = 0; i < tensor.byte_count(); ++i) tensor.bytes()[i] = static_cast<std::byte>(i % 2);
    ASSERT_TRUE(onnx::write_tensor_file(scratch.path("t.pb"), {"name", tensor}));
    const auto back = onnx::read_tensor_file(scratch.path("t.pb"));
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(back->name, "name");
    EXPECT_EQ(back->tensor.dtype(), tensor.dtype());
    EXPECT_EQ(back->tensor.shape(), tensor.shape());
    EXPECT_EQ(0, std::memcmp(back->tensor.bytes(), tensor.bytes(), static_cast<size_t>(tensor.byte_count())));
  }
}

TEST(TensorFile, RefusesWhatIsNoTensor) {
  const Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("t.pb"), "no tensor at all"));
  const auto read = onnx::read_tensor_file(scratch.path("t.pb"));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().text(), HasSubstr("t.pb"));
}

}  // namespace
}  // namespace apprentice::test
