// SPDX-License-Identifier: Apache-2.0
// The table of operators against itself and against the documentation.
#include <gtest/gtest.h>

#include <set>

#include "apprentice/base/files.h"
#include "apprentice/onnx/op.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

TEST(OnnxOps, HaveOneRowEachAndAnOpset) {
  std::set<std::string> seen;
  for (const OpRow& row : op_table()) {
    EXPECT_TRUE(seen.insert(std::string(row.domain) + "." + row.name).second) << row.name << " has two rows";
    EXPECT_GE(row.min_opset, 1) << row.name;
    EXPECT_LE(row.min_opset, kNewestOpset) << row.name;
    EXPECT_NE(row.run, nullptr) << row.name;
  }
}

TEST(OnnxOps, AreListedInTheDocumentation) {
  const auto page = read_file(source_folder() + "/docs/formats/onnx_import.md");
  ASSERT_TRUE(page);
  for (const OpRow& row : op_table())
    EXPECT_NE(page->find(fmt::format("{} {}", row.name, row.min_opset)), std::string::npos)
        << row.name << " " << row.min_opset << " is missing in docs/formats/onnx_import.md";
}

// Whatever a node looks like, an operator gives outputs or says what is wrong; it never crashes.
TEST(OnnxOps, RefuseNonsenseWithoutCrashing) {
  const Values oddities = {at::zeros({}),           at::zeros({0}),
                           at::zeros({2, 0, 3}),    at::ones({2, 3}, at::kLong),
                           at::ones({1, 2, 4, 4}),  at::full({3}, -7, at::kLong),
                           at::ones({2}, at::kBool)};
  for (const OpRow& row : op_table()) {
    if (std::string(row.name) == "Loop") continue;  // needs a body
    OnnxNode node;
    node.op = row.name;
    node.opset = kNewestOpset;
    node.outputs = {"y"};
    for (size_t first = 0; first < oddities.size(); ++first)
      for (size_t step = 0; step < oddities.size(); ++step) {
        Values inputs;
        for (size_t i = 0; i < std::max<size_t>(row.min_inputs, 3); ++i)
          inputs.push_back(oddities[(first + i * step) % oddities.size()]);
        OpCall call(node, inputs);
        try {
          row.run(call);
        } catch (const std::exception&) {  // libtorch's own refusal; the program turns it into an Error
        }
      }
  }
}

}  // namespace
}  // namespace apprentice::test
