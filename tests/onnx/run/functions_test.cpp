// SPDX-License-Identifier: Apache-2.0
// Local functions: calls are replaced by nodes, with the call's inputs, outputs and attributes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/onnx/run/model.h"
#include "tests/onnx/format/build_model.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kDomain = "own";

::onnx::FunctionProto& add_function(ModelText& text, const std::string& name, const std::vector<std::string>& inputs,
                                    const std::vector<std::string>& outputs) {
  ::onnx::FunctionProto& made = *text.model.add_functions();
  made.set_domain(kDomain);
  made.set_name(name);
  for (const std::string& input : inputs) made.add_input(input);
  for (const std::string& output : outputs) made.add_output(output);
  for (const char* domain : {"", kDomain}) {
    auto& import = *made.add_opset_import();
    import.set_domain(domain);
    import.set_version(domain == std::string() ? 13 : 1);
  }
  return made;
}

::onnx::NodeProto& add_node(::onnx::FunctionProto& function, const std::string& op,
                            const std::vector<std::string>& inputs, const std::vector<std::string>& outputs) {
  ::onnx::NodeProto& made = *function.add_node();
  made.set_op_type(op);
  for (const std::string& input : inputs) made.add_input(input);
  for (const std::string& output : outputs) made.add_output(output);
  return made;
}

ModelText calling(const std::vector<std::string>& inputs) {
  ModelText text;
  auto& import = *text.model.add_opset_import();
  import.set_domain(kDomain);
  import.set_version(1);
  for (const std::string& input : inputs) text.input(input, {2});
  text.output("y", {2});
  return text;
}

::onnx::NodeProto& call(ModelText& text, const std::string& name, const std::vector<std::string>& inputs,
                        const std::vector<std::string>& outputs) {
  ::onnx::NodeProto& made = text.node(name, inputs, outputs);
  made.set_domain(kDomain);
  return made;
}

void set_real(::onnx::NodeProto& node, const std::string& name, float value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
}

void refer(::onnx::NodeProto& node, const std::string& name, const std::string& outer) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::FLOAT);
  attribute.set_ref_attr_name(outer);
}

Result<std::vector<float>> answer(const ModelText& text, const onnx::run::NamedTensors& inputs) {
  APPRENTICE_TRY(onnx::OnnxGraph graph, onnx::parse_onnx(text.bytes(), "m.onnx"));
  APPRENTICE_TRY(const onnx::run::OnnxModel model, onnx::run::OnnxModel::from_graph(std::move(graph)));
  APPRENTICE_TRY(const onnx::run::NamedTensors made, model.run(inputs));
  const Tensor& y = made.at("y");
  return std::vector<float>(y.data<float>(), y.data<float>() + y.size());
}

std::string refusal(const ModelText& text) {
  const auto graph = onnx::parse_onnx(text.bytes(), "m.onnx");
  return graph ? "accepted" : graph.error().text();
}

const onnx::run::NamedTensors kPair = {{"a", Tensor::from({2}, {-1.0F, 3.0F})}};

// y = leaky(a) - a, by a function that another function calls; both have a value named `t`.
TEST(OnnxFunctions, CallEachOtherAndKeepTheirNamesApart) {
  ModelText text = calling({"a"});
  auto& inner = add_function(text, "Leaky", {"x"}, {"t"});
  inner.add_attribute("slope");
  refer(add_node(inner, "LeakyRelu", {"x"}, {"t"}), "alpha", "slope");
  auto& outer = add_function(text, "Difference", {"x"}, {"r"});
  outer.add_attribute("steep");
  auto& nested = add_node(outer, "Leaky", {"x"}, {"t"});
  nested.set_domain(kDomain);
  refer(nested, "slope", "steep");
  add_node(outer, "Sub", {"t", "x"}, {"r"});
  set_real(call(text, "Difference", {"a"}, {"y"}), "steep", 0.25F);
  const auto made = answer(text, kPair);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_THAT(*made, testing::ElementsAre(0.75F, 0.0F));
}

// IR 9 gives attributes of functions defaults (field 11), which protobuf's description here does not know.
TEST(OnnxFunctions, TakeTheDefaultOfAnAttributeThatTheCallLeavesOut) {
  ModelText text = calling({"a"});
  auto& function = add_function(text, "Leaky", {"x"}, {"t"});
  refer(add_node(function, "LeakyRelu", {"x"}, {"t"}), "alpha", "slope");
  ::onnx::AttributeProto usual;
  usual.set_name("slope");
  usual.set_type(::onnx::AttributeProto::FLOAT);
  usual.set_f(0.5F);
  function.GetReflection()->MutableUnknownFields(&function)->AddLengthDelimited(11, usual.SerializeAsString());
  call(text, "Leaky", {"a"}, {"y"});
  const auto made = answer(text, kPair);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_THAT(*made, testing::ElementsAre(-0.5F, 3.0F));
}

TEST(OnnxFunctions, MayGiveAnInputBackAndLeaveAnInputOut) {
  ModelText text = calling({"a"});
  auto& function = add_function(text, "Bounded", {"x", "low", "high"}, {"x_clipped", "x"});
  add_node(function, "Clip", {"x", "low", "high"}, {"x_clipped"});
  text.constant("zero", Tensor::from({}, {0.0F}));
  call(text, "Bounded", {"a", "zero"}, {"c", "same"});
  text.node("Add", {"c", "same"}, {"y"});
  const auto made = answer(text, kPair);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_THAT(*made, testing::ElementsAre(-1.0F, 6.0F));
}

TEST(OnnxFunctions, AreRefusedWhenTheyCallThemselves) {
  ModelText text = calling({"a"});
  add_node(add_function(text, "Round", {"x"}, {"t"}), "Round", {"x"}, {"t"}).set_domain(kDomain);
  call(text, "Round", {"a"}, {"y"});
  EXPECT_THAT(refusal(text), HasSubstr("functions call each other more than 16 deep"));
}

// Thirteen functions that call the next one eight times each: 8^13 nodes were asked for.
TEST(OnnxFunctions, CannotFillTheMemory) {
  ModelText text = calling({"a"});
  for (int depth = 0; depth < 13; ++depth) {
    auto& function = add_function(text, "F" + std::to_string(depth), {"v0"}, {"v8"});
    for (int i = 0; i < 8; ++i) {
      auto& node = add_node(function, depth == 12 ? "Relu" : "F" + std::to_string(depth + 1), {"v" + std::to_string(i)},
                            {"v" + std::to_string(i + 1)});
      if (depth < 12) node.set_domain(kDomain);
    }
  }
  call(text, "F0", {"a"}, {"y"});
  EXPECT_THAT(refusal(text), HasSubstr("called so often"));
}

TEST(OnnxFunctions, RefuseWhatTheyDoNotKnow) {
  ModelText text = calling({"a"});
  add_node(add_function(text, "Same", {"x"}, {"t"}), "Relu", {"x"}, {"t"});
  set_int(call(text, "Same", {"a"}, {"y"}), "power", 2);
  EXPECT_THAT(refusal(text), HasSubstr("has the attribute 'power', which its function does not know"));

  ModelText longer = calling({"a"});
  add_node(add_function(longer, "Same", {"x"}, {"t"}), "Relu", {"x"}, {"t"});
  call(longer, "Same", {"a", "a"}, {"y"});
  EXPECT_THAT(refusal(longer), HasSubstr("has 2 inputs and 1 outputs, but its function has 1 and 1"));

  ModelText twice = calling({"a"});
  for (int i = 0; i < 2; ++i) add_node(add_function(twice, "Same", {"x"}, {"t"}), "Relu", {"x"}, {"t"});
  call(twice, "Same", {"a"}, {"y"});
  EXPECT_THAT(refusal(twice), HasSubstr("holds two functions named 'Same'"));
}

}  // namespace
}  // namespace apprentice::test
