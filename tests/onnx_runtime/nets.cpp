// SPDX-License-Identifier: Apache-2.0
#include "tests/onnx_runtime/nets.h"

#include <algorithm>
#include <utility>

#include "apprentice/base/random.h"
#include "apprentice/families/family.h"
#include "apprentice/layers/layer.h"

namespace apprentice::test {

using model::NetSpec;

namespace {

// Strings layers together; each returns its name. Kernel, stride: height, width; padding: top, left, bottom, right.
class Chain {
 public:
  Chain(const std::string& name, Shape input) {
    spec_.name = name;
    spec_.input_shape = std::move(input);
  }
  std::string add(const std::string& kind, std::vector<std::string> inputs, int64_t channels = 0,
                  std::array<int64_t, 2> kernel = {1, 1}, std::array<int64_t, 2> stride = {1, 1},
                  std::array<int64_t, 4> padding = {0, 0, 0, 0}) {
    const std::string name = kind + std::to_string(spec_.layers.size());
    spec_.layers.push_back({name, kind, std::move(inputs), channels, kernel, stride, padding});
    return name;
  }
  NetSpec spec() const { return spec_; }

 private:
  NetSpec spec_;
};

NetSpec images() {
  Chain net("images", {3, 13, 10});
  const std::string stem = net.add("conv2d", {model::kNetInput}, 8, {3, 3}, {2, 1}, {0, 1, 1, 2});
  const std::string active = net.add("relu", {net.add("batchnorm", {stem})});
  const std::string thin = net.add("depthwise2d", {active}, 0, {3, 5}, {1, 2}, {1, 2, 1, 2});
  const std::string six = net.add("relu6", {net.add("batchnorm", {thin})});
  const std::string left = net.add("conv2d", {six}, 12);
  const std::string right = net.add("relu", {net.add("conv2d", {six}, 12, {3, 3}, {1, 1}, {1, 1, 1, 1})});
  const std::string sum = net.add("relu", {net.add("add", {left, right})});
  const std::string pooled = net.add("maxpool2d", {sum}, 0, {2, 2}, {2, 1}, {0, 1, 1, 0});
  const std::string mean = net.add("avgpool2d", {sum}, 0, {2, 2}, {2, 1}, {0, 1, 1, 0});
  const std::string joined = net.add("concat", {pooled, mean});
  net.add("dense", {net.add("globalavgpool", {net.add("conv2d", {joined}, 9)})}, 5);
  return net.spec();
}

NetSpec windows() {
  Chain net("windows", {5, 41});
  const std::string stem = net.add("conv1d", {model::kNetInput}, 8, {1, 7}, {1, 2}, {0, 3, 0, 2});
  const std::string active = net.add("relu", {net.add("batchnorm", {stem})});
  const std::string thin = net.add("relu", {net.add("depthwise1d", {active}, 0, {1, 5}, {1, 1}, {0, 2, 0, 2})});
  const std::string wide = net.add("conv1d", {thin}, 8);
  const std::string sum = net.add("add", {wide, active});
  const std::string pooled = net.add("maxpool1d", {sum}, 0, {1, 3}, {1, 2}, {0, 1, 0, 0});
  const std::string mean = net.add("avgpool1d", {pooled}, 0, {1, 2}, {1, 2}, {0, 0, 0, 1});
  const std::string flat = net.add("flatten", {mean});
  net.add("dense", {net.add("relu", {net.add("dense", {flat}, 16)})}, 4);
  return net.spec();
}

NetSpec vectors() {
  Chain net("vectors", {9});
  const std::string first = net.add("relu6", {net.add("batchnorm", {net.add("dense", {model::kNetInput}, 17)})});
  const std::string second = net.add("relu", {net.add("dense", {first}, 17)});
  net.add("dense", {net.add("add", {first, second})}, 3);
  return net.spec();
}

// Activations by table: between layers, with a scale of their own; pooled, which shares it; joined with a convolution,
// whose scale they then take; and on flattened values.
NetSpec bent() {
  Chain net("bent", {3, 24});
  const std::string first = net.add("tanh", {net.add("conv1d", {model::kNetInput}, 6, {1, 3})});
  const std::string gate = net.add("sigmoid", {net.add("conv1d", {first}, 6, {1, 3})});
  const std::string pooled = net.add("maxpool1d", {gate}, 0, {1, 2}, {1, 2});
  const std::string joined = net.add("concat", {net.add("tanh", {pooled}), net.add("conv1d", {pooled}, 4)});
  const std::string flat = net.add("sigmoid", {net.add("flatten", {joined})});
  net.add("dense", {flat}, 5);
  return net.spec();
}

// A batch norm that nothing can take in, a relu that two layers read, a flatten that relu and dense follow.
NetSpec awkward() {
  Chain net("awkward", {2, 6, 6});
  const std::string norm = net.add("batchnorm", {model::kNetInput});
  const std::string conv = net.add("conv2d", {norm}, 6, {3, 3}, {1, 1}, {1, 1, 1, 1});
  const std::string active = net.add("relu", {conv});
  const std::string both = net.add("concat", {conv, active, norm});
  const std::string flat = net.add("flatten", {net.add("maxpool2d", {both}, 0, {3, 3}, {2, 2})});
  net.add("dense", {net.add("relu", {flat})}, 7);
  return net.spec();
}

NetSpec regression() {
  NetSpec spec = vectors();
  spec.name = "regression";
  spec.task = TaskKind::kRegression;
  spec.output_scale = 12.5F;
  spec.output_mean = 70.0F;
  spec.layers.back().channels = 1;
  return spec;
}

NetSpec family(const std::string& text, const Shape& input_shape) {
  Config table = Config::parse(text, "nets.cpp").value();
  NetSpec spec = families::read_net_spec(table, input_shape, 6).value();
  spec.name = text;
  return spec;
}

void fill(Tensor& tensor, Rng& rng, double low, double high) {
  for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<float>()[i] = static_cast<float>(rng.uniform(low, high));
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

model::Model with_random_weights(NetSpec spec) {
  Rng rng(1, "nets/" + spec.name);
  const auto channels = static_cast<size_t>(spec.input_shape[0]);
  for (size_t c = 0; c < channels; ++c) {
    spec.input_mean.push_back(static_cast<float>(rng.uniform(-3.0, 30.0)));
    spec.input_scale.push_back(static_cast<float>(rng.uniform(0.05, 4.0)));
  }
  const int64_t outputs = layers::infer_shapes(spec).value().back()[0];
  for (int64_t i = 0; spec.task == TaskKind::kClassification && i < outputs; ++i) {
    spec.class_names.push_back("class" + std::to_string(i));
  }
  model::Weights weights = layers::initial_weights(spec, 1).value();
  for (auto& [name, tensor] : weights) {
    if (ends_with(name, ".bias") || ends_with(name, ".beta") || ends_with(name, ".mean")) fill(tensor, rng, -0.5, 0.5);
    if (ends_with(name, ".gamma") || ends_with(name, ".variance")) fill(tensor, rng, 0.4, 1.6);
  }
  return {spec, weights};
}

}  // namespace

std::vector<model::Model> nets_of_every_kind() {
  std::vector<NetSpec> specs = {images(), windows(), vectors(), bent(), awkward(), regression()};
  specs.push_back(family("family = \"mlp\"", {20}));
  specs.push_back(family("family = \"conv1d\"", {3, 64}));
  specs.push_back(family("family = \"dscnn1d\"", {5, 256}));
  specs.push_back(family("family = \"dscnn2d\"\nwidth = 16\ndepth = 2", {1, 49, 10}));
  specs.push_back(family("family = \"resnet1d\"\nwidth = 8", {2, 128}));
  specs.push_back(family("family = \"resnet2d\"\nwidth = 8", {3, 16, 16}));
  specs.push_back(family("family = \"inceptiontime\"\nwidth = 4\ndepth = 3", {2, 64}));
  std::vector<model::Model> models;
  for (NetSpec& spec : specs) models.push_back(with_random_weights(std::move(spec)));
  return models;
}

Tensor random_samples(const NetSpec& spec, int64_t count) {
  Shape shape = spec.input_shape;
  shape.insert(shape.begin(), count);
  Tensor samples(DType::kF32, shape);
  Rng rng(2, "samples/" + spec.name);
  const int64_t sample = element_count(spec.input_shape), plane = sample / spec.input_shape[0];
  for (int64_t i = 0; i < samples.size(); ++i) {
    const auto c = static_cast<size_t>(i % sample / plane);
    const double value = double{spec.input_mean[c]} + rng.normal() / double{spec.input_scale[c]};
    samples.data<float>()[i] = static_cast<float>(value);
  }
  return samples;
}

RandomDataset::RandomDataset(const NetSpec& spec, int64_t count) : samples_(random_samples(spec, count)) {
  info_.task = spec.task;
  info_.sample_shape = spec.input_shape;
  info_.class_names = spec.class_names;
  info_.fingerprint = "random";
}

void RandomDataset::get(int64_t index, float* out) const {
  const int64_t sample = element_count(info_.sample_shape);
  std::copy_n(samples_.data<float>() + index * sample, sample, out);
}

}  // namespace apprentice::test
