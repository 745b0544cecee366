// SPDX-License-Identifier: Apache-2.0
// The table of operators against itself and against the documentation.
#include <gtest/gtest.h>
#include <onnx/defs/schema.h>

#include <cstdlib>
#include <map>
#include <set>

#include "apprentice/base/files.h"
#include "apprentice/onnx/run/op.h"
#include "apprentice/onnx/run/operators.h"
#include "tests/onnx/run/conformance.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

TEST(OnnxOps, HaveOneRowEachAndAnOpset) {
  std::set<std::string> seen;
  for (const onnx::run::OpRow& row : onnx::run::op_table()) {
    EXPECT_TRUE(seen.insert(std::string(row.domain) + "." + row.name).second) << row.name << " has two rows";
    EXPECT_GE(row.min_opset, 1) << row.name;
    EXPECT_LE(row.min_opset, onnx::run::kNewestOpset) << row.name;
    EXPECT_NE(row.run, nullptr) << row.name;
  }
}

TEST(OnnxOps, HaveAPageInTheDocumentation) {
  const std::string path = source_folder() + "/docs/operators.md";
  if (std::getenv("APPRENTICE_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, onnx::run::operators_markdown()));
  }
  EXPECT_EQ(read_file(path).value_or(""), onnx::run::operators_markdown())
      << "write it anew: apprentice list operators --markdown > docs/operators.md";
}

std::map<std::string, int> times_listed() {
  std::map<std::string, int> times;
  for (const auto& [name, since] : onnx::run::supported_operators()) ++times[name];
  for (const auto& [name, why] : onnx::run::unsupported_operators()) ++times[name];
  return times;
}

// Every operator that libonnx or ONNX's own test data knows stands on one side of the page.
TEST(OnnxOps, AreSupportedOrSaidNotToBe) {
  const std::map<std::string, int> times = times_listed();
  for (const auto& [name, count] : times) EXPECT_EQ(count, 1) << name;
  for (const ::onnx::OpSchema& schema : ::onnx::OpSchemaRegistry::get_all_schemas())
    EXPECT_EQ(times.count(schema.domain().empty() ? schema.Name() : schema.domain() + "." + schema.Name()), 1U)
        << schema.domain() << " " << schema.Name();
  APPRENTICE_NEEDS_DATA();
  std::set<std::string> bare;
  for (const auto& [name, count] : times) bare.insert(name.substr(name.rfind('.') + 1));
  for (const ListedCase& each : listed_cases(data_folder() + "/onnx_conformance/index.csv"))
    for (const std::string& name : each.operators) EXPECT_EQ(bare.count(name), 1U) << name << " in " << each.name;
}

// Whatever a node looks like, an operator gives outputs or says what is wrong; it never crashes.
TEST(OnnxOps, RefuseNonsenseWithoutCrashing) {
  const onnx::run::Values oddities = {at::zeros({}),           at::zeros({0}),
                                      at::zeros({2, 0, 3}),    at::ones({2, 3}, at::kLong),
                                      at::ones({1, 2, 4, 4}),  at::full({3}, -7, at::kLong),
                                      at::ones({2}, at::kBool)};
  for (const onnx::run::OpRow& row : onnx::run::op_table()) {
    if (std::string(row.name) == "Loop") continue;  // needs a body
    onnx::OnnxNode node;
    node.op = row.name;
    node.opset = onnx::run::kNewestOpset;
    node.outputs = {"y"};
    for (size_t first = 0; first < oddities.size(); ++first)
      for (size_t step = 0; step < oddities.size(); ++step) {
        onnx::run::Values inputs;
        for (size_t i = 0; i < std::max<size_t>(row.min_inputs, 3); ++i)
          inputs.push_back(oddities[(first + i * step) % oddities.size()]);
        onnx::run::OpCall call(node, inputs);
        try {
          row.run(call);
        } catch (const std::exception&) {  // libtorch's own refusal; the program turns it into an Error
        }
      }
  }
}

}  // namespace
}  // namespace apprentice::test
