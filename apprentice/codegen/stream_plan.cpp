// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "apprentice/codegen/stream.h"

namespace apprentice::codegen {
namespace {

// The hop of all parts of a front end; 0 where they differ.
int64_t common_hop(const model::FrontendSpec& frontend) {
  int64_t hop = frontend.parts.front().hop;
  for (const model::FrontendPart& part : frontend.parts) hop = part.hop == hop ? hop : 0;
  return hop;
}

// Frames that two windows share are made once where they begin at the same steps in both; otherwise each window makes
// its own of the raw samples that are kept.
void plan_frames(const model::FrontendSpec& frontend, StreamPlan& plan) {
  const int64_t frames = plan.width, hop = common_hop(frontend);
  int64_t longest = 0;
  for (const model::FrontendPart& part : frontend.parts) {
    longest = std::max(longest, part.frame_length);
    plan.window = std::max(plan.window, (frames - 1) * part.hop + part.frame_length);
  }
  const bool once = hop > 0 && plan.hop % hop == 0 && plan.hop / hop <= frames;
  plan.raw_steps = once ? longest : plan.window;
  plan.raw_advance = once ? hop : plan.hop;
  plan.frames = once ? 1 : frames;
  plan.fresh = once ? plan.hop / hop : frames;
}

}  // namespace

int64_t default_hop(const model::NetSpec& spec) {
  const int64_t frames = spec.frontend ? common_hop(*spec.frontend) : 0;
  return frames > 0 ? frames : spec.input_shape.back();
}

Status check_hop(const model::NetSpec& spec, int64_t hop) {
  if (spec.input_shape.size() != 2) {
    return bad_input("", "a stream needs windows [channels, time], but samples are {}", to_string(spec.input_shape));
  }
  const int64_t window = spec.input_shape[1];
  if (hop >= 1 && hop <= window) return {};
  return bad_input("", "'hop' is {}; expected 1 to {}, the steps of a window", hop, window);
}

StreamPlan plan_stream(const quant::QuantNet& net, int64_t hop) {
  StreamPlan plan;
  plan.hop = hop;
  plan.channels = net.spec.input_shape[0];
  plan.width = net.tensors[0].width;
  if (net.frontend != nullptr) {
    plan_frames(*net.spec.frontend, plan);
  } else {
    plan.window = plan.width;
    plan.fresh = hop;
  }
  plan.memory = plan_memory(net, plan);
  return plan;
}

}  // namespace apprentice::codegen
