// SPDX-License-Identifier: Apache-2.0
#include "apprentice/layers/float_net.h"

namespace apprentice::layers {

Result<FloatNet> FloatNet::create(model::Model model) {
  FloatNet net;
  APPRENTICE_TRY(net.input_, NetInput::create(model.spec));
  APPRENTICE_TRY(net.shapes_, infer_shapes(model.spec));
  APPRENTICE_CHECK(check_weights(model.spec, model.weights));
  net.model_ = std::move(model);
  const model::NetSpec& spec = net.model_.spec;
  const std::vector<std::vector<size_t>> inputs = model::wiring(spec);
  net.values_.emplace_back(static_cast<size_t>(element_count(net.input_.shape())));
  for (size_t i = 0; i < spec.layers.size(); ++i) {
    Step step{&layer_kind(spec.layers[i].kind), inputs[i], {}, {}};
    for (size_t input : step.inputs)
      step.input_shapes.push_back(input == 0 ? net.input_.shape() : net.shapes_[input - 1]);
    for (const ParameterInfo& parameter : step.kind->parameters(spec.layers[i], step.input_shapes)) {
      step.weights.push_back(net.model_.weights.at(spec.layers[i].name + "." + parameter.suffix).data<float>());
    }
    net.steps_.push_back(std::move(step));
    net.values_.emplace_back(static_cast<size_t>(element_count(net.shapes_[i])));
  }
  return net;
}

void FloatNet::read(const float* sample) {
  const model::NetSpec& spec = model_.spec;
  std::vector<double>& input = values_[0];
  std::vector<float> raw(input.size());
  input_.run(sample, raw.data());
  const size_t plane = input.size() / static_cast<size_t>(input_.shape()[0]);
  for (size_t i = 0; i < input.size(); ++i) {
    input[i] = double{raw[i]};
    if (!spec.input_mean.empty()) {
      input[i] = (input[i] - double{spec.input_mean[i / plane]}) * double{spec.input_scale[i / plane]};
    }
  }
}

void FloatNet::run(const float* sample) {
  read(sample);
  for (size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    FloatLayerCall call{model_.spec.layers[i], step.input_shapes, shapes_[i], {}, step.weights, values_[i + 1].data()};
    for (size_t input : step.inputs) call.inputs.push_back(values_[input].data());
    step.kind->run_float(call);
  }
}

Result<std::vector<double>> run_float_reference(const model::Model& model, const float* sample) {
  APPRENTICE_TRY(FloatNet net, FloatNet::create(model));
  net.run(sample);
  return net.output();
}

}  // namespace apprentice::layers
