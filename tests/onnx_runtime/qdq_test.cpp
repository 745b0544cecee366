// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "apprentice/onnx/format/graph.h"
#include "apprentice/onnx/write/export.h"
#include "apprentice/quant/quant_net.h"
#include "tests/onnx_runtime/near_ties.h"
#include "tests/onnx_runtime/nets.h"
#include "tests/onnx_runtime/qdq_tally.h"
#include "tests/onnx_runtime/referee.h"

namespace apprentice {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

quant::QuantNet quantized(const model::Model& model) {
  const Result<quant::QuantNet> net = quant::quantize(model, test::RandomDataset(model.spec, 64), {});
  if (!net) throw BrokenPromise(model.spec.name + ": " + net.error().text());
  return *net;
}

std::vector<test::Question> questions_about(const std::vector<quant::QuantNet>& nets,
                                            const std::vector<model::Model>& models) {
  std::vector<test::Question> questions;
  for (size_t i = 0; i < nets.size(); ++i) {
    const Result<std::string> bytes = onnx::write::export_onnx_qdq(nets[i]);
    if (!bytes) throw BrokenPromise(nets[i].name + ": " + bytes.error().text());
    questions.push_back({nets[i].name, *bytes, test::random_samples(models[i].spec, 200)});
  }
  return questions;
}

// What of a model ONNX Runtime computes in floats though it has an integer kernel for it.
std::vector<std::string> float_units(const std::string& optimised) {
  std::vector<std::string> units;
  const onnx::OnnxGraph graph = onnx::parse_onnx(optimised, "optimised").value();
  for (const onnx::OnnxNode& node : graph.nodes) {
    const bool computes = node.op == "Conv" || node.op == "Gemm" || node.op == "Add";
    const bool unit_of_the_target = node.name.rfind("net/output/", 0) == 0;  // a regression's last step is in floats
    if (computes && node.domain.empty() && !unit_of_the_target) units.push_back(node.name);
  }
  return units;
}

// ONNX Runtime rescales in float32, the oracle in integers: values within float32's resolution of a half may fall to
// either side. Every difference must be explained by one, and they must be rare.
TEST(QdqExport, OnnxRuntimeGivesTheBytesOfTheOracleTiesAside) {
  APPRENTICE_NEEDS_REFEREE();
  const std::vector<model::Model> models = test::nets_of_every_kind();
  std::vector<quant::QuantNet> nets;
  for (const model::Model& model : models) nets.push_back(quantized(model));
  const std::vector<test::Question> questions = questions_about(nets, models);
  const std::vector<test::Answer> answers = test::ask_referee(questions);
  ASSERT_EQ(answers.size(), nets.size());
  test::Tally all;
  for (size_t i = 0; i < nets.size(); ++i) {
    const test::Tally tally = test::compare(nets[i], questions[i].input, answers[i].output);
    EXPECT_EQ(tally.unexplained, 0) << questions[i].name;
    EXPECT_LE(tally.different_samples, tally.samples / 20) << questions[i].name;
    // A float32 sum of products would be off by more than a near tie allows.
    EXPECT_THAT(float_units(answers[i].optimised), IsEmpty()) << questions[i].name;
    all.add(tally);
  }
  EXPECT_LT(all.different_bytes, all.bytes / 200);
  std::cout << all.different_bytes << " of " << all.bytes << " bytes differ (by at most " << all.largest << "), in "
            << all.different_samples << " of " << all.samples << " samples, each with a near tie\n";
}

TEST(QdqExport, NearTiesAreRareEnoughToExplainAnything) {
  int64_t samples = 0, with_tie = 0;
  for (const model::Model& model : test::nets_of_every_kind()) {
    const quant::QuantNet net = quantized(model);
    const Tensor input = test::random_samples(model.spec, 20);
    for (int64_t n = 0; n < 20; ++n) {
      samples += 1;
      const float* sample = input.data<float>() + n * element_count(model.spec.input_shape);
      with_tie += test::near_ties(net, test::oracle(net, sample)) > 0 ? 1 : 0;
    }
  }
  EXPECT_LT(with_tie, samples / 2);
}

// Raw values halfway between two bytes, just outside the range and far outside it.
TEST(QdqExport, QuantizesTheInputAsTheDeviceDoes) {
  APPRENTICE_NEEDS_REFEREE();
  const model::Model model = test::nets_of_every_kind()[2];
  const quant::QuantNet net = quantized(model);
  Tensor input = test::random_samples(model.spec, 512);
  const int64_t features = model.spec.input_shape[0];
  for (int64_t i = 0; i < input.size(); ++i) {
    const auto c = static_cast<size_t>(i % features);
    const float halves = static_cast<float>(i / features - 256) * 0.5F;
    input.data<float>()[i] = i / features == 0 ? 1e30F : net.input.mean[c] + halves / net.input.factor[c];
  }
  const std::vector<test::Answer> answers =
      test::ask_referee({{"halves", onnx::write::export_onnx_qdq(net).value(), input}});
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(test::compare(net, input, answers[0].output).unexplained, 0);
}

TEST(QdqExport, WritesTheSameBytesAgainAndNamesTheRounding) {
  const model::Model model = test::nets_of_every_kind()[1];
  const quant::QuantNet net = quantized(model);
  const std::string bytes = onnx::write::export_onnx_qdq(net).value();
  EXPECT_EQ(bytes, onnx::write::export_onnx_qdq(quantized(model)).value());
  EXPECT_THAT(bytes, HasSubstr(quant::fingerprint(net)));
  EXPECT_THAT(bytes, HasSubstr("apprentice.rounding"));
}

TEST(QdqExport, RefusesAKindThatHasNoQdqForm) {
  quant::QuantNet net = quantized(test::nets_of_every_kind()[2]);
  net.layers[0].kind = "softmax";
  EXPECT_THAT(onnx::write::export_onnx_qdq(net).error().text(), HasSubstr("softmax cannot be written as QDQ ONNX"));
}

}  // namespace
}  // namespace apprentice
