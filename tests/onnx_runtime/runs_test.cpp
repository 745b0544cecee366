// SPDX-License-Identifier: Apache-2.0
// The QDQ students of finished runs, on the inputs that `apprentice prove` kept. APPRENTICE_RUNS lists the directories,
// separated by ':'. Writes proof/onnx_runtime.json into each.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/quant/quant_net.h"
#include "tests/onnx_runtime/qdq_tally.h"
#include "tests/onnx_runtime/referee.h"

namespace apprentice {
namespace {

std::vector<std::string> finished_runs() {
  const char* list = std::getenv("APPRENTICE_RUNS");
  std::istringstream stream(list == nullptr ? "" : list);
  std::vector<std::string> runs;
  for (std::string run; std::getline(stream, run, ':');) runs.push_back(run);
  return runs;
}

test::Tally tally_of(const std::string& run) {
  const quant::QuantNet net = quant::load_quant_net(run + "/shipped/int8.apq").value();
  const Tensor samples = data::read_npy(run + "/proof/samples.npy").value().tensor;
  const std::string model = read_file(run + "/shipped/model_int8.onnx").value();
  const std::vector<test::Answer> answers = test::ask_referee({{run, model, samples}});
  if (answers.empty()) return {};
  const test::Tally tally = test::compare(net, samples, answers[0].output);
  const nlohmann::ordered_json record = {{"samples", tally.samples},
                                         {"bytes", tally.bytes},
                                         {"different_samples", tally.different_samples},
                                         {"different_bytes", tally.different_bytes},
                                         {"largest_difference", tally.largest},
                                         {"without_near_tie", tally.unexplained}};
  EXPECT_TRUE(write_file(run + "/proof/onnx_runtime.json", record.dump(2) + "\n"));
  return tally;
}

TEST(QdqExport, OnnxRuntimeGivesTheBytesOfTheOracleOnFinishedRuns) {
  APPRENTICE_NEEDS_REFEREE();
  const std::vector<std::string> runs = finished_runs();
  if (runs.empty()) GTEST_SKIP() << "APPRENTICE_RUNS names no run directory";
  for (const std::string& run : runs) {
    const test::Tally tally = tally_of(run);
    EXPECT_GT(tally.samples, 0) << run;
    EXPECT_EQ(tally.unexplained, 0) << run;
    std::cout << fmt::format("{}: {} of {} bytes differ, by at most {}, in {} of {} samples; without a near tie: {}\n",
                             run, tally.different_bytes, tally.bytes, tally.largest, tally.different_samples,
                             tally.samples, tally.unexplained);
  }
}

}  // namespace
}  // namespace apprentice
