// SPDX-License-Identifier: Apache-2.0
// Control flow: If and Loop.
#include <algorithm>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

bool truth(const at::Tensor& condition) { return condition.reshape({-1}).to(at::kBool).item<bool>(); }

}  // namespace

Values if_else(OpCall& call) {
  SubgraphRun* const branch = call.subgraph(truth(call[0]) ? "then_branch" : "else_branch");
  if (branch == nullptr) return call.refuse("lacks then_branch or else_branch");
  return (*branch)({});
}

// Body: iteration, condition, carried values -> condition, carried values, values to stack.
Values loop(OpCall& call) {
  SubgraphRun* const body = call.subgraph("body");
  if (body == nullptr) return call.refuse("lacks its body");
  const int64_t most = call.has(0) ? call.integer_of(0) : kMostIterations + 1;
  bool going = !call.has(1) || truth(call[1]);
  Values carried;
  for (size_t i = 2; i < call.input_count(); ++i) carried.push_back(call[i]);
  if (call.output_count() < carried.size()) return call.refuse("has fewer outputs than carried values");
  std::vector<Values> stacked(call.output_count() - carried.size());
  for (int64_t i = 0; i < most && going; ++i) {
    if (!call.may_iterate()) return {};
    Values given = {at::scalar_tensor(i, at::kLong), at::scalar_tensor(true, at::kBool)};
    given.insert(given.end(), carried.begin(), carried.end());
    Values made = (*body)(given);
    if (made.size() != 1 + call.output_count()) return call.refuse("its body has {} outputs", made.size());
    going = truth(made[0]);
    std::copy_n(made.begin() + 1, carried.size(), carried.begin());
    for (size_t s = 0; s < stacked.size(); ++s) stacked[s].push_back(made[1 + carried.size() + s]);
  }
  Values out = carried;
  for (const Values& parts : stacked) {
    if (parts.empty()) return call.refuse("would stack the values of no iteration");
    out.push_back(at::stack(parts, 0));
  }
  return out;
}

}  // namespace apprentice::onnx::run::ops
