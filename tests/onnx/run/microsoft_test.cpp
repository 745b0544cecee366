// SPDX-License-Identifier: Apache-2.0
// Operators of com.microsoft against figures of ONNX Runtime 1.30.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/onnx/run/model.h"
#include "tests/onnx/run/ml_rows.h"

namespace apprentice::test {
namespace {

using ::testing::FloatNear;
using ::testing::Pointwise;

auto are(const std::vector<float>& expected) { return Pointwise(FloatNear(2e-5F), expected); }

const Tensor kMatrix = Tensor::from({2, 3}, {0.5F, -1, 2, 0.25F, -0.75F, 1.5F});
const Tensor kImage = Tensor::from({1, 2, 2, 2}, {0.5F, -1, 2, 0.25F, -0.75F, 1.5F, 1, 0.1F});

template <typename T>
Tensor whole(DType dtype, Shape shape, const std::vector<T>& values) {
  Tensor out(dtype, std::move(shape));
  std::copy(values.begin(), values.end(), out.data<T>());
  return out;
}

// x, quantised as q where the operator wants that, then the operator to y.
class Microsoft {
 public:
  Microsoft(const std::string& op, const std::vector<std::string>& inputs, const Tensor& x, int32_t type = 1) : x_(x) {
    text_.input("x", x.shape()).output("y", {}, type);
    auto& import = *text_.model.add_opset_import();
    import.set_domain("com.microsoft");
    import.set_version(1);
    const auto scalar = [&](const char* name, float value) { text_.constant(name, Tensor::from({}, {value})); };
    const auto zero = [&](const char* name, uint8_t value) {
      text_.constant(name, whole<uint8_t>(DType::kU8, {}, {value}));
    };
    scalar("s", 0.02F), zero("z", 128), scalar("t", 0.03F), zero("u", 100);
    if (inputs[0] != "x") text_.node("QuantizeLinear", {"x", "s", "z"}, {"q"});
    node_ = &text_.node(op, inputs, {"y"});
    node_->set_domain("com.microsoft");
  }
  ModelText& text() { return text_; }
  ::onnx::NodeProto& node() { return *node_; }
  void real(const std::string& name, float value) {
    auto& attribute = *node_->add_attribute();
    attribute.set_name(name);
    attribute.set_type(::onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
  }
  std::vector<float> answer() const {
    auto graph = onnx::parse_onnx(text_.bytes(), "m.onnx");
    if (!graph) ADD_FAILURE() << graph.error().text();
    const auto model =
        graph ? onnx::run::OnnxModel::from_graph(std::move(*graph)) : Result<onnx::run::OnnxModel>(pass_on(graph));
    if (!model) ADD_FAILURE() << model.error().text();
    const auto made = model ? model->run({{"x", x_}}) : Result<onnx::run::NamedTensors>(pass_on(model));
    if (!made) ADD_FAILURE() << made.error().text();
    if (!made) return {};
    const Tensor y = made->at("y").to_f32();
    return {y.data<float>(), y.data<float>() + y.size()};
  }

 private:
  ModelText text_;
  Tensor x_;
  ::onnx::NodeProto* node_ = nullptr;
};

const Tensor kBias = Tensor::from({3}, {0.1F, -0.2F, 0.3F});

TEST(OnnxMicrosoft, FusedProductsAndConvolutionsEndInTheirActivation) {
  Microsoft gemm("FusedGemm", {"x", "w", "b"}, kMatrix);
  gemm.text()
      .constant("w", Tensor::from({3, 2}, {0.5F, -1, 0.25F, 2, -0.5F, 1}))
      .constant("b", Tensor::from({2}, {0.1F, -0.2F}));
  set_text(gemm.node(), "activation", "LeakyRelu");
  gemm.real("activation_alpha", 0.2F);
  EXPECT_THAT(gemm.answer(), are({-0.18F, -0.14F, -0.1425F, -0.09F}));

  Microsoft product("FusedMatMul", {"x", "w"}, kMatrix);
  product.text().constant("w", Tensor::from({2, 3}, {0.5F, 0.25F, -0.5F, -1, 2, 1}));
  product.real("alpha", 0.5F);
  set_int(product.node(), "transB", 1);
  EXPECT_THAT(product.answer(), are({-0.5F, -0.25F, -0.40625F, -0.125F}));

  Microsoft conv("FusedConv", {"x", "w", "b", "r"}, kImage);
  conv.text()
      .constant("w", Tensor::from({2, 2, 1, 1}, {0.5F, -1, 0.25F, 2}))
      .constant("b", Tensor::from({2}, {0.1F, -0.2F}));
  conv.text().constant("r", Tensor::from({1, 2, 2, 2}, {0.1F, 0.2F, 0.3F, 0.4F, -0.1F, -0.2F, -0.3F, -0.4F}));
  set_text(conv.node(), "activation", "Relu");
  EXPECT_THAT(conv.answer(), are({1.2F, 0, 0.4F, 0.525F, 0, 2.35F, 2, 0}));
}

TEST(OnnxMicrosoft, ActivationsTakeTheirBias) {
  EXPECT_THAT(Microsoft("Gelu", {"x"}, kMatrix).answer(),
              are({0.345731F, -0.158655F, 1.9545F, 0.149677F, -0.169971F, 1.399789F}));
  EXPECT_THAT(Microsoft("QuickGelu", {"x"}, kMatrix).answer(),
              are({0.350388F, -0.154204F, 1.935659F, 0.1512F, -0.16361F, 1.391662F}));
  Microsoft bias("BiasGelu", {"x", "b"}, kMatrix), fast("FastGelu", {"x", "b"}, kMatrix);
  bias.text().constant("b", kBias);
  fast.text().constant("b", kBias);
  EXPECT_THAT(bias.answer(), are({0.435448F, -0.138084F, 2.275335F, 0.222891F, -0.162503F, 1.735325F}));
  EXPECT_THAT(fast.answer(), are({0.435415F, -0.138297F, 2.275673F, 0.222886F, -0.162638F, 1.73526F}));
}

TEST(OnnxMicrosoft, SkipLayerNormalizationAddsFirst) {
  Microsoft norm("SkipLayerNormalization", {"x", "k", "g", "b"}, kMatrix);
  norm.text().constant("k", Tensor::from({2, 3}, {0.1F, 0.2F, 0.3F, -0.1F, -0.2F, -0.3F}));
  norm.text().constant("g", Tensor::from({3}, {1, 2, 0.5F})).constant("b", kBias);
  norm.real("epsilon", 1e-5F);
  EXPECT_THAT(norm.answer(), are({0.021108F, -2.566775F, 0.93114F, 0.118986F, -2.66824F, 0.907567F}));
}

Microsoft quantised(const std::string& op, const std::vector<std::string>& inputs, const Tensor& x) {
  Microsoft model(op, inputs, x, ::onnx::TensorProto::UINT8);
  model.text().constant("b", whole<uint8_t>(DType::kU8, {2, 3}, {10, 250, 128, 90, 60, 200}));
  return model;
}

TEST(OnnxMicrosoft, QuantisedElementsAreComputedAsNumbersAndRounded) {
  EXPECT_THAT(quantised("QLinearAdd", {"q", "s", "z", "b", "s", "z", "t", "u"}, kMatrix).answer(),
              are({38, 148, 167, 83, 29, 198}));
  EXPECT_THAT(quantised("QLinearMul", {"q", "s", "z", "b", "s", "z", "t", "u"}, kMatrix).answer(),
              are({61, 19, 100, 94, 134, 172}));
  EXPECT_THAT(quantised("QLinearSigmoid", {"q", "s", "z", "t", "u"}, kMatrix).answer(),
              are({121, 109, 129, 119, 111, 127}));
  Microsoft leaky = quantised("QLinearLeakyRelu", {"q", "s", "z", "t", "u"}, kMatrix);
  leaky.real("alpha", 0.1F);
  EXPECT_THAT(leaky.answer(), are({117, 97, 167, 108, 97, 150}));
  EXPECT_THAT(quantised("QLinearConcat", {"t", "u", "q", "s", "z", "b", "t", "u"}, kMatrix).answer(),
              are({117, 67, 167, 10, 250, 128, 108, 75, 150, 90, 60, 200}));
}

TEST(OnnxMicrosoft, QuantisedPoolsAverage) {
  EXPECT_THAT(quantised("QLinearGlobalAveragePool", {"q", "s", "z", "t", "u"}, kImage).answer(), are({114, 115}));
  Microsoft pool = quantised("QLinearAveragePool", {"q", "s", "z", "t", "u"}, kImage);
  set_ints(pool.node(), "kernel_shape", {2, 1});
  EXPECT_THAT(pool.answer(), are({142, 87, 104, 127}));
}

TEST(OnnxMicrosoft, QuantisedProductsSumExactly) {
  for (const bool real : {false, true}) {
    std::vector<std::string> inputs{"q", "s", "z", "w", "ws", "wz", "c"};
    if (!real) inputs.insert(inputs.end(), {"t", "u"});
    Microsoft gemm("QGemm", inputs, kMatrix, real ? 1 : ::onnx::TensorProto::UINT8);
    gemm.text().constant("w", whole<int8_t>(DType::kI8, {3, 2}, {10, -20, 30, 5, -7, 60}));
    gemm.text()
        .constant("ws", Tensor::from({2}, {0.01F, 0.02F}))
        .constant("wz", whole<int8_t>(DType::kI8, {2}, {0, 0}));
    gemm.text().constant("c", whole<int32_t>(DType::kI32, {2}, {100, -50}));
    const std::vector<float> sums{-0.37F, 2.08F, -0.289F, 1.608F}, rounded{88, 169, 90, 154};
    EXPECT_THAT(gemm.answer(), are(real ? sums : rounded));
  }
}

}  // namespace
}  // namespace apprentice::test
