// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/plan.h"

#include <algorithm>

#include "apprentice/layers/float_net.h"
#include "apprentice/layers/layer.h"

namespace apprentice {
namespace {

bool one_of(const std::string& kind, std::initializer_list<const char*> kinds) {
  return std::any_of(kinds.begin(), kinds.end(), [&](const char* known) { return kind == known; });
}

bool is_activation(const std::string& kind) { return one_of(kind, {"relu", "relu6"}); }
bool rescales(const std::string& kind) {
  return one_of(kind, {"dense", "conv1d", "conv2d", "depthwise1d", "depthwise2d", "add"});
}

QuantTensor tensor_of_shape(const std::string& name, const Shape& shape) {
  QuantTensor tensor;
  tensor.name = name;
  tensor.channels = shape[0];
  if (shape.size() > 1) tensor.width = shape.back();
  if (shape.size() > 2) tensor.height = shape[1];
  return tensor;
}

class Planner {
 public:
  Planner(const NetSpec& spec, std::vector<Shape> shapes) : spec_(spec), shapes_(std::move(shapes)) {
    plan_.tensors.push_back(tensor_of_shape(kNetInput, spec.input_shape));
    plan_.groups.push_back(0);
    readers_.assign(spec.layers.size(), 0);
    for (const LayerSpec& layer : spec.layers) {
      for (int input : input_indices(spec, layer)) {
        if (input >= 0) ++readers_[static_cast<size_t>(input)];
      }
    }
  }

  Result<QuantPlan> plan() {
    for (size_t i = 0; i < spec_.layers.size(); ++i) APPRENTICE_CHECK(add_layer(i));
    APPRENTICE_CHECK(check_output());
    return std::move(plan_);
  }

 private:
  // Where a float layer's values lie in the int8 net.
  struct Place {
    int tensor = 0;
    bool flattened = false;  // a vector for the float net, still [height, width, channels] in memory
  };

  std::string name(size_t i) const { return fmt::format("layer '{}'", spec_.layers[i].name); }
  Place place(int layer) const { return layer < 0 ? Place{} : places_[static_cast<size_t>(layer)]; }
  const QuantTensor& tensor(int index) const { return plan_.tensors[static_cast<size_t>(index)]; }

  Status add_layer(size_t i) {
    const LayerSpec& layer = spec_.layers[i];
    const std::vector<int> inputs = input_indices(spec_, layer);
    const Place first = place(inputs[0]);
    if (layer.kind == "softmax") return drop_softmax(i, first);
    if (layer.kind == "flatten") {
      const QuantTensor& in = tensor(first.tensor);
      places_.push_back({first.tensor, first.flattened || in.height * in.width > 1});
      return {};
    }
    if (is_activation(layer.kind) && fuse(i, inputs[0])) {
      places_.push_back(first);
      return {};
    }
    return add_step(i, inputs);
  }

  Status drop_softmax(size_t i, Place input) {
    if (i + 1 != spec_.layers.size()) {
      return fail(ErrorKind::kUnsupported, name(i), "softmax has an int8 form only as the last layer");
    }
    plan_.notes.push_back(fmt::format("softmax '{}' is dropped: the int8 output is the logits", spec_.layers[i].name));
    places_.push_back(input);
    return {};
  }

  // An activation joins the step that writes its input, if nobody else reads that.
  bool fuse(size_t i, int input) {
    if (input < 0 || readers_[static_cast<size_t>(input)] != 1 || plan_.steps.empty()) return false;
    for (QuantStep& step : plan_.steps) {
      if (step.last != static_cast<size_t>(input) || !rescales(step.kind)) continue;
      step.last = i;
      (spec_.layers[i].kind == "relu6" ? step.relu6 : step.relu) = true;
      plan_.tensors[static_cast<size_t>(step.output)].name = spec_.layers[i].name;
      return true;
    }
    return false;
  }

  Status add_step(size_t i, const std::vector<int>& inputs) {
    const LayerSpec& layer = spec_.layers[i];
    QuantStep step;
    step.layer = step.last = i;
    step.kind = layer.kind == "batchnorm" ? "depthwise2d" : layer.kind;
    bool flattened = false;
    for (int input : inputs) {
      step.inputs.push_back(place(input).tensor);
      flattened = flattened || place(input).flattened;
    }
    if (flattened) APPRENTICE_CHECK(check_flattened(i, inputs));
    const bool stays_flat = flattened && layer.kind != "dense";
    QuantTensor output = tensor_of_shape(layer.name, shapes_[i]);
    if (stays_flat) {
      output = tensor(step.inputs[0]);
      output.name = layer.name;
    }
    step.output = static_cast<int>(plan_.tensors.size());
    plan_.tensors.push_back(output);
    plan_.groups.push_back(step.output);
    if (!rescales(step.kind)) share_parameters(step);
    places_.push_back({step.output, stays_flat});
    plan_.steps.push_back(std::move(step));
    return {};
  }

  // Element by element the order does not matter, and dense has its weights permuted; nothing else fits.
  Status check_flattened(size_t i, const std::vector<int>& inputs) const {
    const std::string& kind = spec_.layers[i].kind;
    if (kind == "dense" || is_activation(kind)) return {};
    const QuantTensor& first = tensor(place(inputs[0]).tensor);
    const bool alike = kind == "add" && std::all_of(inputs.begin(), inputs.end(), [&](int input) {
                         const QuantTensor& other = tensor(place(input).tensor);
                         return place(input).flattened && other.height == first.height && other.width == first.width;
                       });
    if (alike) return {};
    return fail(ErrorKind::kUnsupported, name(i),
                "{} has no int8 form after flatten; between flatten and dense only relu, relu6 and add may stand",
                kind);
  }

  void share_parameters(const QuantStep& step) {
    const int group = plan_.groups[static_cast<size_t>(step.output)];
    for (int input : step.inputs) {
      const int old = plan_.groups[static_cast<size_t>(input)];
      std::replace(plan_.groups.begin(), plan_.groups.end(), old, group);
    }
  }

  Status check_output() const {
    if (plan_.steps.empty()) return fail(ErrorKind::kUnsupported, "", "the net has no layer with an int8 form");
    const Place output = places_.back();
    const QuantTensor& last = tensor(output.tensor);
    if (output.tensor == 0 || (output.flattened && last.channels > 1)) {
      return fail(ErrorKind::kUnsupported, name(spec_.layers.size() - 1),
                  "the int8 net cannot end in flatten; end in dense or globalavgpool");
    }
    promise(plan_.steps.back().output == output.tensor, "the last step writes the output");
    return {};
  }

  const NetSpec& spec_;
  std::vector<Shape> shapes_;
  std::vector<int64_t> readers_;
  std::vector<Place> places_;
  QuantPlan plan_;
};

}  // namespace

Result<QuantPlan> plan_quantization(const NetSpec& spec) {
  APPRENTICE_TRY(std::vector<Shape> shapes, infer_shapes(spec));
  return Planner(spec, std::move(shapes)).plan();
}

}  // namespace apprentice
