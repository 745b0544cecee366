// SPDX-License-Identifier: Apache-2.0
// Small files that ask for everything there is, when they are loaded or when they are run.
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <limits>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/onnx/format/tensor_file.h"
#include "apprentice/onnx/run/model.h"
#include "apprentice/onnx/run/op.h"
#include "tests/onnx/format/build_model.h"
#include "tests/onnx/run/conformance.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

Result<onnx::run::OnnxModel> load(const ModelText& text) {
  auto graph = onnx::parse_onnx(text.bytes(), "m.onnx");
  if (!graph) return pass_on(graph);
  return onnx::run::OnnxModel::from_graph(std::move(*graph));
}

// The refusal at load, or at a run on these inputs.
std::string refusal(const ModelText& text, const onnx::run::NamedTensors& inputs = {}) {
  const auto model = load(text);
  if (!model) return model.error().text();
  const auto made = model->run(inputs);
  return made ? "accepted" : made.error().text();
}

int64_t peak_kilobytes() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

Tensor integers(const std::vector<int64_t>& values) {
  Tensor tensor(DType::kI64, {static_cast<int64_t>(values.size())});
  std::copy(values.begin(), values.end(), tensor.data<int64_t>());
  return tensor;
}

// A model whose only input says which shape to make; everything else is up to the node that is added.
ModelText asking(const std::string& output = "y") {
  ModelText text(18);
  text.input("x", {-1}).input("shape", {-1}, ::onnx::TensorProto::INT64).output(output);
  text.constant("one", Tensor::from({1}, {1.0F}));
  return text;
}

onnx::run::NamedTensors asked(const std::vector<int64_t>& shape) {
  return {{"x", Tensor::from({1}, {1.0F})}, {"shape", integers(shape)}};
}

TEST(OnnxHostile, NoOperatorMakesAGiantOutOfNothing) {
  const int64_t before = peak_kilobytes();
  const std::vector<int64_t> giant = {1 << 18, 1 << 18};
  const std::vector<std::pair<const char*, std::vector<std::string>>> cases = {
      {"ConstantOfShape", {"shape"}}, {"Expand", {"x", "shape"}}, {"Reshape", {"x", "shape"}}};
  for (const auto& [op, inputs] : cases) {
    ModelText text = asking();
    text.node(op, inputs, {"y"});
    EXPECT_NE(refusal(text, asked(giant)), "accepted") << op;
  }
  for (const auto& [op, inputs] : std::vector<std::pair<const char*, std::vector<std::string>>>{
           {"Tile", {"x", "shape"}}, {"Pad", {"x", "shape"}}, {"Resize", {"x", "", "", "shape"}}}) {
    ModelText text = asking();
    text.node(op, inputs, {"y"});
    const std::vector<int64_t> numbers =
        op == std::string("Pad") ? std::vector<int64_t>{1 << 30, 1 << 30} : std::vector<int64_t>{int64_t{1} << 40};
    EXPECT_NE(refusal(text, asked(numbers)), "accepted") << op;
  }
  EXPECT_LT(peak_kilobytes() - before, 1 << 20);
}

// Each of these grows by products of what is there, so only the budget can stop it.
TEST(OnnxHostile, TheMemoryBudgetStopsWhatNoSingleCheckSees) {
  const int64_t before = peak_kilobytes();
  const Tensor long_row(DType::kF32, {1, 1 << 17});
  const auto product = [&](const char* op) {
    ModelText text(18);
    text.input("x", {1, 1 << 17}).output("y");
    set_ints(text.node("Transpose", {"x"}, {"t"}), "perm", {1, 0});
    text.node(op, {"t", "x"}, {"y"});
    return refusal(text, {{"x", long_row}});
  };
  for (const char* op : {"Add", "MatMul", "Less", "Gemm"}) EXPECT_THAT(product(op), HasSubstr("more memory")) << op;

  ModelText doubling(18);
  doubling.input("x", {1 << 16}).output("v40");
  doubling.node("Identity", {"x"}, {"v0"});
  for (int i = 0; i < 40; ++i)
    set_int(doubling.node("Concat", {"v" + std::to_string(i), "v" + std::to_string(i)}, {"v" + std::to_string(i + 1)}),
            "axis", 0);
  EXPECT_THAT(refusal(doubling, {{"x", Tensor(DType::kF32, {1 << 16})}}), HasSubstr("more memory"));

  ModelText at_load(18);
  at_load.output("y").integers("shape", {1 << 14, 1 << 13});
  for (int i = 0; i < 8; ++i) at_load.node("ConstantOfShape", {"shape"}, {"c" + std::to_string(i)});
  at_load.node("Sum", {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"}, {"y"});
  EXPECT_THAT(refusal(at_load), HasSubstr("more memory"));
  EXPECT_LT(peak_kilobytes() - before, (1 << 20) + (1 << 17));
}

TEST(OnnxHostile, AnHonestRunAfterARefusedOneWorks) {
  ModelText text(18);
  text.input("x", {-1, -1}).output("y");
  text.node("Transpose", {"x"}, {"t"});
  text.node("MatMul", {"t", "x"}, {"y"});
  const auto model = load(text);
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_FALSE(model->run({{"x", Tensor(DType::kF32, {1, 1 << 17})}}));
  EXPECT_TRUE(model->run({{"x", Tensor(DType::kF32, {7, 7})}}));
}

// A step of much work on constants waits for the run; a loop is never unrolled at load.
TEST(OnnxHostile, LoadingDoesNotWorkForLong) {
  ModelText text(18);
  text.output("y").integers("shape", {1 << 13, 1 << 13}).constant("most", integers({1 << 19}));
  text.node("ConstantOfShape", {"shape"}, {"a"});
  text.node("MatMul", {"a", "a"}, {"p"});
  text.node("Identity", {"p"}, {"y"});
  const auto start = std::chrono::steady_clock::now();
  const auto model = load(text);
  EXPECT_TRUE(model) << model.error().text();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

// Loop around Loop: 2^40 iterations were asked for.
TEST(OnnxHostile, NestedLoopsShareOneAllowance) {
  ModelText text(18);
  text.input("most", {}, ::onnx::TensorProto::INT64).output("y");
  text.constant("one", Tensor::from({1}, {1.0F}));
  auto* graph = &text.graph();
  std::string made = "y";
  for (int depth = 0; depth < 2; ++depth) {
    auto& loop = *graph->add_node();
    loop.set_op_type("Loop");
    for (const char* input : {"most", "", "one"}) loop.add_input(input);
    loop.add_output(made);
    auto& body = *loop.add_attribute();
    body.set_name("body");
    body.set_type(::onnx::AttributeProto::GRAPH);
    graph = body.mutable_g();
    const std::string level = std::to_string(depth);
    ModelText::value(*graph->add_input(), "i" + level, {}, ::onnx::TensorProto::INT64);
    ModelText::value(*graph->add_input(), "go" + level, {}, ::onnx::TensorProto::BOOL);
    ModelText::value(*graph->add_input(), "v" + level, {1}, ::onnx::TensorProto::FLOAT);
    ModelText::value(*graph->add_output(), "go" + level, {}, ::onnx::TensorProto::BOOL);
    made = "w" + level;
    ModelText::value(*graph->add_output(), made, {1}, ::onnx::TensorProto::FLOAT);
  }
  auto& last = *graph->add_node();
  last.set_op_type("Identity");
  last.add_input("v1");
  last.add_output("w1");
  Tensor most(DType::kI64, {});
  *most.data<int64_t>() = 1 << 20;
  EXPECT_THAT(refusal(text, {{"most", most}}), HasSubstr("loops for too long"));
}

TEST(OnnxHostile, WholeNumbersDivideOrAreRefused) {
  for (const char* op : {"Div", "Mod"}) {
    ModelText text(18);
    text.input("a", {-1}, ::onnx::TensorProto::INT64).input("b", {-1}, ::onnx::TensorProto::INT64).output("y", {}, 7);
    text.node(op, {"a", "b"}, {"y"});
    const auto model = load(text);
    ASSERT_TRUE(model) << model.error().text();
    const int64_t least = std::numeric_limits<int64_t>::min();
    const auto made = model->run({{"a", integers({least, -7, 7})}, {"b", integers({-1, 2, -1})}});
    ASSERT_TRUE(made) << made.error().text();
    const int64_t* values = made->at("y").data<int64_t>();
    const bool quotient = op == std::string("Div");
    EXPECT_EQ(values[0], quotient ? least : 0);  // wraps round, as two's complement has no other place for it
    EXPECT_EQ(values[1], quotient ? -3 : 1);
    EXPECT_EQ(values[2], quotient ? -7 : 0);
    const auto refused = model->run({{"a", integers({1})}, {"b", integers({0})}});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().text(), HasSubstr("divides whole numbers by zero"));
  }
}

// They once went through float64, which the largest of them do not fit back from.
TEST(OnnxHostile, PositionsOfAnySizeAreReadExactly) {
  ModelText text = asking();
  text.node("SequenceConstruct", {"x"}, {"s"});
  text.node("SequenceAt", {"s", "shape"}, {"y"});
  for (const int64_t far : {std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::max() - 1})
    EXPECT_NE(refusal(text, asked({far})).find(fmt::format("position {} is outside", far)), std::string::npos)
        << refusal(text, asked({far}));
  EXPECT_EQ(refusal(text, asked({-1})), "accepted");
}

TEST(OnnxHostile, SplitSaysHowManyOutputsItHas) {
  for (const int64_t parts : {int64_t{0}, int64_t{-1}, int64_t{1} << 62}) {
    ModelText text(18);
    text.input("x", {4}).output("y");
    set_int(text.node("Split", {"x"}, {"y"}), "num_outputs", parts);
    EXPECT_THAT(refusal(text, {{"x", Tensor(DType::kF32, {4})}}), HasSubstr("num_outputs"));
  }
}

// One thing of a graph changed: an operator, a number of an attribute, the size of an input, the order of inputs.
void change(onnx::OnnxGraph& graph, Rng& rng) {
  const std::vector<int64_t> numbers = {
      0, 1, -1, 2, 3, 7, -1000, 1 << 20, int64_t{1} << 40, std::numeric_limits<int64_t>::min()};
  const auto number = [&] { return numbers[rng.below(numbers.size())]; };
  onnx::OnnxNode& node = graph.nodes[rng.below(graph.nodes.size())];
  const uint64_t what = rng.below(4);
  if (what == 0) {
    const onnx::run::OpRow& row = onnx::run::op_table()[rng.below(onnx::run::op_table().size())];
    node.op = row.name;
    node.domain = row.domain;
  } else if (what == 1) {
    for (auto& [name, attribute] : node.attributes) {
      attribute.integer = number();
      if (!attribute.integers.empty()) attribute.integers[rng.below(attribute.integers.size())] = number();
    }
  } else if (what == 2 && !graph.inputs.empty()) {
    onnx::OnnxValueInfo& input = graph.inputs[rng.below(graph.inputs.size())];
    if (!input.dims.empty()) input.dims[rng.below(input.dims.size())].size = static_cast<int64_t>(rng.below(9));
  } else if (!node.inputs.empty()) {
    std::swap(node.inputs[rng.below(node.inputs.size())], node.inputs[rng.below(node.inputs.size())]);
  }
}

// ONNX's own test models, changed at random: every one is refused in a sentence, or it runs.
TEST(OnnxHostile, ChangedModelsNeverCrash) {
  APPRENTICE_NEEDS_DATA();
  onnx::run::set_compute_threads(1);
  const std::string folder = data_folder() + "/onnx_conformance/";
  Rng rng(1, "changed models");
  int refused = 0, ran = 0;
  for (const ListedCase& each : listed_cases(folder + "index.csv")) {
    if (each.suite != "node" || !(each.core_float || each.quantised)) continue;
    std::string bytes = read_file(folder + each.suite + "/" + each.name + "/model.onnx").value();
    if (rng.below(4) == 0) bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
    auto graph = onnx::parse_onnx(bytes, each.name);
    if (graph && !graph->nodes.empty()) change(*graph, rng);
    const auto model =
        graph ? onnx::run::OnnxModel::from_graph(std::move(*graph)) : Result<onnx::run::OnnxModel>(pass_on(graph));
    const auto cost = model ? model->cost() : Result<onnx::run::OnnxCost>(pass_on(model));
    ++(cost ? ran : refused);
    EXPECT_TRUE(cost || !cost.error().message.empty());
  }
  fmt::print("{} changed models ran, {} were refused\n", ran, refused);
  EXPECT_GT(ran, 50);
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace apprentice::test
