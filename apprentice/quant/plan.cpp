// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/plan.h"

#include <algorithm>
#include <optional>

#include "apprentice/layers/net_input.h"

namespace apprentice::quant {
namespace {

// A scale of its own, that is, not that of its inputs.
bool rescales(const layers::LayerKind& kind) {
  return kind.role == layers::Int8Role::kWeights || kind.role == layers::Int8Role::kSum;
}

layers::QuantTensor tensor_of_shape(const std::string& name, const Shape& shape) {
  layers::QuantTensor tensor;
  tensor.name = name;
  tensor.channels = shape[0];
  if (shape.size() > 1) tensor.width = shape.back();
  if (shape.size() > 2) tensor.height = shape[1];
  return tensor;
}

class Planner {
 public:
  Planner(const model::NetSpec& spec, const Shape& input, std::vector<Shape> shapes)
      : spec_(spec), shapes_(std::move(shapes)), inputs_(model::wiring(spec)), readers_(spec.layers.size() + 1, 0) {
    plan_.tensors.push_back(tensor_of_shape(model::kNetInput, input));
    plan_.groups.push_back(0);
    for (const std::vector<size_t>& inputs : inputs_) {
      for (size_t value : inputs) ++readers_[value];
    }
  }

  Result<QuantPlan> plan() {
    for (size_t i = 0; i < spec_.layers.size(); ++i) APPRENTICE_CHECK(add_layer(i));
    APPRENTICE_CHECK(check_output());
    fix_ranges();
    return std::move(plan_);
  }

 private:
  // Where a value of the float net lies in the int8 net.
  struct Place {
    int tensor = 0;
    bool flattened = false;  // a vector for the float net, still [height, width, channels] in memory
  };

  std::string name(size_t i) const { return fmt::format("layer '{}'", spec_.layers[i].name); }
  const layers::LayerKind& kind(size_t i) const { return layers::layer_kind(spec_.layers[i].kind); }
  const layers::QuantTensor& tensor(int index) const { return plan_.tensors[static_cast<size_t>(index)]; }

  Status add_layer(size_t i) {
    const Place first = places_[inputs_[i][0]];
    switch (kind(i).role) {
      case layers::Int8Role::kDrops: return drop(i, first);
      case layers::Int8Role::kReshapes: {
        const layers::QuantTensor& in = tensor(first.tensor);
        places_.push_back({first.tensor, first.flattened || in.height * in.width > 1});
        return {};
      }
      case layers::Int8Role::kClamps:
        if (!fuse(i, inputs_[i][0])) return add_step(i);
        places_.push_back(first);
        return {};
      default: return add_step(i);
    }
  }

  Status drop(size_t i, Place input) {
    const model::LayerSpec& layer = spec_.layers[i];
    if (i + 1 != spec_.layers.size()) {
      return fail(ErrorKind::kUnsupported, name(i), "{} has an int8 form only as the last layer", layer.kind);
    }
    plan_.notes.push_back(fmt::format("{} '{}' is dropped: the int8 output is the logits", layer.kind, layer.name));
    places_.push_back(input);
    return {};
  }

  // An activation joins the step that writes its input, if nobody else reads that.
  bool fuse(size_t i, size_t input) {
    if (readers_[input] != 1) return false;
    for (QuantStep& step : plan_.steps) {
      if (step.last + 1 != input || !rescales(*step.kind)) continue;
      step.last = i;
      step.range = {std::max(step.range.low, kind(i).range.low), std::min(step.range.high, kind(i).range.high)};
      plan_.tensors[static_cast<size_t>(step.output)].name = spec_.layers[i].name;
      return true;
    }
    return false;
  }

  Status add_step(size_t i) {
    QuantStep step;
    step.layer = step.last = i;
    step.kind = kind(i).role == layers::Int8Role::kFolds ? &layers::layer_kind(kind(i).stands_as) : &kind(i);
    step.range = step.kind->range;
    bool flattened = false;
    for (size_t input : inputs_[i]) {
      step.inputs.push_back(places_[input].tensor);
      flattened = flattened || places_[input].flattened;
    }
    if (flattened) APPRENTICE_CHECK(check_flattened(i));
    const bool stays_flat = flattened && kind(i).reach != layers::Reach::kAll;
    layers::QuantTensor output = tensor_of_shape(spec_.layers[i].name, shapes_[i]);
    if (stays_flat) {
      output = tensor(step.inputs[0]);
      output.name = spec_.layers[i].name;
    }
    step.output = static_cast<int>(plan_.tensors.size());
    plan_.tensors.push_back(output);
    plan_.groups.push_back(step.output);
    if (!rescales(*step.kind) && step.kind->role != layers::Int8Role::kLooksUp) share_parameters(step);
    places_.push_back({step.output, stays_flat});
    plan_.steps.push_back(std::move(step));
    return {};
  }

  // Element by element the order does not matter, and what sees every value has its weights permuted; nothing else
  // fits.
  Status check_flattened(size_t i) const {
    if (kind(i).reach == layers::Reach::kAll) return {};
    const Place first = places_[inputs_[i][0]];
    const bool alike = std::all_of(inputs_[i].begin(), inputs_[i].end(), [&](size_t input) {
      const layers::QuantTensor &one = tensor(first.tensor), &other = tensor(places_[input].tensor);
      return places_[input].flattened && other.height == one.height && other.width == one.width;
    });
    if (kind(i).reach == layers::Reach::kElement && alike) return {};
    return fail(ErrorKind::kUnsupported, name(i),
                "{} has no int8 form after flatten; between flatten and dense only {} may stand", kind(i).name,
                element_kinds());
  }

  // "relu, relu6 and add"
  static std::string element_kinds() {
    std::vector<std::string> names;
    for (const layers::LayerKind& kind : layers::layer_kinds()) {
      if (kind.reach == layers::Reach::kElement) names.emplace_back(kind.name);
    }
    const std::string last = names.back();
    names.pop_back();
    return fmt::format("{} and {}", fmt::join(names, ", "), last);
  }

  void share_parameters(const QuantStep& step) {
    const int group = plan_.groups[static_cast<size_t>(step.output)];
    for (int input : step.inputs) {
      const int old = plan_.groups[static_cast<size_t>(input)];
      std::replace(plan_.groups.begin(), plan_.groups.end(), old, group);
    }
  }

  // A group whose writers all look their bytes up, in tables of one range, has that range.
  void fix_ranges() {
    std::vector<std::optional<layers::QuantRange>> ranges(plan_.groups.size());
    const auto meet = [&](int tensor, const layers::QuantRange& range) {
      std::optional<layers::QuantRange>& known = ranges[static_cast<size_t>(plan_.groups[static_cast<size_t>(tensor)])];
      known = !known || *known == range ? range : layers::QuantRange{};
    };
    meet(0, {});
    for (const QuantStep& step : plan_.steps) {
      if (step.kind->role == layers::Int8Role::kLooksUp) meet(step.output, step.range);
      if (rescales(*step.kind)) meet(step.output, {});
    }
    for (const std::optional<layers::QuantRange>& range : ranges)
      plan_.fixed.push_back(range.value_or(layers::QuantRange{}));
  }

  Status check_output() const {
    if (plan_.steps.empty()) return fail(ErrorKind::kUnsupported, "", "the net has no layer with an int8 form");
    const Place output = places_.back();
    const layers::QuantTensor& last = tensor(output.tensor);
    if (output.tensor == 0 || (output.flattened && last.channels > 1)) {
      return fail(ErrorKind::kUnsupported, name(spec_.layers.size() - 1),
                  "the int8 net cannot end in flatten; end in dense or globalavgpool");
    }
    promise(plan_.steps.back().output == output.tensor, "the last step writes the output");
    return {};
  }

  const model::NetSpec& spec_;
  std::vector<Shape> shapes_;
  std::vector<std::vector<size_t>> inputs_;  // of each layer, as wiring() counts values
  std::vector<int64_t> readers_;             // of each value
  std::vector<Place> places_{Place{}};       // of each value
  QuantPlan plan_;
};

}  // namespace

Result<QuantPlan> plan_quantization(const model::NetSpec& spec) {
  APPRENTICE_TRY(const layers::NetInput input, layers::NetInput::create(spec));
  APPRENTICE_TRY(std::vector<Shape> shapes, layers::infer_shapes(spec));
  return Planner(spec, input.shape(), std::move(shapes)).plan();
}

}  // namespace apprentice::quant
