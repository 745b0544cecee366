// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/batch_proof.h"

#include <functional>

#include "apprentice/onnx/run/sequence.h"

namespace apprentice::onnx::run {
namespace {

BatchState output_state(BatchStep& step, const Step& done, size_t output, const std::vector<BatchState>& states) {
  bool of_samples = false, of_count = false;
  for (const BatchState& state : states) {
    if (state.on == Depends::kMixed) return state;
    of_samples = of_samples || state.on == Depends::kSample;
    of_count = of_count || state.on == Depends::kCount;
  }
  if (!of_samples && !of_count) return {};
  if (!done.bodies.empty()) return step.mixed();
  if (!of_samples) return counted_output(step, *done.row, output);
  const BatchRule rule = find_batch_rule(*done.node);
  if (rule == nullptr || !is_plain(step.out(output))) return step.mixed();
  BatchState state = rule(step, output);
  return step.call.failed() ? step.mixed() : state;
}

// A rule that libtorch refuses something proves nothing.
BatchState careful_state(BatchStep& step, const Step& done, size_t output, const std::vector<BatchState>& states) {
  try {
    return output_state(step, done, output, states);
  } catch (const c10::Error&) {
    return step.mixed();
  }
}

// Sizes are the same but along the samples' axis, where they grow with the number of samples.
bool same_but_for_the_number(const BatchWatch::Seen& a, int64_t a_samples, const BatchWatch::Seen& b,
                             int64_t b_samples) {
  if (a.state.on != b.state.on || a.sizes.size() != b.sizes.size()) return false;
  if (a.state.on != Depends::kSample) return true;
  if (a.axis.axis != b.axis.axis || a.axis.inner != b.axis.inner) return false;
  for (size_t i = 0; i < a.sizes.size(); ++i) {
    const bool grows = static_cast<int64_t>(i) == a.axis.axis;
    if (grows ? a.sizes[i] * b_samples != b.sizes[i] * a_samples : a.sizes[i] != b.sizes[i]) return false;
  }
  return true;
}

std::string why_not(const BatchWatch& run, int slot) {
  const auto found = run.seen().find(slot);
  if (found == run.seen().end()) return "the answer depends on no sample";
  const BatchWatch::Seen& value = found->second;
  if (value.state.on == Depends::kMixed) return value.state.blame + " may mix samples";
  if (value.state.on != Depends::kSample) return "the answer depends on no sample";
  if (value.axis.axis != 0 || value.axis.inner != 1 || value.sizes[0] != run.samples())
    return "axis 0 of the answer does not count samples";
  return "";
}

}  // namespace

BatchWatch::BatchWatch(const Program& program, const Values& inputs, int64_t samples)
    : program_(program), samples_(samples) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    BatchState state;
    state.on = Depends::kSample;
    state.stride = inputs[i].numel() / samples;
    keep(program.input_slots()[i], inputs[i], std::move(state));
  }
}

BatchState BatchWatch::state_of(int slot) const {
  const auto found = seen_.find(slot);
  return slot < 0 || found == seen_.end() ? BatchState{} : found->second.state;
}

void BatchWatch::keep(int slot, const at::Tensor& value, BatchState state) {
  if (slot < 0 || state.on == Depends::kNone) return;
  Seen seen{std::move(state), {}, {}};
  if (is_plain(value)) seen.sizes = value.sizes().vec();
  if (seen.state.on == Depends::kSample) {
    int64_t behind = 1;
    for (seen.axis.axis = value.dim() - 1; seen.axis.axis > 0; --seen.axis.axis) {
      if (behind * value.size(seen.axis.axis) > seen.state.stride) break;
      behind *= value.size(seen.axis.axis);
    }
    seen.axis.inner = seen.state.stride / behind;
  }
  seen_[slot] = std::move(seen);
}

void BatchWatch::see(const Step& step, const Values& in, const Values& out) {
  const std::vector<Step>& steps = program_.steps();
  const std::less<const Step*> before;
  if (before(&step, steps.data()) || !before(&step, steps.data() + steps.size())) return;  // of a subgraph
  std::vector<BatchState> states;
  for (const int slot : step.inputs) states.push_back(state_of(slot));
  std::vector<BatchState> all = states;
  for (const Step::Body& body : step.bodies)
    for (const int slot : body.captured) all.push_back(state_of(slot));
  for (size_t i = 0; i < step.outputs.size(); ++i) {
    BatchStep seen(*step.node, in, out, states, samples_);
    if (step.outputs[i] >= 0) keep(step.outputs[i], out[i], careful_state(seen, step, i, all));
  }
}

std::string why_not_by_sample(const BatchWatch& a, const BatchWatch& b, int slot) {
  for (const auto& [other, seen] : a.seen()) {
    const auto twin = b.seen().find(other);
    if (twin == b.seen().end() || !same_but_for_the_number(seen, a.samples(), twin->second, b.samples()))
      return "a shape inside the model changes with the number of samples in a way that is not understood";
  }
  const std::string first = why_not(a, slot);
  return first.empty() ? why_not(b, slot) : first;
}

}  // namespace apprentice::onnx::run
