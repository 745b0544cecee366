// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/onnx/format/build_model.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<onnx::run::OnnxModel> load(const ModelText& text) {
  auto graph = onnx::parse_onnx(text.bytes(), "m.onnx");
  if (!graph) return pass_on(graph);
  return onnx::run::OnnxModel::from_graph(std::move(*graph));
}

std::vector<float> floats(const Tensor& tensor) { return {tensor.data<float>(), tensor.data<float>() + tensor.size()}; }

// y = relu(x) * 2 through a Reshape that names the number of samples it was exported with.
ModelText fixed_batch_model(const std::vector<int64_t>& target) {
  ModelText text;
  text.input("x", {1, 2, 2}).output("y", {1, 4});
  text.constant("two", Tensor::from({1}, {2.0F})).integers("target", target);
  text.node("Relu", {"x"}, {"r"});
  text.node("Reshape", {"r", "target"}, {"f"});
  text.node("Mul", {"f", "two"}, {"y"});
  return text;
}

TEST(OnnxModel, GivesIntermediateValuesByName) {
  const auto model = load(fixed_batch_model({1, 4}));
  ASSERT_TRUE(model) << model.error().text();
  const auto made = model->run({{"x", Tensor::from({1, 2, 2}, {-1, 2, -3, 4})}}, {"r", "y"});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_THAT(floats(made->at("r")), ElementsAre(0, 2, 0, 4));
  EXPECT_THAT(floats(made->at("y")), ElementsAre(0, 4, 0, 8));
}

TEST(OnnxModel, RunsManySamplesThroughAReshapeForOne) {
  for (const auto& target : {std::vector<int64_t>{1, 4}, {1, -1}, {-1, 4}}) {
    const auto model = load(fixed_batch_model(target));
    ASSERT_TRUE(model) << model.error().text();
    EXPECT_EQ(model->why_not_together().value(), "");
    const auto made = model->run({{"x", Tensor::from({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})}});
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->at("y").shape(), (Shape{2, 4}));
    EXPECT_THAT(floats(made->at("y")), ElementsAre(2, 4, 6, 8, 10, 12, 14, 16));
  }
}

TEST(OnnxModel, RunsOneByOneWhereSamplesWouldMix) {
  ModelText text;
  text.input("x", {1, 3}).output("y", {1, 3});
  auto& softmax = text.node("Softmax", {"x"}, {"y"});
  set_int(softmax, "axis", 0);  // over the samples: together they would not give ones
  const auto model = load(text);
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_THAT(model->why_not_together().value(), HasSubstr("otherwise"));
  const auto made = model->run_samples({{"x", Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6})}});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_THAT(floats(made->at("y")), ElementsAre(1, 1, 1, 1, 1, 1));
}

TEST(OnnxModel, RefusesOperatorsItDoesNotKnow) {
  ModelText text;
  text.input("x", {1}).output("y", {1});
  text.node("FancyNewOp", {"x"}, {"y"});
  const auto model = load(text);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().kind, ErrorKind::kUnsupported);
  EXPECT_THAT(model.error().text(), HasSubstr("m.onnx: node 'FancyNewOp_1' (FancyNewOp, opset 13)"));
}

TEST(OnnxModel, RefusesAttributesItDoesNotKnow) {
  ModelText text;
  text.input("x", {1}).output("y", {1});
  set_int(text.node("Relu", {"x"}, {"y"}), "leak", 1);
  EXPECT_THAT(load(text).error().text(), HasSubstr("attribute 'leak', which is not supported"));
}

TEST(OnnxModel, RefusesOpsetsOfTheFuture) {
  ModelText text(1000);
  text.input("x", {1}).output("y", {1});
  text.node("Relu", {"x"}, {"y"});
  EXPECT_THAT(load(text).error().text(), HasSubstr("newer opset"));
}

TEST(OnnxModel, RefusesInputsOfOtherShapeTypeAndName) {
  const auto model = load(fixed_batch_model({1, 4}));
  ASSERT_TRUE(model);
  EXPECT_THAT(model->run({{"x", Tensor::from({1, 3, 2}, std::vector<float>(6))}}).error().text(),
              HasSubstr("shape [1, 3, 2], but [1, 2, 2] is expected"));
  EXPECT_THAT(model->run({{"x", Tensor(DType::kI64, {1, 2, 2})}}).error().text(),
              HasSubstr("given as int64, but float32 is expected"));
  EXPECT_THAT(model->run({{"z", Tensor(DType::kF32, {1, 2, 2})}}).error().text(),
              HasSubstr("'x' [1, 2, 2] is not given"));
  EXPECT_THAT(model->run({{"x", Tensor(DType::kF32, {1, 2, 2})}}, {"q"}).error().text(),
              HasSubstr("has no value named 'q'"));
}

TEST(OnnxModel, RefusesConstantsThatWouldFillTheMemory) {
  ModelText text;
  text.output("y", {});
  text.integers("shape", {1 << 20, 1 << 20});
  text.node("ConstantOfShape", {"shape"}, {"y"});
  const auto model = load(text);
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().text(), HasSubstr("would make a tensor of shape [1048576, 1048576]"));
}

TEST(OnnxModel, RefusesShapesThatDoNotFitByNode) {
  ModelText text;
  text.input("x", {1, 3}).output("y", {1, 2});
  text.constant("w", Tensor::from({4, 2}, std::vector<float>(8)));
  text.node("MatMul", {"x", "w"}, {"y"});
  const auto model = load(text);
  ASSERT_TRUE(model);
  EXPECT_THAT(model->run({{"x", Tensor(DType::kF32, {1, 3})}}).error().text(),
              HasSubstr("node 'MatMul_1' (MatMul, opset 13): cannot be computed"));
}

TEST(OnnxModel, CountsMultiplyAccumulatesPerSample) {
  ModelText text;
  text.input("x", {2, 3, 8, 8}).output("y", {2, 5});
  text.constant("w", Tensor(DType::kF32, {4, 3, 3, 3})).constant("v", Tensor(DType::kF32, {4, 5}));
  text.node("Conv", {"x", "w"}, {"c"});  // 4 x 6 x 6 outputs of 27 products
  text.node("GlobalAveragePool", {"c"}, {"p"});
  text.node("Flatten", {"p"}, {"f"});
  text.node("MatMul", {"f", "v"}, {"y"});  // 5 outputs of 4 products
  const auto model = load(text);
  ASSERT_TRUE(model) << model.error().text();
  const auto cost = model->cost();
  ASSERT_TRUE(cost) << cost.error().text();
  EXPECT_EQ(cost->macs, 4 * 6 * 6 * 27 + 20);
  EXPECT_EQ(cost->shapes.at("c"), (Shape{2, 4, 6, 6}));
}

constexpr int32_t kHalf = ::onnx::TensorProto::FLOAT16;

Tensor half(uint16_t bits) {
  Tensor x(DType::kF16, {1, 1});
  std::memcpy(x.bytes(), &bits, 2);
  return x;
}

// y = (x + tiny) - x, where float16 does not show tiny beside x.
ModelText tiny_beside_one() {
  ModelText text;
  text.input("x", {1, 1}, kHalf).output("y", {1, 1}, kHalf).constant("tiny", half(0x0C00));
  text.node("Add", {"x", "tiny"}, {"sum"});
  set_int(text.node("Cast", {"sum"}, {"same"}), "to", kHalf);
  text.node("Sub", {"same", "x"}, {"y"});
  return text;
}

float run_beside_one(const ModelText& text) {
  const auto model = load(text);
  EXPECT_TRUE(model) << model.error().text();
  const auto made = model->run({{"x", half(0x3C00)}});
  EXPECT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->at("y").dtype(), DType::kF16);
  return made->at("y").to_f32().data<float>()[0];
}

TEST(OnnxModel, ComputesHalfPrecisionInFloat32AndRoundsTheAnswer) {
  EXPECT_EQ(run_beside_one(tiny_beside_one()), 0x1p-12F);
}

TEST(OnnxModel, RoundsHalfPrecisionAtEveryOperatorWhereANodeAsksForTypes) {
  ModelText text = tiny_beside_one();
  set_int(text.node("EyeLike", {"tiny"}, {"eye"}), "dtype", kHalf);
  EXPECT_EQ(run_beside_one(text), 0.0F);
}

}  // namespace
}  // namespace apprentice::test
