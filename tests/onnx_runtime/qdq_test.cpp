// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "apprentice/onnx/export.h"
#include "apprentice/quant/quant_net.h"
#include "tests/onnx_runtime/nets.h"
#include "tests/onnx_runtime/referee.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;

QuantNet quantized(const Model& model) {
  const Result<QuantNet> net = quantize(model, test::RandomDataset(model.spec, 64), {});
  if (!net) throw BrokenPromise(model.spec.name + ": " + net.error().text());
  return *net;
}

std::vector<int8_t> oracle(const QuantNet& net, const float* sample) {
  std::vector<float> last(static_cast<size_t>(element_count(net.spec.input_shape)));
  std::vector<int8_t> input(last.size());
  to_channel_last(sample, net.spec.input_shape, last.data());
  net.quantize_input(last.data(), input.data());
  return net.run(input.data());
}

// The byte behind a real output.
int byte_of(const QuantNet& net, float real) {
  const QuantParams& params = net.output_tensor().params;
  const double logit = (double{real} - double{net.spec.output_mean}) / double{net.spec.output_scale};
  return static_cast<int>(std::lround(logit / params.scale)) + params.zero_point;
}

struct Tally {
  int64_t values = 0, different = 0, largest = 0;
};

Tally compare(const QuantNet& net, const Tensor& input, const Tensor& answer) {
  Tally tally;
  const int64_t sample = element_count(net.spec.input_shape), outputs = answer.shape()[1];
  for (int64_t n = 0; n < input.shape()[0]; ++n) {
    const std::vector<int8_t> expected = oracle(net, input.data<float>() + n * sample);
    for (int64_t k = 0; k < outputs; ++k) {
      const int64_t away = std::abs(byte_of(net, answer.data<float>()[n * outputs + k]) - expected[static_cast<size_t>(k)]);
      tally.values += 1;
      tally.different += away != 0 ? 1 : 0;
      tally.largest = std::max(tally.largest, away);
    }
  }
  return tally;
}

TEST(QdqExport, OnnxRuntimeGivesTheBytesOfTheOracle) {
  APPRENTICE_NEEDS_REFEREE();
  std::vector<test::Question> questions;
  std::vector<QuantNet> nets;
  for (const Model& model : test::nets_of_every_kind()) {
    puts(model.spec.name.c_str());
    nets.push_back(quantized(model));
    const Result<std::string> bytes = export_onnx_qdq(nets.back());
    ASSERT_TRUE(bytes) << model.spec.name << ": " << bytes.error().text();
    questions.push_back({model.spec.name, *bytes, test::random_samples(model.spec, 200)});
  }
  const std::vector<Tensor> answers = test::ask_referee(questions);
  ASSERT_EQ(answers.size(), nets.size());
  for (size_t i = 0; i < nets.size(); ++i) {
    const Tally tally = compare(nets[i], questions[i].input, answers[i]);
    printf("%s: %ld of %ld differ, by at most %ld\n", questions[i].name.c_str(), tally.different, tally.values,
           tally.largest);
  }
}

}  // namespace
}  // namespace apprentice
