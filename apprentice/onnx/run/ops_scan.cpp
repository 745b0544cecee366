// SPDX-License-Identifier: Apache-2.0
// Scan: a body once for every slice of its inputs.
#include <algorithm>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

// What a Scan does with its inputs and outputs, from opset 9 on; opset 8 has axis 0 everywhere and forward outputs.
struct ScanPlan {
  size_t states = 0, scanned = 0, outputs = 0;  // outputs: those that are stacked
  Sizes input_axes, input_backwards, output_axes, output_backwards;
};

// One entry per scanned input or output, all `otherwise` when the attribute is absent.
Sizes scan_list(OpCall& call, const char* name, size_t count) {
  const Sizes list = call.integers(name, Sizes(count, 0));
  if (list.size() != count) call.refuse("{} has {} entries; {} were expected", name, list.size(), count);
  return list;
}

ScanPlan plan_scan(OpCall& call, size_t inputs) {
  ScanPlan plan;
  const int64_t scanned = call.integer("num_scan_inputs", 0);
  if (scanned < 1 || scanned > static_cast<int64_t>(inputs)) {
    call.refuse("num_scan_inputs is {}, but it has {} inputs", scanned, inputs);
    return plan;
  }
  plan.scanned = static_cast<size_t>(scanned);
  plan.states = inputs - plan.scanned;
  if (call.output_count() < plan.states) {
    call.refuse("has {} outputs for {} states", call.output_count(), plan.states);
    return plan;
  }
  plan.outputs = call.output_count() - plan.states;
  plan.input_axes = scan_list(call, "scan_input_axes", plan.scanned);
  plan.input_backwards = scan_list(call, call.opset() < 9 ? "directions" : "scan_input_directions", plan.scanned);
  plan.output_axes = scan_list(call, "scan_output_axes", plan.outputs);
  plan.output_backwards = scan_list(call, "scan_output_directions", plan.outputs);
  return plan;
}

// The common length of the scanned axes, which are counted from the front from here on.
int64_t scan_length(OpCall& call, const Values& inputs, ScanPlan& plan) {
  int64_t length = -1;
  for (size_t i = 0; i < plan.scanned; ++i) {
    const at::Tensor& x = inputs[plan.states + i];
    plan.input_axes[i] = call.axis_of(plan.input_axes[i], x.dim());
    const int64_t size = x.dim() == 0 ? 0 : x.size(plan.input_axes[i]);
    if (length >= 0 && size != length) call.refuse("scans axes of sizes {} and {}", length, size);
    length = size;
  }
  if (length == 0) call.refuse("would stack the values of no iteration");
  return length;
}

// Inputs: states, then what is scanned -> states, then what is stacked.
Values scan_inputs(OpCall& call, SubgraphRun& body, const Values& inputs, ScanPlan plan) {
  const int64_t length = scan_length(call, inputs, plan);
  Values states(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(plan.states));
  std::vector<Values> stacked(plan.outputs);
  for (int64_t step = 0; step < length && !call.failed(); ++step) {
    if (!call.may_iterate()) return {};
    Values given = states;
    for (size_t i = 0; i < plan.scanned; ++i)
      given.push_back(
          inputs[plan.states + i].select(plan.input_axes[i], plan.input_backwards[i] != 0 ? length - 1 - step : step));
    const Values made = body(given);
    if (made.size() != plan.states + plan.outputs) return call.refuse("its body has {} outputs", made.size());
    std::copy_n(made.begin(), plan.states, states.begin());
    for (size_t i = 0; i < plan.outputs; ++i) stacked[i].push_back(made[plan.states + i]);
  }
  if (call.failed()) return {};
  for (size_t i = 0; i < plan.outputs; ++i) {
    if (plan.output_backwards[i] != 0) std::reverse(stacked[i].begin(), stacked[i].end());
    states.push_back(at::stack(stacked[i], call.axis_of(plan.output_axes[i], stacked[i][0].dim() + 1)));
  }
  return states;
}

// Opset 8: axis 0 of everything counts samples, each scanned by itself.
Values scan_samples(OpCall& call, SubgraphRun& body, const Values& inputs, const ScanPlan& plan) {
  std::vector<Values> made(call.output_count());
  const int64_t samples = inputs[0].dim() == 0 ? 0 : inputs[0].size(0);
  if (samples < 1) return call.refuse("has no samples to scan");
  for (int64_t n = 0; n < samples; ++n) {
    Values one;
    for (const at::Tensor& input : inputs) one.push_back(input.select(0, n));
    const Values out = scan_inputs(call, body, one, plan);
    if (call.failed()) return {};
    for (size_t i = 0; i < made.size(); ++i) made[i].push_back(out[i]);
  }
  Values all;
  for (const Values& parts : made) all.push_back(at::stack(parts, 0));
  return all;
}

}  // namespace

Values scan(OpCall& call) {
  SubgraphRun* const body = call.subgraph("body");
  if (body == nullptr) return call.refuse("lacks its body");
  const bool by_samples = call.opset() < 9;
  if (by_samples && call.has(0)) return call.refuse("sequence_lens is not supported");
  Values inputs;
  for (size_t i = by_samples ? 1 : 0; i < call.input_count(); ++i) {
    inputs.push_back(call.optional(i));
    if (!inputs.back().defined()) return call.refuse("lacks its input {}", i + 1);
  }
  const ScanPlan plan = plan_scan(call, inputs.size());
  if (call.failed()) return {};
  return by_samples ? scan_samples(call, *body, inputs, plan) : scan_inputs(call, *body, inputs, plan);
}

}  // namespace apprentice::onnx::run::ops
