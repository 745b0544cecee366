// SPDX-License-Identifier: Apache-2.0
// The fast path against the plain steps: the same graph, the same values.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "apprentice/base/random.h"
#include "apprentice/onnx/run/fused/program.h"
#include "apprentice/onnx/run/model.h"
#include "apprentice/onnx/run/program.h"
#include "tests/onnx/format/build_model.h"
#include "tests/support/real_data.h"

namespace apprentice::test {

using onnx::run::Sizes;

namespace {

constexpr double kSameWithin = 1e-5;  // of the largest value

at::Tensor normal(const Sizes& shape, Rng& rng) {
  at::Tensor values = at::empty(shape, at::kFloat);
  for (int64_t i = 0; i < values.numel(); ++i) values.data_ptr<float>()[i] = static_cast<float>(rng.normal());
  return values;
}

double difference(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes() || a.scalar_type() != b.scalar_type()) return 1e9;
  if (a.numel() == 0) return 0.0;
  const double largest = b.abs().max().item().toDouble();
  return a.to(at::kDouble).sub(b.to(at::kDouble)).abs().max().item<double>() / std::max(largest, 1e-30);
}

// The largest difference of any wanted value between a run by regions and one step by step.
double regions_against_steps(const onnx::run::Program& program, const onnx::run::Values& inputs,
                             const std::vector<int>& wanted) {
  onnx::run::RunOptions step_by_step;
  step_by_step.observer = [](const onnx::run::Step&, const onnx::run::Values&, const onnx::run::Values&) {};
  const auto expected = program.run(inputs, wanted, step_by_step), made = program.run(inputs, wanted, {});
  EXPECT_TRUE(expected) << expected.error().text();
  EXPECT_TRUE(made) << made.error().text();
  if (!expected || !made) return 1e9;
  double worst = 0.0;
  for (size_t i = 0; i < wanted.size(); ++i) worst = std::max(worst, difference((*made)[i], (*expected)[i]));
  return worst;
}

// A network drawn at random from what regions are made of, with residuals and branches.
class RandomNet {
 public:
  RandomNet(uint64_t seed, int64_t spatial_axes) : rng_(seed, "random net"), axes_(spatial_axes) {
    text_.input("x", shape(-1, 4));
    value_ = "x";
    for (int i = 0; i < 12; ++i) grow();
    if (rng_.below(2) == 0) finish_dense();
    text_.output(value_);
  }
  const ModelText& text() const { return text_; }
  Sizes shape(int64_t samples, int64_t channels) const {
    Sizes sizes(static_cast<size_t>(axes_) + 2, 8);
    sizes[0] = samples;
    sizes[1] = channels;
    return sizes;
  }
  Rng& rng() { return rng_; }

 private:
  std::string fresh() { return fmt::format("v{}", ++names_); }
  std::string weights(const Sizes& sizes) {
    const std::string name = fresh();
    Tensor tensor(DType::kF32, sizes);
    for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<float>()[i] = 0.3F * static_cast<float>(rng_.normal());
    text_.constant(name, tensor);
    return name;
  }
  ::onnx::NodeProto& apply(const std::string& op, std::vector<std::string> inputs) {
    const std::string made = fresh();
    ::onnx::NodeProto& node = text_.node(op, inputs, {made});
    if (rng_.below(3) == 0) earlier_ = value_;  // of the same shape as long as no channel is added
    value_ = made;
    return node;
  }
  void grow() {
    switch (rng_.below(9)) {
      case 0:
      case 1: return conv();
      case 2: return batch_norm();
      case 3: apply("Relu", {value_}); return;
      case 4: apply(rng_.below(2) == 0 ? "Sigmoid" : "Tanh", {value_}); return;
      case 5:
        if (!earlier_.empty()) apply("Add", {earlier_, value_});
        return;
      case 6: return pool();
      case 7: return scale();
      case 8: return concat();
    }
  }
  void conv() {
    const int64_t groups = rng_.below(3) == 0 ? channels_ : 1;
    Sizes kernel = shape(channels_, channels_ / groups);
    std::fill(kernel.begin() + 2, kernel.end(), 3);
    auto& node = apply("Conv", {value_, weights(kernel), weights({channels_})});
    set_ints(node, "pads", Sizes(static_cast<size_t>(2 * axes_), 1));
    set_int(node, "group", groups);
  }
  void batch_norm() {
    const std::string variance = fresh();
    text_.constant(variance, positive());
    apply("BatchNormalization", {value_, weights({channels_}), weights({channels_}), weights({channels_}), variance});
  }
  void pool() {
    auto& node = apply(rng_.below(2) == 0 ? "MaxPool" : "AveragePool", {value_});
    set_ints(node, "kernel_shape", Sizes(static_cast<size_t>(axes_), 3));
    set_ints(node, "pads", Sizes(static_cast<size_t>(2 * axes_), 1));
  }
  void scale() {
    Sizes sizes(static_cast<size_t>(axes_) + 1, 1);
    sizes[0] = channels_;
    apply(rng_.below(2) == 0 ? "Mul" : "Sub", {value_, weights(sizes)});
  }
  void concat() {
    if (channels_ > 8 || earlier_.empty()) return;
    set_int(apply("Concat", {value_, earlier_}), "axis", 1);
    channels_ *= 2;
    earlier_.clear();
  }
  Tensor positive() {
    Tensor tensor(DType::kF32, {channels_});
    for (int64_t i = 0; i < channels_; ++i) tensor.data<float>()[i] = 0.5F + static_cast<float>(rng_.uniform());
    return tensor;
  }
  void finish_dense() {
    apply("GlobalAveragePool", {value_});
    apply("Flatten", {value_});
    set_int(apply("Gemm", {value_, weights({5, channels_}), weights({5})}), "transB", 1);
    apply("Relu", {value_});
  }

  Rng rng_;
  int64_t axes_, channels_ = 4;
  ModelText text_;
  int names_ = 0;
  std::string value_, earlier_;
};

class OnnxFused : public testing::Test {
 protected:
  void SetUp() override { onnx::run::set_compute_threads(1); }  // nets this small are not worth more
};

TEST_F(OnnxFused, RandomNetworksGiveWhatTheirStepsGive) {
  for (uint64_t seed = 0; seed < 120; ++seed) {
    RandomNet net(seed, 1 + static_cast<int64_t>(seed % 2));
    const auto graph = onnx::parse_onnx(net.text().bytes(), fmt::format("net {}", seed));
    ASSERT_TRUE(graph) << graph.error().text();
    const auto program = onnx::run::Program::compile(*graph);
    ASSERT_TRUE(program) << program.error().text();
    for (const int64_t samples : {1, 3, 1})
      EXPECT_LE(
          regions_against_steps(**program, {normal(net.shape(samples, 4), net.rng())}, (*program)->output_slots()),
          kSameWithin)
          << "net " << seed << ", " << samples << " samples";
  }
}

// As an inception module ends: two convolutions side by side, then one normalisation and one activation for both.
TEST_F(OnnxFused, WhatFollowsAConcatenationGoesIntoItsParts) {
  Rng rng(5, "parts");
  const auto host = [&](const Sizes& shape) { return onnx::run::to_host(normal(shape, rng)); };
  ModelText text;
  text.input("x", {-1, 3, 9}).constant("a", host({4, 3, 5})).constant("b", host({6, 3, 1}));
  for (const char* name : {"scale", "shift", "mean"}) text.constant(name, host({10}));
  text.constant("variance", onnx::run::to_host(normal({10}, rng).abs().add(0.5)));
  set_ints(text.node("Conv", {"x", "a"}, {"wide"}), "pads", {2, 2});
  text.node("Conv", {"x", "b"}, {"narrow"});
  set_int(text.node("Concat", {"wide", "narrow"}, {"both"}), "axis", 1);
  text.node("BatchNormalization", {"both", "scale", "shift", "mean", "variance"}, {"normed"});
  text.node("Relu", {"normed"}, {"y"});
  text.output("y");
  const auto graph = onnx::parse_onnx(text.bytes(), "module");
  ASSERT_TRUE(graph) << graph.error().text();
  const auto program = onnx::run::Program::compile(*graph);
  ASSERT_TRUE(program) << program.error().text();
  for (const char* wanted : {"y", "normed", "both", "wide"})
    EXPECT_LE(regions_against_steps(**program, {normal({2, 3, 9}, rng)}, {(*program)->slot(wanted)}), kSameWithin)
        << wanted;
}

// Modules as in SqueezeNet, which is run sample by sample: there convolutions write into the concatenation itself.
TEST_F(OnnxFused, ConcatenationsOfOneSampleAreWhatTheirStepsGive) {
  Rng rng(6, "in place");
  for (const int64_t axes : {1, 2}) {
    ModelText text;
    const auto conv = [&](const std::string& from, const std::string& to, int64_t in, int64_t out) {
      Sizes kernel(static_cast<size_t>(axes) + 2, 1);
      kernel[0] = out;
      kernel[1] = in;
      text.constant("w_" + to, onnx::run::to_host(normal(kernel, rng).mul(0.2)));
      text.node("Conv", {from, "w_" + to}, {to});
    };
    Sizes shape(static_cast<size_t>(axes) + 2, 6);
    shape[1] = 16;
    shape[0] = -1;
    text.input("x", shape);
    conv("x", "narrow", 16, 16);
    conv("x", "wide", 16, 32);
    set_int(text.node("Concat", {"narrow", "wide"}, {"both"}), "axis", 1);
    conv("both", "more", 48, 16);
    set_int(text.node("Concat", {"both", "more"}, {"nested"}), "axis", 1);
    conv("nested", "last", 64, 24);
    set_int(text.node("Concat", {"last", "last"}, {"twice"}), "axis", 1);
    set_int(text.node("Concat", {"twice", "more", "x"}, {"y"}), "axis", 1);
    text.output("y");
    const auto graph = onnx::parse_onnx(text.bytes(), "modules");
    ASSERT_TRUE(graph) << graph.error().text();
    const auto program = onnx::run::Program::compile(*graph);
    ASSERT_TRUE(program) << program.error().text();
    for (const int64_t samples : {1, 2})
      for (const std::vector<std::string>& wanted : {std::vector<std::string>{"y"}, {"y", "wide"}, {"nested"}}) {
        shape[0] = samples;
        std::vector<int> slots;
        for (const std::string& name : wanted) slots.push_back((*program)->slot(name));
        EXPECT_LE(regions_against_steps(**program, {normal(shape, rng)}, slots), kSameWithin)
            << axes << " axes, " << samples << " samples, " << wanted.back();
      }
  }
}

// Exporters name the mask of a dropout that does nothing; nobody reads it, so it must not split a region.
TEST_F(OnnxFused, ADropoutWithAnUnreadMaskIsPassedThrough) {
  Rng rng(7, "dropout");
  ModelText text;
  text.input("x", {-1, 3, 9})
      .constant("w", onnx::run::to_host(normal({4, 3, 5}, rng)))
      .constant("v", onnx::run::to_host(normal({2, 4, 1}, rng)));
  text.node("Conv", {"x", "w"}, {"a"});
  text.node("Dropout", {"a"}, {"kept", "mask"});
  text.node("Conv", {"kept", "v"}, {"y"});
  text.output("y");
  const auto graph = onnx::parse_onnx(text.bytes(), "dropout");
  ASSERT_TRUE(graph) << graph.error().text();
  const auto program = onnx::run::Program::compile(*graph);
  ASSERT_TRUE(program) << program.error().text();
  const auto regions = [&](const std::vector<int>& wanted) {
    const auto fused = onnx::run::FusedProgram::make((*program)->steps(), {wanted, {{(*program)->input_slots()[0], 3}}},
                                                     [&](int slot) { return (*program)->constant(slot); });
    return fused == nullptr ? size_t{0} : fused->stages().size();
  };
  const std::vector<int> y = {(*program)->slot("y")}, both = {(*program)->slot("y"), (*program)->slot("mask")};
  if (regions(y) == 0) GTEST_SKIP() << "this build of libtorch runs node by node";
  EXPECT_EQ(regions(y), 1U);
  EXPECT_GT(regions(both), 1U);
  EXPECT_LE(regions_against_steps(**program, {normal({2, 3, 9}, rng)}, y), kSameWithin);
}

// Whatever is asked for besides the outputs leaves its region.
TEST_F(OnnxFused, EveryValueCanBeAskedFor) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    RandomNet net(seed, 2);
    const auto graph = onnx::parse_onnx(net.text().bytes(), fmt::format("net {}", seed));
    ASSERT_TRUE(graph) << graph.error().text();
    const onnx::run::Values input = {normal(net.shape(2, 4), net.rng())};
    std::vector<int> all;
    for (const onnx::OnnxNode& node : graph->nodes) {
      const auto program = onnx::run::Program::compile(*graph);
      ASSERT_TRUE(program) << program.error().text();
      all.push_back((*program)->slot(node.outputs[0]));
      EXPECT_LE(regions_against_steps(**program, input, {all.back()}), kSameWithin) << onnx::describe(node);
      EXPECT_LE(regions_against_steps(**program, input, all), kSameWithin) << onnx::describe(node);
    }
  }
}

std::vector<std::string> third_party_models() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data_folder() + "/models_thirdparty"))
    if (entry.path().extension() == ".onnx" && entry.path().string().find("silero") == std::string::npos)
      paths.push_back(entry.path().string());
  return paths;
}

TEST_F(OnnxFused, ThirdPartyModelsGiveWhatTheirStepsGive) {
  APPRENTICE_NEEDS_DATA();
  Rng rng(3, "third party");
  for (const std::string& path : third_party_models()) {
    const auto graph = onnx::read_onnx(path);
    ASSERT_TRUE(graph) << graph.error().text();
    const auto program = onnx::run::Program::compile(*graph);
    ASSERT_TRUE(program) << program.error().text();
    onnx::run::Values inputs;
    for (const onnx::OnnxValueInfo& input : graph->inputs) {
      Sizes shape;
      for (const onnx::OnnxDim& dim : input.dims) shape.push_back(dim.size < 0 ? 2 : dim.size);
      inputs.push_back(normal(shape, rng));
    }
    // A value close to the middle between two int8 steps may be rounded either way.
    const bool int8 = path.find("int8") != std::string::npos;
    const double apart = regions_against_steps(**program, inputs, (*program)->output_slots());
    fmt::print("{}: {:.1e}\n", std::filesystem::path(path).filename().string(), apart);
    EXPECT_LE(apart, int8 ? 0.02 : kSameWithin) << path;
  }
}

}  // namespace
}  // namespace apprentice::test
