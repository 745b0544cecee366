// SPDX-License-Identifier: Apache-2.0
// Which columns a stream computes and which it keeps. Column j of a window is column j + n of the window before, where
// n columns of the tensor are new in each answer; so a layer whose outputs all come about in the same way computes the
// last n of them, from the last columns of its inputs.
#include <algorithm>

#include "apprentice/codegen/stream.h"
#include "apprentice/layers/layer.h"

namespace apprentice::codegen {
namespace {

// The hop of all parts of a front end; 0 where they differ.
int64_t common_hop(const model::FrontendSpec& frontend) {
  int64_t hop = frontend.parts.front().hop;
  for (const model::FrontendPart& part : frontend.parts) hop = part.hop == hop ? hop : 0;
  return hop;
}

// Frames that two windows share are made once where they begin at the same steps in both; otherwise each window makes
// its own of the raw samples that are kept. Gives the frames that are new in an answer.
int64_t plan_frames(const model::FrontendSpec& frontend, int64_t frames, StreamPlan& plan) {
  const int64_t hop = common_hop(frontend);
  int64_t longest = 0;
  plan.window = 0;
  for (const model::FrontendPart& part : frontend.parts) {
    longest = std::max(longest, part.frame_length);
    plan.window = std::max(plan.window, (frames - 1) * part.hop + part.frame_length);
  }
  const bool once = hop > 0 && plan.hop % hop == 0 && plan.hop / hop <= frames;
  plan.raw_steps = once ? longest : plan.window;
  plan.raw_advance = once ? hop : plan.hop;
  plan.frames = once ? 1 : frames;
  return once ? plan.hop / hop : frames;
}

bool is_by_places(const layers::LayerKind& kind) {
  return kind.reach == layers::Reach::kElement || kind.reach == layers::Reach::kPlace;
}

// How many columns of each tensor are new in an answer, as the layers before it say: the rest of the columns moves on.
// 0: none moves on, because the layer named by `why_whole` makes them otherwise.
class Advance {
 public:
  Advance(const quant::QuantNet& net, int64_t first) : net_(net), advance_(net.tensors.size(), 0) {
    advance_[0] = first;
  }

  // In the order of the net. Gives why a layer is computed whole, or nothing.
  std::string follow(const layers::QuantLayer& layer) {
    for (const int input : layer.inputs) {
      if (of(input) == 0) return fmt::format("it reads '{}', which is computed whole", tensor(input).name);
      if (of(input) != of(layer.inputs[0])) return "its inputs have new columns in different numbers";
    }
    const int64_t fresh = of(layer.inputs[0]);
    const layers::QuantTensor &input = tensor(layer.inputs[0]), &output = tensor(layer.output);
    const layers::LayerKind& kind = layers::layer_kind(layer.kind);
    if (!kind.has_window()) {
      if (!is_by_places(kind) && input.width > 1) return "it reads the whole window";
      advance_[static_cast<size_t>(layer.output)] = fresh;
      return "";
    }
    const int64_t stride = layer.stride[1];
    if (layer.padding[1] > 0 || (output.width - 1) * stride + layer.kernel[1] > input.width)
      return "its padding makes the ends of a window differ from the same columns of the next one";
    if (fresh % stride != 0) return fmt::format("{} new columns are no multiple of its stride of {}", fresh, stride);
    advance_[static_cast<size_t>(layer.output)] = fresh / stride;
    return "";
  }

  // Columns that a stream computes.
  int64_t fresh(size_t index) const {
    const int64_t width = net_.tensors[index].width;
    return advance_[index] == 0 ? width : std::min(advance_[index], width);
  }

 private:
  int64_t of(int index) const { return advance_[static_cast<size_t>(index)]; }
  const layers::QuantTensor& tensor(int index) const { return net_.tensors[static_cast<size_t>(index)]; }

  const quant::QuantNet& net_;
  std::vector<int64_t> advance_;
};

// The columns of its inputs from the first that the new columns of its output are made of.
int64_t columns_read(const quant::QuantNet& net, const layers::QuantLayer& layer, int64_t fresh) {
  const layers::QuantTensor& input = net.tensors[static_cast<size_t>(layer.inputs[0])];
  const layers::QuantTensor& output = net.tensors[static_cast<size_t>(layer.output)];
  const layers::LayerKind& kind = layers::layer_kind(layer.kind);
  if (kind.has_window()) return input.width - (output.width - fresh) * layer.stride[1];
  return is_by_places(kind) ? fresh : input.width;
}

void plan_columns(const quant::QuantNet& net, int64_t first, StreamPlan& plan) {
  Advance advance(net, first);
  for (const layers::QuantLayer& layer : net.layers) plan.layers.push_back({0, advance.follow(layer)});
  for (size_t i = 0; i < net.tensors.size(); ++i) plan.tensors.push_back({advance.fresh(i), advance.fresh(i)});
  bool by_columns = false;
  for (size_t i = 0; i < net.layers.size(); ++i) {
    const layers::QuantLayer& layer = net.layers[i];
    const auto output = static_cast<size_t>(layer.output);
    const int64_t fresh = plan.tensors[output].fresh, reads = columns_read(net, layer, fresh);
    plan.layers[i].reads = reads;
    by_columns = by_columns || fresh < net.tensors[output].width;
    for (const int input : layer.inputs) {
      int64_t& columns = plan.tensors[static_cast<size_t>(input)].columns;
      columns = std::max(columns, reads);
    }
  }
  if (!by_columns) return;
  const int64_t width = net.tensors[0].width;
  plan.first_runs = (width - 1) / first;
  plan.first_filled = plan.tensors[0].columns + plan.first_runs * first - width;
}

layers::QuantTensor last_columns(layers::QuantTensor tensor, int64_t columns) {
  tensor.width = columns;
  return tensor;
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

int64_t StreamPlan::kept_bytes(const quant::QuantNet& net) const {
  int64_t bytes = std::max<int64_t>(raw_steps - raw_advance, 0) * channels * static_cast<int64_t>(sizeof(int16_t));
  for (size_t i = 0; i < tensors.size(); ++i) bytes += tensors[i].kept() * net.tensors[i].channels;
  return bytes;
}

layers::QuantTensor read_by(const quant::QuantNet& net, const StreamPlan& plan, size_t layer, size_t index) {
  return last_columns(net.tensors[static_cast<size_t>(net.layers[layer].inputs[index])], plan.layers[layer].reads);
}

layers::QuantTensor written_by(const quant::QuantNet& net, const StreamPlan& plan, size_t layer) {
  const auto output = static_cast<size_t>(net.layers[layer].output);
  return last_columns(net.tensors[output], plan.tensors[output].fresh);
}

StreamPlan whole_windows(const quant::QuantNet& net) {
  StreamPlan plan;
  for (const layers::QuantTensor& tensor : net.tensors) plan.tensors.push_back({tensor.width, tensor.width});
  for (const layers::QuantLayer& layer : net.layers)
    plan.layers.push_back({net.tensors[static_cast<size_t>(layer.inputs[0])].width, ""});
  return plan;
}

StreamPlan plan_stream(const quant::QuantNet& net, int64_t hop) {
  StreamPlan plan;
  plan.hop = hop;
  plan.channels = net.spec.input_shape[0];
  plan.window = net.tensors[0].width;
  int64_t fresh = hop;
  if (net.frontend != nullptr) fresh = plan_frames(*net.spec.frontend, plan.window, plan);
  plan_columns(net, fresh, plan);
  plan.memory = plan_memory(net, plan);
  return plan;
}

}  // namespace apprentice::codegen
