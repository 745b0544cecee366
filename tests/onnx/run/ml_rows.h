// SPDX-License-Identifier: Apache-2.0
// Models of one ai.onnx.ml node, for tests.
#pragma once

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "apprentice/onnx/run/model.h"
#include "tests/onnx/format/build_model.h"

namespace apprentice::test {

inline constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

inline void set_reals(::onnx::NodeProto& node, const std::string& name, const std::vector<float>& values) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::FLOATS);
  for (const float value : values) attribute.add_floats(value);
}

inline void set_text(::onnx::NodeProto& node, const std::string& name, const std::string& value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::STRING);
  attribute.set_s(value);
}

inline void set_texts(::onnx::NodeProto& node, const std::string& name, const std::vector<std::string>& values) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(::onnx::AttributeProto::STRINGS);
  for (const std::string& value : values) attribute.add_strings(value);
}

// One node of ai.onnx.ml on `x`; a classifier has the label and the scores.
class Rows {
 public:
  explicit Rows(const std::string& op, const std::vector<std::string>& outputs = {"y"}) {
    text_.input("x", {-1, -1});
    for (const std::string& output : outputs) text_.output(output, {}, output == "label" ? 7 : 1);
    auto& import = *text_.model.add_opset_import();
    import.set_domain("ai.onnx.ml");
    import.set_version(3);
    node_ = &text_.node(op, {"x"}, outputs);
    node_->set_domain("ai.onnx.ml");
  }
  ::onnx::NodeProto& node() { return *node_; }
  Result<onnx::run::NamedTensors> run(const Tensor& x) const {
    APPRENTICE_TRY(onnx::OnnxGraph graph, onnx::parse_onnx(text_.bytes(), "m.onnx"));
    APPRENTICE_TRY(const onnx::run::OnnxModel model, onnx::run::OnnxModel::from_graph(std::move(graph)));
    return model.run({{"x", x}});
  }
  std::vector<float> answer(const Tensor& x, const std::string& output = "y") const {
    const auto made = run(x);
    EXPECT_TRUE(made) << made.error().text();
    if (!made) return {};
    const Tensor& y = made->at(output);
    return {y.data<float>(), y.data<float>() + y.size()};
  }
  std::vector<int64_t> labels(const Tensor& x) const {
    const auto made = run(x);
    EXPECT_TRUE(made) << made.error().text();
    if (!made) return {};
    const Tensor& label = made->at("label");
    return {label.data<int64_t>(), label.data<int64_t>() + label.size()};
  }
  std::string refusal(const Tensor& x) const {
    const auto made = run(x);
    return made ? "accepted" : made.error().text();
  }

 private:
  ModelText text_;
  ::onnx::NodeProto* node_ = nullptr;
};

// Two trees of one split each: x0 <= 0.5 and x1 < 2; the leaves of tree t give `weights[t]` to `targets[t]`.
inline void two_stumps(::onnx::NodeProto& node, const std::string& prefix, const std::vector<float>& weights,
                       const std::vector<int64_t>& targets) {
  set_ints(node, "nodes_treeids", {0, 0, 0, 1, 1, 1});
  set_ints(node, "nodes_nodeids", {0, 1, 2, 0, 1, 2});
  set_ints(node, "nodes_featureids", {0, 0, 0, 1, 0, 0});
  set_ints(node, "nodes_truenodeids", {1, 0, 0, 1, 0, 0});
  set_ints(node, "nodes_falsenodeids", {2, 0, 0, 2, 0, 0});
  set_ints(node, "nodes_missing_value_tracks_true", {0, 0, 0, 1, 0, 0});
  set_reals(node, "nodes_values", {0.5F, 0, 0, 2.0F, 0, 0});
  set_texts(node, "nodes_modes", {"BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_LT", "LEAF", "LEAF"});
  set_ints(node, prefix + "_treeids", {0, 0, 1, 1});
  set_ints(node, prefix + "_nodeids", {1, 2, 1, 2});
  set_ints(node, prefix + "_ids", targets);
  set_reals(node, prefix + "_weights", weights);
}

inline const Tensor kCorners = Tensor::from({4, 2}, {0.5F, 1.0F, 0.6F, 2.0F, kNaN, kNaN, 0.0F, 5.0F});

}  // namespace apprentice::test
