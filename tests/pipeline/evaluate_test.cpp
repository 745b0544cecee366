// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/evaluate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "apprentice/base/random.h"
#include "apprentice/layers/layer.h"

namespace apprentice {
namespace {

// Ten samples of [2, 8] with normal values.
class SmallDataset final : public data::Dataset {
 public:
  SmallDataset() {
    info_.sample_shape = {2, 8};
    info_.class_names = {"a", "b", "c"};
    Rng rng(3, "test");
    for (int i = 0; i < 160; ++i) values_.push_back(static_cast<float>(rng.normal()));
  }
  const data::DatasetInfo& info() const override { return info_; }
  int64_t size() const override { return 10; }
  void get(int64_t index, float* out) const override { std::copy_n(values_.data() + index * 16, 16, out); }
  data::SampleInfo sample_info(int64_t) const override { return {}; }
  const std::string& group_name(int32_t) const override { return name_; }
  const std::map<std::string, std::string>& group_attributes(int32_t) const override { return attributes_; }

 private:
  data::DatasetInfo info_;
  std::vector<float> values_;
  std::string name_;
  std::map<std::string, std::string> attributes_;
};

quant::QuantNet small_net(const data::Dataset& data) {
  model::Model model;
  model.spec.name = "small";
  model.spec.input_shape = {2, 8};
  model.spec.class_names = {"a", "b", "c"};
  model::LayerSpec flat{"flat", "flatten", {model::kNetInput}}, out{"out", "dense", {"flat"}};
  out.channels = 3;
  model.spec.layers = {flat, out};
  model.weights = *layers::initial_weights(model.spec, 1);
  return *quant::quantize(model, data, {});
}

TEST(Evaluate, GivesWhatTheOracleGivesSampleBySampleOnAnyNumberOfThreads) {
  const SmallDataset data;
  const quant::QuantNet net = small_net(data);
  const Tensor all = *pipeline::predict_int8(net, data, 3, {});
  ASSERT_EQ(all.shape(), (Shape{10, 3}));
  std::vector<float> sample(16), last(16);
  std::vector<int8_t> input(16);
  for (int64_t i = 0; i < 10; ++i) {
    data.get(i, sample.data());
    quant::to_channel_last(sample.data(), {2, 8}, last.data());
    net.quantize_input(last.data(), input.data());
    const std::vector<float> expected = net.dequantize_output(net.run(input.data()).data());
    for (int64_t c = 0; c < 3; ++c) EXPECT_EQ(all.data<float>()[i * 3 + c], expected[static_cast<size_t>(c)]);
  }
  const Tensor samples = pipeline::spread_samples(data, 10);
  const Tensor again = *pipeline::predict_int8(net, samples, 1, {});
  EXPECT_TRUE(std::equal(again.bytes(), again.bytes() + again.byte_count(), all.bytes()));
}

TEST(Evaluate, ProofVectorsHoldTheOraclesAnswers) {
  const SmallDataset data;
  const quant::QuantNet net = small_net(data);
  const Tensor samples = pipeline::proof_samples(net, data, 20, 1);
  const device::ProofVectors vectors = *pipeline::proof_vectors(net, samples, {});
  ASSERT_EQ(vectors.inputs.shape(), (Shape{20, 16}));
  ASSERT_EQ(vectors.answers.shape(), (Shape{20, 3}));
  for (int64_t i = 0; i < 20; ++i) {
    const std::vector<int8_t> input = net.quantize_sample(samples.data<float>() + i * 16),
                              answer = net.run(input.data());
    EXPECT_TRUE(std::equal(input.begin(), input.end(), vectors.inputs.data<int8_t>() + i * 16));
    EXPECT_TRUE(std::equal(answer.begin(), answer.end(), vectors.answers.data<int8_t>() + i * 3));
  }
}

TEST(Evaluate, StopsWhenAsked) {
  const SmallDataset data;
  const std::atomic<bool> stop{true};
  RunControl control;
  control.stop = &stop;
  const auto result = pipeline::predict_int8(small_net(data), data, 2, control);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kInterrupted);
}

TEST(Evaluate, SpreadsSamplesOverTheWholeDataSet) {
  const SmallDataset data;
  const Tensor two = pipeline::spread_samples(data, 2);
  ASSERT_EQ(two.shape(), (Shape{2, 2, 8}));
  std::vector<float> fifth(16);
  data.get(5, fifth.data());
  EXPECT_TRUE(std::equal(fifth.begin(), fifth.end(), two.data<float>() + 16));
  EXPECT_EQ(pipeline::spread_samples(data, 99).shape().front(), 10);
}

TEST(Evaluate, ProofSamplesAreHalfRealHalfRandomAndRepeatable) {
  const SmallDataset data;
  const quant::QuantNet net = small_net(data);
  const Tensor samples = pipeline::proof_samples(net, data, 40, 1);
  ASSERT_EQ(samples.shape(), (Shape{40, 2, 8}));
  // 20 real ones out of 10 samples: each twice.
  EXPECT_TRUE(std::equal(samples.data<float>(), samples.data<float>() + 160, samples.data<float>() + 160));
  const Tensor again = pipeline::proof_samples(net, data, 40, 1), other = pipeline::proof_samples(net, data, 40, 2);
  EXPECT_TRUE(std::equal(samples.bytes(), samples.bytes() + samples.byte_count(), again.bytes()));
  EXPECT_FALSE(std::equal(samples.data<float>() + 320, samples.data<float>() + 640, other.data<float>() + 320));
}

TEST(Evaluate, RandomProofSamplesReachEveryInputByte) {
  const SmallDataset data;
  const quant::QuantNet net = small_net(data);
  const Tensor inputs = pipeline::proof_vectors(net, pipeline::proof_samples(net, data, 2000, 1), {})->inputs;
  std::vector<int> seen(256, 0);
  for (int64_t i = 1000 * 16; i < 2000 * 16; ++i) seen[static_cast<size_t>(inputs.data<int8_t>()[i] + 128)] += 1;
  // 16,000 uniform draws: 62.5 a byte, standard deviation 7.9.
  const auto [least, most] = std::minmax_element(seen.begin(), seen.end());
  EXPECT_GT(*least, 62 - 6 * 8);
  EXPECT_LT(*most, 63 + 6 * 8);
}

TEST(Evaluate, MakesCNamesOfJobNames) {
  pipeline::Inputs inputs;
  pipeline::Job& job = inputs.job;
  job.name = "my-net";
  EXPECT_EQ(pipeline::package_options(inputs).prefix, "my_net");
  job.name = "4wheels";
  EXPECT_EQ(pipeline::package_options(inputs).prefix, "net_4wheels");
  for (const char* name : {"Pump", "_pump", "-", "example", "a_name_of_more_than_forty_characters_is_cut_short"}) {
    job.name = name;
    EXPECT_TRUE(codegen::check_prefix(pipeline::package_options(inputs).prefix)) << name;
  }
  job.package.prefix = "given";
  EXPECT_EQ(pipeline::package_options(inputs).prefix, "given");
}

}  // namespace
}  // namespace apprentice
