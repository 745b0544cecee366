// SPDX-License-Identifier: Apache-2.0
#include "apprentice/layers/float_net.h"

namespace apprentice {

std::vector<int> input_indices(const NetSpec& spec, const LayerSpec& layer) {
  std::vector<int> indices;
  for (const std::string& name : layer.inputs) {
    int index = -1;
    for (size_t i = 0; name != kNetInput && i < spec.layers.size(); ++i) {
      if (spec.layers[i].name == name) index = static_cast<int>(i);
    }
    indices.push_back(index);
  }
  return indices;
}

Result<FloatNet> FloatNet::create(Model model) {
  FloatNet net;
  APPRENTICE_TRY(net.shapes_, infer_shapes(model.spec));
  APPRENTICE_CHECK(check_weights(model.spec, model.weights));
  net.model_ = std::move(model);
  const NetSpec& spec = net.model_.spec;
  net.input_.resize(static_cast<size_t>(element_count(spec.input_shape)));
  for (size_t i = 0; i < spec.layers.size(); ++i) {
    Step step{find_layer_kind(spec.layers[i].kind), input_indices(spec, spec.layers[i]), {}};
    std::vector<Shape> inputs;
    for (int input : step.inputs)
      inputs.push_back(input < 0 ? spec.input_shape : net.shapes_[static_cast<size_t>(input)]);
    for (const ParameterInfo& parameter : step.kind->parameters(spec.layers[i], inputs)) {
      step.weights.push_back(net.model_.weights.at(spec.layers[i].name + "." + parameter.suffix).data<float>());
    }
    net.steps_.push_back(std::move(step));
    net.outputs_.emplace_back(static_cast<size_t>(element_count(net.shapes_[i])));
  }
  return net;
}

void FloatNet::normalise(const float* sample) {
  const NetSpec& spec = model_.spec;
  const size_t plane = input_.size() / static_cast<size_t>(spec.input_shape[0]);
  for (size_t i = 0; i < input_.size(); ++i) {
    input_[i] = double{sample[i]};
    if (!spec.input_mean.empty()) {
      input_[i] = (input_[i] - double{spec.input_mean[i / plane]}) * double{spec.input_scale[i / plane]};
    }
  }
}

void FloatNet::run(const float* sample) {
  normalise(sample);
  const NetSpec& spec = model_.spec;
  for (size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    FloatLayerCall call{spec.layers[i], {}, shapes_[i], {}, step.weights, outputs_[i].data()};
    for (int input : step.inputs) {
      const auto index = static_cast<size_t>(input);
      call.input_shapes.push_back(input < 0 ? spec.input_shape : shapes_[index]);
      call.inputs.push_back(input < 0 ? input_.data() : outputs_[index].data());
    }
    step.kind->run_float(call);
  }
}

Result<std::vector<double>> run_float_reference(const Model& model, const float* sample) {
  APPRENTICE_TRY(FloatNet net, FloatNet::create(model));
  net.run(sample);
  return net.output();
}

}  // namespace apprentice
