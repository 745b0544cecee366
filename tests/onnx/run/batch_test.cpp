// SPDX-License-Identifier: Apache-2.0
// Whether samples may be run together is read from the graph: each test has a model that mixes samples, or one that
// looks as if it did.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/onnx/run/batch_step.h"
#include "apprentice/onnx/run/model.h"
#include "tests/onnx/format/build_model.h"

namespace apprentice::test {
namespace {

using ::testing::ElementsAre;

onnx::run::OnnxModel load(const ModelText& text) {
  auto graph = onnx::parse_onnx(text.bytes(), "m.onnx");
  EXPECT_TRUE(graph) << graph.error().text();
  auto model = onnx::run::OnnxModel::from_graph(std::move(*graph));
  EXPECT_TRUE(model) << model.error().text();
  return std::move(*model);
}

std::string why_not(const ModelText& text) {
  const auto found = load(text).why_not_together();
  return found ? *found : found.error().text();
}

// y = x * min(1, 100 / max |x|): what a batch of one is limited by is its own peak.
ModelText limiter() {
  ModelText text;
  text.input("x", {1, 4}).output("y", {1, 4});
  text.constant("limit", Tensor::from({}, {100.0F})).constant("one", Tensor::from({}, {1.0F}));
  text.node("Abs", {"x"}, {"size"});
  text.node("ReduceMax", {"size"}, {"peak"});
  text.node("Div", {"limit", "peak"}, {"ratio"});
  text.node("Min", {"ratio", "one"}, {"gain"});
  text.node("Mul", {"x", "gain"}, {"y"});
  return text;
}

// Random samples of ordinary size never reach the limit, so no trial can tell.
TEST(RunTogether, ACouplingThatRandomSamplesDoNotShowIsReadFromTheGraph) {
  EXPECT_EQ(why_not(limiter()), "node 'ReduceMax_2' (ReduceMax, opset 13) may mix samples");
  const auto made =
      load(limiter()).run_samples({{"x", Tensor::from({3, 4}, {1, 2, 3, 4, 200, 0, 0, 0, 400, 8, 0, 4})}});
  ASSERT_TRUE(made) << made.error().text();
  const Tensor& y = made->at("y");
  EXPECT_THAT(std::vector<float>(y.data<float>(), y.data<float>() + 12),
              ElementsAre(1, 2, 3, 4, 100, 0, 0, 0, 100, 2, 0, 1));
}

TEST(RunTogether, TheSameLimiterOverOneSampleRunsTogether) {
  ModelText text = limiter();
  set_ints(*text.graph().mutable_node(1), "axes", {1});
  EXPECT_EQ(why_not(text), "");
}

// What divides by the number of samples, or by a sum over them, at large values only.
TEST(RunTogether, ANumberOfSamplesThatReachesTheAnswerIsSeen) {
  ModelText text;
  text.input("x", {-1, 4}).output("y", {-1, 4});
  text.constant("huge", Tensor::from({}, {1e-30F}));
  text.node("Shape", {"x"}, {"shape"});
  set_int(text.node("Cast", {"shape"}, {"sizes"}), "to", 1);
  text.integers("first", {0});
  set_int(text.node("Gather", {"sizes", "first"}, {"n"}), "axis", 0);
  text.node("Mul", {"n", "huge"}, {"tiny"});
  text.node("Add", {"x", "tiny"}, {"y"});
  EXPECT_EQ(why_not(text), "node 'Add_5' (Add, opset 13) may mix samples");
}

// As torch exports x.view(x.size(0), -1) and a token that is set before each sequence.
TEST(RunTogether, ShapesThatHoldTheNumberOfSamplesAreNoCoupling) {
  ModelText text;
  text.input("x", {-1, 2, 3}).output("y", {-1, 9});
  text.integers("zero", {0})
      .integers("rest", {-1})
      .integers("tail", {1, 3})
      .constant("token", Tensor(DType::kF32, {1, 1, 3}));
  text.node("Shape", {"x"}, {"shape"});
  set_int(text.node("Gather", {"shape", "zero"}, {"n"}), "axis", 0);
  set_int(text.node("Concat", {"n", "tail"}, {"tokens"}), "axis", 0);
  text.node("Expand", {"token", "tokens"}, {"first"});
  set_int(text.node("Concat", {"first", "x"}, {"all"}), "axis", 1);
  set_int(text.node("Concat", {"n", "rest"}, {"flat"}), "axis", 0);
  text.node("Reshape", {"all", "flat"}, {"y"});
  EXPECT_EQ(why_not(text), "");
}

// Windows and heads are folded into the axis of samples and taken out again.
TEST(RunTogether, AxesFoldedIntoThatOfTheSamplesAreFollowed) {
  ModelText text;
  text.input("x", {-1, 4, 6}).output("y", {-1, 4, 6});
  text.integers("heads", {0, 4, 2, 3})
      .integers("folded", {-1, 4, 3})
      .integers("unfolded", {-1, 2, 4, 3})
      .integers("all", {0, 4, 6});
  text.node("Reshape", {"x", "heads"}, {"a"});
  set_ints(text.node("Transpose", {"a"}, {"b"}), "perm", {0, 2, 1, 3});
  text.node("Reshape", {"b", "folded"}, {"c"});
  set_ints(text.node("Transpose", {"c"}, {"turned"}), "perm", {0, 2, 1});
  text.node("MatMul", {"c", "turned"}, {"scores"});
  set_int(text.node("Softmax", {"scores"}, {"weights"}), "axis", -1);
  text.node("MatMul", {"weights", "c"}, {"d"});
  text.node("Reshape", {"d", "unfolded"}, {"e"});
  set_ints(text.node("Transpose", {"e"}, {"f"}), "perm", {0, 2, 1, 3});
  text.node("Reshape", {"f", "all"}, {"y"});
  EXPECT_EQ(why_not(text), "");
  text.graph().mutable_node(5)->mutable_attribute(0)->set_i(0);  // the softmax goes over windows of all samples now
  EXPECT_NE(why_not(text), "");
}

struct Mixer {
  const char* what;
  void (*add)(ModelText&);  // from "x" [N, 4, 6] to "y"
};

TEST(RunTogether, EveryWayOfMixingSamplesIsSeen) {
  const std::vector<Mixer> mixers = {
      {"CumSum",
       [](ModelText& t) {
         t.integers("a", {0}), t.node("CumSum", {"x", "a"}, {"y"});
       }},
      {"Slice",
       [](ModelText& t) {
         t.integers("s", {-1}).integers("e", {-1000}).integers("a", {0}).integers("d", {-1});
         t.node("Slice", {"x", "s", "e", "a", "d"}, {"y"});
       }},
      {"Softmax", [](ModelText& t) { set_int(t.node("Softmax", {"x"}, {"y"}), "axis", 0); }},
      {"LayerNormalization",
       [](ModelText& t) {
         t.constant("g", Tensor::from({1}, {1.0F}));
         set_int(t.node("LayerNormalization", {"x", "g"}, {"y"}), "axis", 0);
       }},
      {"MeanVarianceNormalization",
       [](ModelText& t) {
         set_ints(t.node("MeanVarianceNormalization", {"x"}, {"y"}), "axes", {0, 2});
       }},
      {"MatMul",
       [](ModelText& t) {
         set_ints(t.node("Transpose", {"x"}, {"u"}), "perm", {1, 0, 2});
         set_ints(t.node("Transpose", {"x"}, {"v"}), "perm", {1, 2, 0});
         t.node("MatMul", {"u", "v"}, {"w"});
         t.node("MatMul", {"w", "u"}, {"z"});
         set_ints(t.node("Transpose", {"z"}, {"y"}), "perm", {1, 0, 2});
       }},
      {"Sub",
       [](ModelText& t) {
         set_int(t.node("ReduceMean", {"x"}, {"m"}), "keepdims", 1);
         t.node("Sub", {"x", "m"}, {"y"});
       }},
      {"DynamicQuantizeLinear",
       [](ModelText& t) {
         t.node("DynamicQuantizeLinear", {"x"}, {"q", "s", "z"});
         t.node("DequantizeLinear", {"q", "s", "z"}, {"y"});
       }},
      {"Conv",
       [](ModelText& t) {
         t.constant("w", Tensor(DType::kF32, {4, 4, 3}));
         set_ints(t.node("Transpose", {"x"}, {"u"}), "perm", {2, 1, 0});
         auto& conv = t.node("Conv", {"u", "w"}, {"c"});
         set_ints(conv, "pads", {1, 1});
         set_ints(t.node("Transpose", {"c"}, {"y"}), "perm", {2, 1, 0});
       }},
  };
  for (const Mixer& mixer : mixers) {
    ModelText text(17);
    text.input("x", {-1, 4, 6}).output("y", {-1, 4, 6});
    mixer.add(text);
    EXPECT_NE(why_not(text), "") << mixer.what;
  }
}

// Every operator has a rule, or is known to have none: of these nothing is taken for granted.
TEST(RunTogether, OperatorsWithoutARuleAreKnown) {
  std::vector<std::string> without;
  for (const onnx::run::OpRow& row : onnx::run::op_table()) {
    onnx::OnnxNode node;
    node.op = row.name;
    node.domain = row.domain;
    if (onnx::run::find_batch_rule(node) == nullptr) without.emplace_back(row.name);
  }
  EXPECT_THAT(without,
              ElementsAre("Constant", "ConstantOfShape", "Range", "EyeLike", "ScatterND", "NonZero",
                          "DynamicQuantizeLinear", "If", "Loop", "Scan", "SequenceEmpty", "SequenceConstruct",
                          "SequenceAt", "SequenceLength", "SequenceInsert", "SequenceErase", "SequenceMap",
                          "SplitToSequence", "ConcatFromSequence", "Optional", "OptionalHasElement",
                          "OptionalGetElement", "HannWindow", "HammingWindow", "BlackmanWindow", "MelWeightMatrix"));
}

}  // namespace
}  // namespace apprentice::test
