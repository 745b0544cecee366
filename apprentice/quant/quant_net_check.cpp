// SPDX-License-Identifier: Apache-2.0
// What run() and code generators rely on: docs/formats/int8.md. A net that passes cannot make run() leave its memory or
// overflow an integer.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "apprentice/layers/layer.h"
#include "apprentice/layers/net_input.h"
#include "apprentice/quant/quant_net.h"
#include "apprentice/quant/weights.h"

namespace apprentice::quant {
namespace {

constexpr int64_t kMostWindow = 4096;

bool same_params(const layers::QuantTensor& a, const layers::QuantTensor& b) {
  return a.params.scale == b.params.scale && a.params.zero_point == b.params.zero_point;
}

// As the float net has it.
Shape shape_of(const layers::QuantTensor& tensor, layers::Reach reach) {
  if (reach == layers::Reach::kAll) return {tensor.size()};
  if (reach == layers::Reach::kTime && tensor.height == 1) return {tensor.channels, tensor.width};
  return {tensor.channels, tensor.height, tensor.width};
}

bool is_sound(const layers::QuantTensor& tensor) {
  const int64_t count = checked_element_count({tensor.height, tensor.width, tensor.channels});
  const layers::QuantParams params = tensor.params;
  return count >= 1 && count <= layers::kMaxElements && std::isfinite(params.scale) && params.scale > 0.0 &&
         params.zero_point >= -128 && params.zero_point <= 127;
}

// One layer of a net whose tensors are sound and whose indices are known to be right.
class LayerCheck {
 public:
  LayerCheck(const QuantNet& net, const layers::QuantLayer& layer)
      : layer_(layer), kind_(layers::layer_kind(layer.kind)), out_(net.tensors[static_cast<size_t>(layer.output)]) {
    for (int input : layer.inputs) in_.push_back(&net.tensors[static_cast<size_t>(input)]);
    for (const layers::QuantTensor* in : in_) shapes_.push_back(shape_of(*in, kind_.reach));
    spec_.channels = kind_.role == layers::Int8Role::kWeights && !kind_.depthwise ? out_.channels : 0;
    spec_.kernel = layer.kernel, spec_.stride = layer.stride, spec_.padding = layer.padding;
  }

  // What is wrong, or nothing.
  std::string problem() const {
    if (!activation_is_sound()) return "its activation range is not inside -128..127";
    if (!sizes_fit()) {
      return kind_.has_window() ? "its window does not fit its tensors"
                                : "its output has another size than its inputs say";
    }
    switch (kind_.role) {
      case layers::Int8Role::kWeights: return problem_of_weights();
      case layers::Int8Role::kSum:
        return multipliers_are_sound(in_.size()) && layer_.shift >= 10
                   ? ""
                   : "it must have 2 multipliers and a shift of 10 to 62";
      case layers::Int8Role::kLooksUp:
        if (layer_.weights.size() != 256) return "its table must have 256 bytes";
        return has_no_scales() ? "" : kUnused;
      default: return problem_of_shared_scale();
    }
  }

 private:
  static constexpr const char* kUnused = "it has numbers that its kind does not use";

  bool activation_is_sound() const {
    return layer_.activation_min >= -128 && layer_.activation_max <= 127 &&
           layer_.activation_min <= layer_.activation_max;
  }

  bool multipliers_are_sound(size_t count) const {
    return layer_.multipliers.size() == count && layer_.shift >= 1 && layer_.shift <= 62 &&
           std::all_of(layer_.multipliers.begin(), layer_.multipliers.end(), [](int32_t m) { return m >= 0; });
  }

  bool has_no_scales() const {
    return layer_.bias.empty() && layer_.multipliers.empty() && layer_.weight_scales.empty() && layer_.shift == 0;
  }

  // The kind's own shape rule says which sizes fit; windows are bounded so that it cannot overflow.
  bool sizes_fit() const {
    const auto bounded = [](int64_t size) { return size <= kMostWindow; };
    if (kind_.has_window() && !(std::all_of(layer_.kernel.begin(), layer_.kernel.end(), bounded) &&
                                std::all_of(layer_.stride.begin(), layer_.stride.end(), bounded))) {
      return false;
    }
    Result<Shape> shape = kind_.infer_shape(spec_, shapes_);
    const Shape out = shape_of(out_, kind_.reach);
    if (shape) shape->resize(out.size(), 1);
    return shape && *shape == out;
  }

  std::string problem_of_shared_scale() const {
    if (!layer_.weights.empty() || !has_no_scales()) return kUnused;
    for (const layers::QuantTensor* in : in_) {
      if (!same_params(*in, out_)) return "its inputs and output must share scale and zero point";
    }
    return "";
  }

  std::string problem_of_weights() const {
    const int64_t count = checked_element_count(kind_.parameters(spec_, shapes_)[0].shape);
    if (count != static_cast<int64_t>(layer_.weights.size())) return "its number of weights does not fit its shape";
    const auto channels = static_cast<size_t>(out_.channels);
    if (layer_.bias.size() != channels || layer_.weight_scales.size() != channels || !multipliers_are_sound(channels) ||
        layer_.shift < 30) {
      return "it must have a bias, scale and multiplier per channel and a shift of 30 to 62";
    }
    return problem_of_accumulator();
  }

  std::string problem_of_accumulator() const {
    const size_t channels = layer_.bias.size(), fan_in = layer_.weights.size() / channels;
    std::vector<int64_t> sums(channels, 0);
    for (size_t i = 0; i < layer_.weights.size(); ++i) {
      sums[kind_.depthwise ? i % channels : i / fan_in] += std::abs(int{layer_.weights[i]});
    }
    for (size_t c = 0; c < channels; ++c) {
      const bool scale_is_sound = std::isfinite(layer_.weight_scales[c]) && layer_.weight_scales[c] > 0.0;
      if (layer_.bias[c] > kMostBias || layer_.bias[c] < -kMostBias || 256 * sums[c] > kMostProducts ||
          !scale_is_sound) {
        return fmt::format("its channel {} does not fit a 32-bit accumulator: the bias is {}, the weights sum to {}", c,
                           layer_.bias[c], sums[c]);
      }
    }
    return "";
  }

  const layers::QuantLayer& layer_;
  const layers::LayerKind& kind_;
  const layers::QuantTensor& out_;
  std::vector<const layers::QuantTensor*> in_;
  std::vector<Shape> shapes_;  // of the inputs
  model::LayerSpec spec_;      // what of the layer the kind's shape rule reads
};

// Every tensor but the input is written by one layer, before it is read.
Status check_order(const QuantNet& net) {
  std::vector<bool> written(net.tensors.size(), false);
  written[0] = true;
  for (const layers::QuantLayer& layer : net.layers) {
    const layers::LayerKind* kind = layers::find_layer_kind(layer.kind);
    const std::string place = fmt::format("int8 layer '{}'", layer.name);
    if (kind == nullptr || kind->run_int8 == nullptr) return bad_input(place, "there is no int8 kind '{}'", layer.kind);
    const auto inputs = static_cast<int>(layer.inputs.size());
    if (inputs < kind->min_inputs || inputs > kind->max_inputs) {
      return bad_input(place, "{} takes {} to {} inputs, not {}", layer.kind, kind->min_inputs, kind->max_inputs,
                       inputs);
    }
    const auto is_tensor = [&](int i) { return i >= 0 && i < static_cast<int>(net.tensors.size()); };
    for (int input : layer.inputs) {
      if (!is_tensor(input) || !written[static_cast<size_t>(input)]) {
        return bad_input(place, "it reads tensor {} before it is written", input);
      }
    }
    if (!is_tensor(layer.output) || written[static_cast<size_t>(layer.output)]) {
      return bad_input(place, "its output {} is not a tensor of its own", layer.output);
    }
    written[static_cast<size_t>(layer.output)] = true;
  }
  return {};
}

Status check_input(const QuantNet& net) {
  const auto channels = static_cast<size_t>(net.tensors[0].channels);
  const auto finite = [](float value) { return std::isfinite(value); };
  const InputQuantization& input = net.input;
  const bool fits = input.mean.size() == channels && input.factor.size() == channels &&
                    input.zero_point == net.tensors[0].params.zero_point &&
                    input.scale == net.tensors[0].params.scale &&
                    std::all_of(input.mean.begin(), input.mean.end(), finite) &&
                    std::all_of(input.factor.begin(), input.factor.end(), finite);
  if (!fits) return bad_input("", "the int8 net's input quantization does not fit its first tensor");
  const int64_t classes = static_cast<int64_t>(net.spec.class_names.size());
  if (classes == 0 || classes == net.output_tensor().size()) return {};
  return bad_input("", "the int8 net has {} outputs for {} classes", net.output_tensor().size(), classes);
}

}  // namespace

Status check_quant_net(const QuantNet& net) {
  if (net.tensors.empty() || net.layers.empty()) return bad_input("", "the int8 net has no layers");
  for (const layers::QuantTensor& tensor : net.tensors) {
    if (!is_sound(tensor))
      return bad_input("", "int8 tensor '{}' has an impossible size, scale or zero point", tensor.name);
  }
  APPRENTICE_TRY(const layers::NetInput input, layers::NetInput::create(net.spec));
  if (element_count(input.shape()) != net.tensors[0].size()) {
    return bad_input("", "the int8 net's first layer reads {} values, but its NetSpec says {}", net.tensors[0].size(),
                     to_string(input.shape()));
  }
  APPRENTICE_CHECK(check_order(net));
  for (const layers::QuantLayer& layer : net.layers) {
    const std::string problem = LayerCheck(net, layer).problem();
    if (!problem.empty()) return bad_input(fmt::format("int8 layer '{}'", layer.name), "{} {}", layer.kind, problem);
  }
  return check_input(net);
}

}  // namespace apprentice::quant
