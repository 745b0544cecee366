// SPDX-License-Identifier: Apache-2.0
// The quantizer and the int8 executor against the float reference.
#include "apprentice/quant/quant_net.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <limits>

#include "apprentice/quant/weights.h"
#include "tests/quant/nets.h"

namespace apprentice {

using model::Model;
using quant::quantize;

namespace {

using test::layer_of;

// Weights on the int8 grid: whole numbers times a power of two per output channel, with 127 in each channel, so that
// rounding them loses nothing and the error that is left is the activations' alone.
void put_on_grid(Model& model, uint64_t seed) {
  Rng rng(seed, "grid");
  for (auto& [name, tensor] : model.weights) {
    if (name.find(".weight") == std::string::npos) continue;
    const int64_t fan_in = tensor.size() / tensor.shape()[0];
    for (int64_t i = 0; i < tensor.size(); ++i) {
      const double whole = i % fan_in == 0 ? 127.0 : static_cast<double>(rng.below(255)) - 127.0;
      tensor.data<float>()[i] = static_cast<float>(std::ldexp(whole, -9 - static_cast<int>(i / fan_in % 3)));
    }
  }
}

// A net around one layer of the kind with random geometry; kinds without an int8 form of their own get a neighbour.
Model random_model(const std::string& kind, uint64_t seed) {
  Rng rng(seed, "model/" + kind);
  const auto pick = [&](int64_t most) { return 1 + static_cast<int64_t>(rng.below(static_cast<uint64_t>(most))); };
  const bool flat = kind == "dense" || kind == "softmax", over_time = kind.find("1d") != std::string::npos;
  const bool window = over_time || kind.find("2d") != std::string::npos;
  const bool two = kind == "add" || kind == "concat";
  Model model;
  model.spec.input_shape = flat        ? Shape{pick(40)}
                           : over_time ? Shape{pick(6), 4 + pick(20)}
                                       : Shape{pick(6), 4 + pick(6), 4 + pick(6)};
  model::LayerSpec layer = layer_of("layer", kind, {model::kNetInput});
  if (flat || kind.find("conv") == 0) layer.channels = pick(7);
  for (size_t axis = over_time ? 1 : 0; window && axis < 2; ++axis) {
    layer.kernel[axis] = pick(4);
    layer.stride[axis] = pick(3);
    layer.padding[axis] = static_cast<int64_t>(rng.below(static_cast<uint64_t>(layer.kernel[axis])));
    layer.padding[axis + 2] = static_cast<int64_t>(rng.below(static_cast<uint64_t>(layer.kernel[axis])));
  }
  if (two) {
    model::LayerSpec other = layer_of("other", "depthwise2d", {model::kNetInput});
    layer.inputs.push_back("other");
    model.spec.layers.push_back(other);
  }
  if (kind == "softmax") model.spec.layers.push_back(layer_of("before", "dense", {model::kNetInput}, 5));
  if (kind == "softmax") layer = layer_of("layer", "softmax", {"before"});
  model.spec.layers.push_back(layer);
  if (kind == "flatten") model.spec.layers.push_back(layer_of("after", "dense", {"layer"}, 3));
  const Shape out = layers::infer_shapes(model.spec)->back();
  model.weights = *layers::initial_weights(model.spec, seed);
  for (auto& [name, tensor] : model.weights) {
    const bool positive = name.find("variance") != std::string::npos;
    for (int64_t i = 0; i < tensor.size(); ++i) {
      tensor.data<float>()[i] = static_cast<float>(positive ? 0.5 + rng.uniform() : rng.normal());
    }
  }
  put_on_grid(model, seed);
  return model;
}

// Largest |int8 - float| over `data`, in steps of the output; both start from the same int8 input.
double largest_error_in_steps(const Model& model, const quant::QuantNet& net, const test::NoiseData& data) {
  Model plain = model;  // the input is dequantized, so already normalised
  plain.spec.input_mean.clear();
  plain.spec.input_scale.clear();
  if (plain.spec.layers.back().kind == "softmax") plain.spec.layers.pop_back();
  layers::FloatNet reference = *layers::FloatNet::create(plain);
  const layers::QuantTensor& out = net.output_tensor();
  const double low = out.params.scale * (-128 - out.params.zero_point),
               high = out.params.scale * (127 - out.params.zero_point);
  double largest = 0.0;
  const int64_t size = element_count(model.spec.input_shape);
  for (int64_t s = 0; s < data.size(); ++s) {
    const std::vector<int8_t> input = net.quantize_sample(data.values.data() + s * size);
    const std::vector<double> real = test::dequantized(net.tensors[0], input.data());
    const std::vector<float> sample(real.begin(), real.end());
    reference.run(sample.data());
    const std::vector<double> got = test::dequantized(out, net.run(input.data()).data());
    EXPECT_EQ(got.size(), reference.output().size());
    for (size_t i = 0; i < got.size(); ++i) {
      const double want = std::min(std::max(reference.output()[i], low), high);
      largest = std::max(largest, std::abs(got[i] - want) / out.params.scale);
    }
  }
  return largest;
}

// How far int8 may be from float, in steps of the output: half a step for the one rounding, and what the bias and the
// rounding of intermediate tensors add.
double allowed_error(const quant::QuantNet& net) {
  const double step = net.output_tensor().params.scale;
  double allowed = 0.5001;
  const layers::QuantLayer& last = net.layers.back();
  double bias = 0.0;
  for (double scale : last.weight_scales) bias = std::max(bias, 0.5 * scale * net.tensors[0].params.scale);
  allowed += bias / step;
  for (size_t i = 0; i + 1 < net.layers.size(); ++i) {
    allowed += 0.6 * net.tensors[static_cast<size_t>(net.layers[i].output)].params.scale / step;
  }
  return allowed;
}

TEST(Int8Contract, EveryLayerKindStaysInsideItsErrorBoundOnRandomShapes) {
  for (const layers::LayerKind& kind : layers::layer_kinds()) {
    for (uint64_t seed = 0; seed < 25; ++seed) {
      const Model model = random_model(kind.name, seed);
      const test::NoiseData data(model.spec.input_shape, 6, seed, 2.5);
      quant::QuantOptions options;
      options.calibration = seed % 2 == 0 ? quant::CalibrationMethod::kMinMax : quant::CalibrationMethod::kLeastError;
      const Result<quant::QuantNet> net = quantize(model, data, options);
      ASSERT_TRUE(net) << kind.name << " seed " << seed << ": " << net.error().text();
      ASSERT_LE(largest_error_in_steps(model, *net, data), allowed_error(*net)) << kind.name << " seed " << seed;
    }
  }
}

TEST(Quantize, FusesActivationsFoldsNormsAndKeepsItsWord) {
  model::LayerSpec conv = layer_of("conv", "conv2d", {"input"}, 6);
  conv.kernel = {3, 3};
  conv.padding = {1, 1, 1, 1};
  Model model;
  model.spec.input_shape = {2, 6, 5};
  model.spec.layers = {conv,
                       layer_of("norm", "batchnorm", {"conv"}),
                       layer_of("act", "relu6", {"norm"}),
                       layer_of("twin", "conv2d", {"act"}, 6),
                       layer_of("sum", "add", {"act", "twin"}),
                       layer_of("sum_act", "relu", {"sum"}),
                       layer_of("norm2", "batchnorm", {"sum_act"}),
                       layer_of("flat", "flatten", {"norm2"}),
                       layer_of("logits", "dense", {"flat"}, 3),
                       layer_of("prob", "softmax", {"logits"})};
  model.weights = *layers::initial_weights(model.spec, 2);
  const test::NoiseData data({2, 6, 5}, 50, 3, 3.0);
  const quant::QuantNet net = *quantize(model, data, {});
  std::vector<std::string> kinds, tensors;
  for (const layers::QuantLayer& layer : net.layers) kinds.push_back(layer.kind);
  for (const layers::QuantTensor& tensor : net.tensors) tensors.push_back(tensor.name);
  EXPECT_EQ(kinds, (std::vector<std::string>{"conv2d", "conv2d", "add", "depthwise2d", "dense"}));
  EXPECT_EQ(tensors, (std::vector<std::string>{"input", "act", "twin", "sum_act", "norm2", "logits"}));
  EXPECT_EQ(net.notes.front(), "softmax 'prob' is dropped: the int8 output is the logits");
  EXPECT_EQ(net.layers[0].activation_min, net.tensors[1].params.zero_point);
  EXPECT_NEAR(net.tensors[1].params.scale * (net.layers[0].activation_max - net.tensors[1].params.zero_point), 6.0,
              net.tensors[1].params.scale * 0.51 + 6.0 * (net.layers[0].activation_max == 127));
  EXPECT_EQ(net.layers[2].activation_min, net.tensors[3].params.zero_point);
}

// A layer that looks bytes up has its scale by definition, also through a pool; joined with others it takes theirs.
TEST(Quantize, TablesHaveAFixedScaleWhereNothingElseSharesIt) {
  Model model;
  model.spec.input_shape = {3, 8};
  model.spec.layers = {layer_of("gate", "sigmoid", {"input"}),       layer_of("pool", "maxpool1d", {"gate"}),
                       layer_of("bent", "tanh", {"pool"}),           layer_of("free", "conv1d", {"pool"}, 3),
                       layer_of("join", "concat", {"bent", "free"}), layer_of("last", "tanh", {"join"}),
                       layer_of("mean", "globalavgpool", {"last"})};
  model.weights = *layers::initial_weights(model.spec, 2);
  const quant::QuantNet net = *quantize(model, test::NoiseData({3, 8}, 50, 3, 3.0), {});
  const auto params = [&](const std::string& name) {
    for (const layers::QuantTensor& tensor : net.tensors) {
      if (tensor.name == name) return std::pair(tensor.params.scale, tensor.params.zero_point);
    }
    return std::pair(0.0, 0);
  };
  for (const char* name : {"gate", "pool"}) EXPECT_EQ(params(name), std::pair(1.0 / 256.0, -128)) << name;
  for (const char* name : {"last", "mean"}) EXPECT_EQ(params(name), std::pair(1.0 / 128.0, 0)) << name;
  EXPECT_EQ(params("bent"), params("free"));
  EXPECT_NE(params("bent").first, 1.0 / 128.0);
  const std::vector<int8_t>& table = net.layers[0].weights;
  ASSERT_EQ(table.size(), 256U);
  for (int q = -128; q <= 127; ++q) {
    const double x = net.tensors[0].params.scale * (q - net.tensors[0].params.zero_point);
    const double byte = std::nearbyint(256.0 / (1.0 + std::exp(-x))) - 128.0;
    EXPECT_EQ(table[static_cast<size_t>(q + 128)], static_cast<int>(std::min(byte, 127.0))) << q;
  }
}

TEST(Quantize, FamiliesKeepTheirOutputsWithinAFewPercent) {
  for (const families::FamilyKind& family : families::family_kinds()) {
    const std::string name = family.name;
    const Shape shape = name.find("2d") != std::string::npos ? Shape{3, 16, 12} : Shape{3, 48};
    Model model = test::family_model("family = '" + name + "'\nwidth = 12\ndepth = 3\n", shape, 5, 11);
    model.spec.input_mean = {0.5F, -1.0F, 20.0F};
    model.spec.input_scale = {1.0F, 0.25F, 3.0F};
    const test::NoiseData data(shape, 60, 12);
    const quant::QuantNet net = *quantize(model, data, {});
    layers::FloatNet reference = *layers::FloatNet::create(model);
    double signal = 0.0, noise = 0.0;
    const int64_t size = element_count(shape);
    for (int64_t s = 0; s < data.size(); ++s) {
      const float* sample = data.values.data() + s * size;
      reference.run(sample);
      const std::vector<float> got = net.dequantize_output(net.run(net.quantize_sample(sample).data()).data());
      for (size_t i = 0; i < got.size(); ++i) {
        signal += std::pow(reference.output()[i], 2);
        noise += std::pow(double{got[i]} - reference.output()[i], 2);
      }
    }
    EXPECT_LT(std::sqrt(noise / signal), 0.06) << name;
  }
}

TEST(Quantize, ReadsRegressionBackInTheTargetsUnit) {
  Model model = test::family_model("family = 'mlp'\nwidth = 16\n", {8}, 1, 4);
  model.spec.task = TaskKind::kRegression;
  model.spec.output_scale = 40.0F;
  model.spec.output_mean = 120.0F;
  const test::NoiseData data({8}, 100, 5);
  const quant::QuantNet net = *quantize(model, data, {});
  layers::FloatNet reference = *layers::FloatNet::create(model);
  for (int64_t s = 0; s < 20; ++s) {
    reference.run(data.values.data() + s * 8);
    const std::vector<int8_t> bytes = net.run(net.quantize_sample(data.values.data() + s * 8).data());
    EXPECT_NEAR(double{net.dequantize_output(bytes.data())[0]}, reference.output()[0] * 40.0 + 120.0,
                40.0 * 6.0 * net.output_tensor().params.scale);
  }
}

TEST(QuantizeInput, RoundsEachFloatOperationByItselfAndHalvesToEven) {
  const Model model = test::family_model("family = 'mlp'\nwidth = 4\n", {2}, 2, 1);
  quant::QuantNet net = *quantize(model, test::NoiseData({2}, 10, 1), {});
  net.input = {{0.0F, 1.0F}, {1.0F, 2.0F}, 3, 1.0};
  const auto q = [&](float a, float b) {
    const float sample[] = {a, b};
    int8_t out[2];
    net.quantize_input(sample, out);
    return std::pair<int, int>(out[0], out[1]);
  };
  EXPECT_EQ(q(0.5F, 1.25F), (std::pair<int, int>(3, 3)));  // 0.5 and 0.5: to even, 0
  EXPECT_EQ(q(1.5F, 1.75F), (std::pair<int, int>(5, 5)));  // 1.5: to even, 2
  EXPECT_EQ(q(-2.5F, 0.0F), (std::pair<int, int>(1, 1)));  // -2.5 to -2; -2
  EXPECT_EQ(q(1e30F, -1e30F), (std::pair<int, int>(127, -128)));
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(q(infinity, -infinity), (std::pair<int, int>(127, -128)));
  EXPECT_EQ(q(std::nanf(""), std::nanf("")), (std::pair<int, int>(3, 3)));
  // 1 + 2^-24 is lost in the subtraction when it is rounded on its own; a fused operation would keep it.
  net.input = {{-1.0F, 0.0F}, {0.5F, 1.0F}, 0, 1.0};
  EXPECT_EQ(q(0x1p-24F, 0.0F).first, 0);
  Rng rng(1, "inputs");
  for (int i = 0; i < 100000; ++i) {
    const float x = static_cast<float>(100.0 * rng.normal()), mean = static_cast<float>(rng.normal());
    const float factor = static_cast<float>(rng.normal());
    net.input = {{mean, mean}, {factor, factor}, -7, 1.0};
    // float64 holds the exact difference and the exact product of two float32; each is then rounded once.
    const float difference = static_cast<float>(double{x} - double{mean});
    const float product = static_cast<float>(double{difference} * double{factor});
    const int want = static_cast<int>(std::clamp(std::nearbyint(double{product}) - 7.0, -128.0, 127.0));
    ASSERT_EQ(q(x, x).first, want) << x << " " << mean << " " << factor;
  }
}

std::string refusal(const Model& model, const data::Dataset& data, const quant::QuantOptions& options = {}) {
  const Result<quant::QuantNet> net = quantize(model, data, options);
  return net ? "accepted" : net.error().text();
}

TEST(Quantize, RefusesWhatItCannotDoInOneSentence) {
  Model model = test::family_model("family = 'mlp'\n", {4}, 2, 1);
  const test::NoiseData data({4}, 10, 1);
  EXPECT_EQ(refusal(model, data), "accepted");
  EXPECT_EQ(refusal(model, test::NoiseData({5}, 10, 1)),
            "the calibration samples have shape [5], but the net takes [4]");
  EXPECT_EQ(refusal(model, test::NoiseData({4}, 0, 1)), "there is no sample to calibrate on");
  quant::QuantOptions options;
  options.percentile = 0.0;
  EXPECT_EQ(refusal(model, data, options), "percentile: is 0, but must be above 0 and at most 100");
  test::NoiseData poisoned({4}, 10, 1);
  poisoned.values[17] = NAN;
  EXPECT_EQ(refusal(model, poisoned), "the values of 'input' are not finite or beyond 1e30 for calibration sample 4");
  model.weights.erase("dense_3.bias");
  EXPECT_EQ(refusal(model, data), "the model's parameter 'dense_3.bias' is missing");
  model.spec.layers = {layer_of("s", "softmax", {"input"}), layer_of("d", "dense", {"s"}, 2)};
  model.weights = *layers::initial_weights(model.spec, 1);
  EXPECT_EQ(refusal(model, data), "layer 's': softmax has an int8 form only as the last layer");
  model.spec.input_shape = {2, 3};
  model.weights.clear();
  model.spec.layers = {layer_of("p", "maxpool1d", {"input"}), layer_of("f", "flatten", {"p"})};
  EXPECT_EQ(refusal(model, test::NoiseData({2, 3}, 4, 1)),
            "layer 'f': the int8 net cannot end in flatten; end in dense or globalavgpool");
}

// Weights and biases at the edge: dead channels, huge biases, constant inputs.
TEST(Quantize, SurvivesDeadChannelsHugeBiasesAndConstantData) {
  Model model = test::family_model("family = 'mlp'\nwidth = 3\ndepth = 1\n", {4}, 2, 1);
  float* weight = model.weights.at("dense_1.weight").data<float>();
  std::fill(weight, weight + 4, 0.0F);
  std::fill(weight + 4, weight + 8, 1e-20F);
  model.weights.at("dense_1.bias").data<float>()[1] = 1e6F;
  const test::NoiseData data({4}, 10, 1);
  const quant::QuantNet net = *quantize(model, data, {});
  for (int32_t bias : net.layers[0].bias) EXPECT_LE(std::abs(bias), quant::kMostBias);
  const std::vector<int8_t> hidden = net.run_all(net.quantize_sample(data.values.data()).data())[1];
  EXPECT_NEAR(test::dequantized(net.tensors[1], hidden.data())[1], 1e6, net.tensors[1].params.scale);
  test::NoiseData constant({4}, 10, 1);
  std::fill(constant.values.begin(), constant.values.end(), 0.0F);
  EXPECT_EQ(refusal(model, constant), "accepted");
  for (auto& item : model.weights) std::fill_n(item.second.data<float>(), item.second.size(), 0.0F);
  EXPECT_EQ(refusal(model, constant), "accepted");
  for (auto& item : model.weights) std::fill_n(item.second.data<float>(), item.second.size(), -1e-35F);
  EXPECT_EQ(refusal(model, data), "accepted");
}

// Float logits of a sample, as doubles.
double distance_of(const Model& model, const data::Dataset& data, quant::CalibrationMethod method,
                   double percentile = 99.9) {
  quant::QuantOptions options{method, percentile};
  const quant::QuantNet net = *quantize(model, data, options);
  layers::FloatNet reference = *layers::FloatNet::create(model);
  double sum = 0.0;
  std::vector<float> sample(static_cast<size_t>(element_count(model.spec.input_shape)));
  for (int64_t s = 0; s < data.size(); ++s) {
    data.get(s, sample.data());
    reference.run(sample.data());
    const std::vector<double>& p = reference.output();
    const std::vector<double> q =
        test::dequantized(net.output_tensor(), net.run(net.quantize_sample(sample.data()).data()).data());
    double p_sum = 0.0, q_sum = 0.0, kl = 0.0;
    for (size_t i = 0; i < p.size(); ++i) p_sum += std::exp(p[i]), q_sum += std::exp(q[i]);
    for (size_t i = 0; i < p.size(); ++i)
      kl += std::exp(p[i]) / p_sum * (p[i] - std::log(p_sum) - q[i] + std::log(q_sum));
    sum += kl / static_cast<double>(data.size());
  }
  return sum;
}

// Value 3 has rare spikes that the net does not look at: only a range without them keeps the small values apart.
TEST(Quantize, AutoChoosesTheCalibrationWhoseAnswersAreNearestToTheFloatNet) {
  for (const auto& [spike, expected] : {std::pair{1.0F, "least_error|minmax"}, std::pair{1000.0F, "percentile 99"}}) {
    Model model = test::family_model("family = 'mlp'\nwidth = 8\ndepth = 1\n", {4}, 3, 3);
    model.spec.class_names = {"a", "b", "c"};
    for (int64_t unit = 0; unit < 8; ++unit) model.weights.at("dense_1.weight").data<float>()[unit * 4 + 3] = 0.0F;
    test::NoiseData data({4}, 240, 4);
    for (size_t i = 3; i < data.values.size(); i += 160) data.values[i] *= spike;
    const double chosen = distance_of(model, data, quant::CalibrationMethod::kAuto);
    const std::string note = quantize(model, data, {})->notes.back();
    EXPECT_THAT(note, testing::ContainsRegex(fmt::format("^calibration: ({}),", expected)));
    EXPECT_LE(chosen, distance_of(model, data, quant::CalibrationMethod::kLeastError) + 1e-12);
    EXPECT_LE(chosen, distance_of(model, data, quant::CalibrationMethod::kMinMax) + 1e-12);
    for (double percent : {99.99, 99.9, 99.5, 99.0}) {
      EXPECT_LE(chosen, distance_of(model, data, quant::CalibrationMethod::kPercentile, percent) + 1e-12) << percent;
    }
  }
}

TEST(Quantize, GivesTheSameNetEachTime) {
  const Model model = test::family_model("family = 'dscnn2d'\nwidth = 8\ndepth = 2\n", {1, 12, 10}, 4, 3);
  const test::NoiseData data({1, 12, 10}, 40, 4);
  for (const auto method : {quant::CalibrationMethod::kAuto, quant::CalibrationMethod::kMinMax,
                            quant::CalibrationMethod::kPercentile, quant::CalibrationMethod::kLeastError}) {
    quant::QuantOptions options;
    options.calibration = method;
    EXPECT_EQ(quant::fingerprint(*quantize(model, data, options)), quant::fingerprint(*quantize(model, data, options)));
  }
}

}  // namespace
}  // namespace apprentice
