// SPDX-License-Identifier: Apache-2.0
// Nets that read features: what is quantized, run, saved and loaded sees the bits that the front end gives.
#include <gmock/gmock.h>

#include "apprentice/base/files.h"
#include "apprentice/quant/fidelity.h"
#include "tests/quant/frontend_nets.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

const Shape kRaw{2, 96};

model::Model windows_model() {
  return test::spectrum_model("frame = 32\nhop = 16\n", "family = \"conv1d\"\nwidth = 8\ndepth = 2\n", kRaw, 4);
}

// Of two chains, whose features have units of their own.
model::Model joined_model() {
  return test::frontend_model("kind = [\"spectrum\", \"statistics\"]\nframe = 32\nhop = 16\n",
                              "family = \"conv1d\"\nwidth = 8\ndepth = 2\n", kRaw, 4);
}

TEST(FeatureStep, RoundsAsTheFormulaInFloat64) {
  const model::Model model = joined_model();
  const test::NoiseData data(kRaw, 40, 5);
  const quant::QuantNet net = *quant::quantize(model, data, test::kPlainCalibration);
  for (size_t c = 0; c < net.feature_steps.size(); ++c) {
    const double scale = net.frontend->feature_scales()[c];
    const double mean = double{net.input.mean[c]}, factor = double{net.input.factor[c]};
    for (int feature = -32768; feature < 32768; feature += 7) {
      const double exact = std::clamp((feature * scale - mean) * factor + net.input.zero_point, -128.0, 127.0);
      const int given = net.feature_steps[c].run(static_cast<int16_t>(feature));
      ASSERT_NEAR(given, exact, 0.51) << "channel " << c << ", feature " << feature;
    }
  }
}

TEST(FeatureStep, TakesConstantFeaturesForNothing) {
  model::Model model = windows_model();
  model.spec.input_scale.assign(model.spec.input_scale.size(), 0.0F);
  const quant::QuantNet net = *quant::quantize(model, test::NoiseData(kRaw, 10, 5), test::kPlainCalibration);
  for (const quant::FeatureStep& step : net.feature_steps) {
    EXPECT_EQ(step.run(-32768), step.run(32767));
  }
}

TEST(FrontendNet, QuantizesWhatTheFrontEndGives) {
  const model::Model model = windows_model();
  const test::NoiseData data(kRaw, 40, 5);
  const quant::QuantNet net = *quant::quantize(model, data, test::kPlainCalibration);
  EXPECT_EQ(net.tensors[0].size(), 34 * 5);
  std::vector<float> sample(192), last(192);
  std::vector<int16_t> features(34 * 5);
  data.get(7, sample.data());
  net.frontend->run(sample.data(), features.data());
  std::vector<int8_t> expected;
  for (size_t frame = 0; frame < 5; ++frame)
    for (size_t c = 0; c < 34; ++c) expected.push_back(net.feature_steps[c].run(features[c * 5 + frame]));
  EXPECT_EQ(net.quantize_sample(sample.data()), expected);
  quant::to_channel_last(sample.data(), kRaw, last.data());
  std::vector<int8_t> from_last(expected.size());
  net.quantize_input(last.data(), from_last.data());
  EXPECT_EQ(from_last, expected);
}

TEST(FrontendNet, AnswersLikeTheFloatNet) {
  const model::Model model = windows_model();
  const test::NoiseData data(kRaw, 60, 5);
  const quant::QuantNet net = *quant::quantize(model, data, test::kPlainCalibration);
  layers::FloatNet reference = *layers::FloatNet::create(model);
  std::vector<float> sample(192);
  double error = 0.0, power = 0.0;
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample.data());
    reference.run(sample.data());
    const std::vector<float> given = net.dequantize_output(net.run(net.quantize_sample(sample.data()).data()).data());
    for (size_t k = 0; k < given.size(); ++k) {
      error += std::pow(double{given[k]} - reference.output()[k], 2);
      power += std::pow(reference.output()[k], 2);
    }
  }
  EXPECT_LT(error, 0.01 * power);
}

TEST(FrontendNet, ChoosesRangesByWhatTheFrontEndGives) {
  const model::Model model = windows_model();
  const test::NoiseData data(kRaw, 20, 5);
  layers::FloatNet reference = *layers::FloatNet::create(model);
  const quant::Fidelity fidelity(reference, model.spec.layers.size() - 1, data, 20);
  const quant::QuantNet plain = *quant::quantize(model, data, test::kPlainCalibration);
  const quant::QuantNet chosen = *quant::quantize(model, data, {});
  EXPECT_LE(fidelity.distance(chosen), fidelity.distance(plain));
  EXPECT_LT(fidelity.distance(chosen), 0.01);
}

TEST(FrontendNet, ReadsEachPartInItsOwnUnit) {
  const model::Model model = joined_model();
  const layers::NetInput input = *layers::NetInput::create(model.spec);
  ASSERT_EQ(input.shape(), (Shape{2 * 17 + 2 * 3, 5}));
  const test::NoiseData data(kRaw, 1, 5);
  std::vector<float> sample(192), values(40 * 5);
  data.get(0, sample.data());
  input.run(sample.data(), values.data());
  std::vector<double> exact(values.size());
  input.frontend()->run_float(sample.data(), exact.data());
  // Octaves of power, then raw units.
  for (size_t i = 0; i < 34 * 5; ++i) EXPECT_NEAR(values[i], exact[i], 0.5);
  for (size_t i = 34 * 5; i < values.size(); ++i) EXPECT_NEAR(values[i], exact[i], 2.0);
}

TEST(FrontendNet, IsTheSameAfterSavingAndLoading) {
  const test::Scratch scratch;
  const model::Model model = joined_model();
  const test::NoiseData data(kRaw, 20, 5);
  const quant::QuantNet net = *quant::quantize(model, data, test::kPlainCalibration);
  ASSERT_TRUE(quant::save_quant_net(net, scratch.path("net.apq")));
  const auto loaded = quant::load_quant_net(scratch.path("net.apq"));
  ASSERT_TRUE(loaded) << loaded.error().text();
  EXPECT_EQ(loaded->spec, net.spec);
  EXPECT_EQ(quant::fingerprint(*loaded), quant::fingerprint(net));
  EXPECT_EQ(loaded->quantize_sample(data.values.data()), net.quantize_sample(data.values.data()));
  ASSERT_TRUE(model::save_model(model, scratch.path("net.apnet")));
  EXPECT_EQ(model::load_model(scratch.path("net.apnet"))->spec, model.spec);
}

TEST(FrontendNet, RefusesFactsThatDoNotFit) {
  const test::NoiseData data(kRaw, 20, 5);
  model::Model model = windows_model();
  model.spec.input_mean.push_back(0.0F);
  model.spec.input_scale.push_back(1.0F);
  EXPECT_THAT(quant::quantize(model, data, test::kPlainCalibration).error().text(),
              testing::HasSubstr("normalises 35 channels, but its first layers read [34, 5]"));
  model = windows_model();
  model.spec.frontend->parts[0].frame_length = 97;
  EXPECT_THAT(quant::quantize(model, data, test::kPlainCalibration).error().text(), testing::HasSubstr("97 steps"));
}

}  // namespace
}  // namespace apprentice
