// SPDX-License-Identifier: Apache-2.0
// From a float model to a QuantNet: calibrate, choose scales, round weights. How and why: docs/formats/int8.md.
#include <algorithm>
#include <cmath>

#include "apprentice/layers/float_net.h"
#include "apprentice/quant/fidelity.h"
#include "apprentice/quant/fold.h"
#include "apprentice/quant/histogram.h"
#include "apprentice/quant/multiplier.h"
#include "apprentice/quant/plan.h"
#include "apprentice/quant/range_search.h"
#include "apprentice/quant/weights.h"

namespace apprentice::quant {
namespace {

// An add whose inputs are so much coarser than its output gains nothing from the finer output.
constexpr double kMostAddFactor = 0x1p20;

// Tried by "auto". Of a percentile, the rest of the values is clipped: what heavy tails cost.
const QuantOptions kTrials[] = {{CalibrationMethod::kLeastError},        {CalibrationMethod::kMinMax},
                                {CalibrationMethod::kPercentile, 99.99}, {CalibrationMethod::kPercentile, 99.9},
                                {CalibrationMethod::kPercentile, 99.5},  {CalibrationMethod::kPercentile, 99.0}};
constexpr int64_t kSelectionSamples = 256;
// Multiply-accumulates for which ranges are tried tensor by tensor, some ten seconds of the reference; a larger net has
// one method for all of its tensors.
constexpr double kMostSearch = 0x1p34;

std::string title(const QuantOptions& options) {
  const std::string name = to_string(options.calibration);
  return options.calibration == CalibrationMethod::kPercentile ? fmt::format("{} {}", name, options.percentile) : name;
}

Status check_request(const model::Model& model, const data::Dataset& data, const QuantOptions& options) {
  if (!(options.percentile > 0.0 && options.percentile <= 100.0)) {
    return bad_input("percentile", "is {}, but must be above 0 and at most 100", options.percentile);
  }
  if (options.calibration_samples < 1) {
    return bad_input("calibration_samples", "is {}, but must be at least 1", options.calibration_samples);
  }
  if (data.size() < 1) return bad_input("", "there is no sample to calibrate on");
  if (data.info().sample_shape == model.spec.input_shape) return {};
  return bad_input("", "the calibration samples have shape {}, but the net takes {}",
                   to_string(data.info().sample_shape), to_string(model.spec.input_shape));
}

class Quantizer {
 public:
  Quantizer(layers::FloatNet float_net, QuantPlan plan, const QuantOptions& options)
      : float_net_(std::move(float_net)),
        plan_(std::move(plan)),
        options_(options),
        histograms_(plan_.tensors.size()),
        ranges_(plan_.tensors.size()) {}

  Result<QuantNet> quantize(const data::Dataset& data, const data::Dataset& selection) {
    APPRENTICE_CHECK(calibrate(data));
    if (options_.calibration != CalibrationMethod::kAuto) return net_with(ranges_by(options_));
    const Fidelity fidelity(float_net_, plan_.steps.back().last, selection, kSelectionSamples);
    const auto distance_of = [&](const Ranges& ranges) -> Result<double> {
      APPRENTICE_TRY(const QuantNet net, net_with(ranges));
      return fidelity.distance(net);
    };
    APPRENTICE_TRY(const bool by_group, can_search());
    APPRENTICE_TRY(const ChosenRanges chosen, nearest_ranges(candidates(), distance_of, by_group));
    APPRENTICE_TRY(QuantNet net, net_with(chosen.ranges));
    net.notes.push_back(chosen.note);
    return net;
  }

 private:
  size_t group(int tensor) const { return static_cast<size_t>(plan_.groups[static_cast<size_t>(tensor)]); }
  layers::QuantTensor& tensor(int index) { return plan_.tensors[static_cast<size_t>(index)]; }
  const model::LayerSpec& spec(const QuantStep& step) const { return float_net_.model().spec.layers[step.layer]; }

  Status calibrate(const data::Dataset& data) {
    const int64_t count = std::min(data.size(), options_.calibration_samples);
    std::vector<float> sample(static_cast<size_t>(element_count(float_net_.model().spec.input_shape)));
    for (int64_t i = 0; i < count; ++i) {
      const int64_t index = i * data.size() / count;
      data.get(index, sample.data());
      float_net_.run(sample.data());
      APPRENTICE_CHECK(record(0, float_net_.input(), index));
      for (const QuantStep& step : plan_.steps)
        APPRENTICE_CHECK(record(step.output, float_net_.output(step.last), index));
    }
    return {};
  }

  Ranges ranges_by(const QuantOptions& options) const {
    Ranges ranges;
    for (const Histogram& histogram : histograms_) ranges.push_back(choose_range(histogram, options));
    // Clipped logits would tie, so the output keeps all of its range.
    const size_t output = group(plan_.steps.back().output);
    ranges[output] = histograms_[output].min_max();
    for (size_t i = 0; i < ranges.size(); ++i) {
      if (!(plan_.fixed[i] == layers::QuantRange{})) ranges[i] = plan_.fixed[i];
    }
    return ranges;
  }

  std::vector<RangeCandidate> candidates() const {
    std::vector<RangeCandidate> all;
    for (const QuantOptions& trial : kTrials) all.push_back({title(trial), ranges_by(trial)});
    return all;
  }

  Result<bool> can_search() const {
    APPRENTICE_TRY(const layers::NetCost cost, layers::net_cost(float_net_.model().spec));
    const double nets = static_cast<double>(std::size(kTrials) * histograms_.size());
    return nets * kSelectionSamples * static_cast<double>(cost.macs) <= kMostSearch;
  }

  Result<QuantNet> net_with(const Ranges& ranges) {
    ranges_ = ranges;
    choose_parameters();
    APPRENTICE_CHECK(raise_fine_outputs());
    QuantNet net;
    net.name = float_net_.model().spec.name;
    net.spec = float_net_.model().spec;
    net.notes = plan_.notes;
    net.tensors = plan_.tensors;
    net.input = input_quantization();
    attach_frontend(net, float_net_.net_input().frontend());
    for (const QuantStep& step : plan_.steps) net.layers.push_back(make_layer(step));
    return net;
  }

  Status record(int index, const std::vector<double>& values, int64_t sample) {
    if (histograms_[group(index)].add(values.data(), static_cast<int64_t>(values.size()))) return {};
    return bad_input("", "the values of '{}' are not finite or beyond 1e30 for calibration sample {}",
                     tensor(index).name, sample);
  }

  void choose_parameters() {
    for (size_t i = 0; i < plan_.tensors.size(); ++i) {
      plan_.tensors[i].params = params_of(ranges_[group(static_cast<int>(i))]);
    }
  }

  // Raises the scale of every output that is finer than its accumulator, until none is; see docs/formats/int8.md.
  Status raise_fine_outputs() {
    for (size_t pass = 0; pass < plan_.steps.size() + 2; ++pass) {
      bool raised = false;
      for (const QuantStep& step : plan_.steps) raised = raise_fine_output(step) || raised;
      if (!raised) return {};
    }
    return fail(ErrorKind::kUnsupported, "", "the net has no int8 form: a loop of shared scales grows without end");
  }

  bool raise_fine_output(const QuantStep& step) {
    const double scale = tensor(step.output).params.scale;
    double needed = 0.0;
    if (step.kind->role == layers::Int8Role::kSum) {
      for (int input : step.inputs) needed = std::max(needed, tensor(input).params.scale / kMostAddFactor);
    } else if (step.kind->role == layers::Int8Role::kWeights) {
      for (double factor : accumulator_scales(step)) needed = std::max(needed, factor);
    }
    if (needed <= scale) return false;
    const auto rounded = std::nextafter(static_cast<float>(needed), HUGE_VALF);
    for (size_t i = 0; i < plan_.tensors.size(); ++i) {
      if (group(static_cast<int>(i)) != group(step.output)) continue;
      plan_.tensors[i].params = params_of(ranges_[group(step.output)], double{rounded});
    }
    return true;
  }

  LayerWeights float_weights(const QuantStep& step) {
    return layer_weights(float_net_.model(), step.layer, tensor(step.inputs[0]));
  }

  std::vector<double> accumulator_scales(const QuantStep& step) {
    const double input_scale = tensor(step.inputs[0]).params.scale;
    std::vector<double> scales = weight_scales(float_weights(step), input_scale);
    for (double& scale : scales) scale *= input_scale;
    return scales;
  }

  InputQuantization input_quantization() {
    const model::NetSpec& net = float_net_.model().spec;
    InputQuantization input;
    input.zero_point = plan_.tensors[0].params.zero_point;
    input.scale = plan_.tensors[0].params.scale;
    for (size_t c = 0; c < static_cast<size_t>(plan_.tensors[0].channels); ++c) {
      input.mean.push_back(net.input_mean.empty() ? 0.0F : net.input_mean[c]);
      const double scale = net.input_scale.empty() ? 1.0 : double{net.input_scale[c]};
      input.factor.push_back(static_cast<float>(scale / input.scale));
    }
    return input;
  }

  layers::QuantLayer make_layer(const QuantStep& step) {
    layers::QuantLayer layer;
    layer.name = spec(step).name;
    layer.kind = step.kind->name;
    layer.inputs = step.inputs;
    layer.output = step.output;
    layer.kernel = spec(step).kernel, layer.stride = spec(step).stride, layer.padding = spec(step).padding;
    if (step.kind->reach == layers::Reach::kPlane) {
      layer.kernel = {tensor(step.inputs[0]).height, tensor(step.inputs[0]).width};
    }
    set_activation(step, layer);
    set_numbers(step, layer);
    return layer;
  }

  void set_activation(const QuantStep& step, layers::QuantLayer& layer) {
    if (step.kind->role == layers::Int8Role::kLooksUp) return;  // its table holds no other bytes
    const layers::QuantParams params = tensor(step.output).params;
    layer.activation_min = byte_of(step.range.low, params);
    layer.activation_max = byte_of(step.range.high, params);
  }

  void set_numbers(const QuantStep& step, layers::QuantLayer& layer) {
    const double output_scale = tensor(step.output).params.scale, input_scale = tensor(step.inputs[0]).params.scale;
    std::vector<double> factors;
    if (step.kind->role == layers::Int8Role::kSum) {
      for (int input : step.inputs) factors.push_back(tensor(input).params.scale / output_scale);
    } else if (step.kind->role == layers::Int8Role::kWeights) {
      const LayerWeights weights = float_weights(step);
      layer.weight_scales = weight_scales(weights, input_scale);
      layer.weights = rounded_weights(weights, layer.weight_scales);
      layer.bias = rounded_bias(weights, layer.weight_scales, input_scale);
      for (double scale : layer.weight_scales) factors.push_back(input_scale * scale / output_scale);
    } else {
      if (step.kind->role == layers::Int8Role::kLooksUp) {
        layer.weights = lookup_table(step.kind->value, tensor(step.inputs[0]).params, tensor(step.output).params);
      }
      return;
    }
    Multipliers multipliers = make_multipliers(factors);
    layer.multipliers = std::move(multipliers.values);
    layer.shift = multipliers.shift;
  }

  layers::FloatNet float_net_;
  QuantPlan plan_;
  QuantOptions options_;
  std::vector<Histogram> histograms_;  // indexed by group
  Ranges ranges_;                      // indexed by group
};

}  // namespace

const std::vector<std::string>& calibration_names() {
  static const std::vector<std::string> names = {"auto", "least_error", "minmax", "percentile"};
  return names;
}

const char* to_string(CalibrationMethod method) { return calibration_names()[static_cast<size_t>(method)].c_str(); }

Result<QuantNet> quantize(const model::Model& model, const data::Dataset& data, const data::Dataset& selection,
                          const QuantOptions& options) {
  APPRENTICE_CHECK(check_request(model, data, options));
  APPRENTICE_CHECK(check_request(model, selection, options));
  APPRENTICE_TRY(model::Model folded, fold_batch_norm(model));
  APPRENTICE_TRY(QuantPlan plan, plan_quantization(folded.spec));
  APPRENTICE_TRY(layers::FloatNet float_net, layers::FloatNet::create(std::move(folded)));
  APPRENTICE_TRY(QuantNet net, Quantizer(std::move(float_net), std::move(plan), options).quantize(data, selection));
  net.spec = model.spec;
  APPRENTICE_CHECK(check_quant_net(net));
  return net;
}

}  // namespace apprentice::quant
