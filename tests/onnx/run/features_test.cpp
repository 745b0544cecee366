// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/features.h"

#include <gmock/gmock.h>

#include "tests/onnx/format/build_model.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Conv, relu, conv with stride (made smaller), global pool, a flatten by way of the number of samples, Gemm, Softmax.
onnx::OnnxGraph small_graph() {
  ModelText text;
  text.input("x", {-1, 1, 8}).output("p");
  text.constant("w1", Tensor(DType::kF32, {4, 1, 1})).constant("w2", Tensor(DType::kF32, {6, 4, 1}));
  text.constant("w3", Tensor(DType::kF32, {6, 3})).integers("rest", {-1}).integers("zero", {0});
  text.node("Shape", {"x"}, {"size"});
  text.node("Conv", {"x", "w1"}, {"c1"});
  text.node("Relu", {"c1"}, {"r1"});
  text.node("Conv", {"r1", "w2"}, {"c2"});
  text.node("GlobalAveragePool", {"c2"}, {"g"});
  text.node("Gather", {"size", "zero"}, {"n"});
  text.node("Concat", {"n", "rest"}, {"target"});
  text.node("Reshape", {"g", "target"}, {"v"});
  text.node("Gemm", {"v", "w3"}, {"z"});
  text.node("Softmax", {"z"}, {"p"});
  return *onnx::parse_onnx(text.bytes(), "m.onnx");
}

// As a run on one sample tells them.
const std::map<std::string, Shape> kShapes = {{"size", {3}},    {"c1", {1, 4, 8}}, {"r1", {1, 4, 8}}, {"c2", {1, 6, 4}},
                                              {"g", {1, 6, 1}}, {"n", {1}},        {"target", {2}},   {"v", {1, 6}},
                                              {"z", {1, 3}},    {"p", {1, 3}}};

std::vector<std::string> names(const std::vector<onnx::run::OnnxFeature>& features) {
  std::vector<std::string> list;
  for (const onnx::run::OnnxFeature& feature : features) list.push_back(feature.name);
  return list;
}

TEST(OnnxFeatures, AreEndsOfStagesAndTheLastVectorWhateverComputesShapes) {
  const auto features = onnx::run::sensible_features(small_graph(), kShapes);
  EXPECT_THAT(names(features), ElementsAre("r1", "c2", "v"));
  EXPECT_EQ(features[0].shape, (Shape{4, 8}));
  EXPECT_EQ(features[2].shape, (Shape{6}));
}

TEST(OnnxFeatures, BelongToTheAnswerThatCounts) {
  EXPECT_THAT(names(onnx::run::sensible_features(small_graph(), kShapes, "c2")), ElementsAre("r1"));
  EXPECT_THAT(names(onnx::run::sensible_features(small_graph(), kShapes, "nothing")), ElementsAre());
}

TEST(OnnxFeatures, AreFoundByNameAndByTheNumberOfTheirNode) {
  const onnx::OnnxGraph graph = small_graph();
  EXPECT_EQ(*onnx::run::value_of(graph, "r1"), "r1");
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    EXPECT_EQ(*onnx::run::value_of(graph, std::to_string(i)), graph.nodes[i].outputs[0]);
  }
  EXPECT_EQ(*onnx::run::value_of(graph, "-1"), "p");
  EXPECT_EQ(*onnx::run::value_of(graph, "-2"), "z");
}

TEST(OnnxFeatures, RefuseWhatIsNotThere) {
  for (const char* name : {"r2", "10", "-11", "1x", "", "w1"}) {
    const auto value = onnx::run::value_of(small_graph(), name);
    ASSERT_FALSE(value) << name;
    EXPECT_THAT(value.error().text(), HasSubstr(std::string("m.onnx: has no value '") + name + "'"));
    EXPECT_THAT(value.error().text(), HasSubstr("0 to 9"));
  }
}

}  // namespace
}  // namespace apprentice::test
