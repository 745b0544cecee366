// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/student.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <cstring>

#include "apprentice/layers/layer.h"

namespace apprentice::train {
namespace {

// [channels, height, width] of what has 1 to 3 axes: [features] and [channels, time] have height 1.
Shape image_shape(const Shape& shape) {
  if (shape.size() == 1) return {shape[0], 1, 1};
  if (shape.size() == 2) return {shape[0], 1, shape[1]};
  return shape;
}

// Weights of convolutions and dense layers decay; biases and batch norm do not.
bool decays(const Shape& shape) { return shape.size() > 1; }

}  // namespace

StudentState StudentState::clone() const { return {parameters.clone(), statistics.clone()}; }

Result<Student> Student::create(const model::NetSpec& spec, const model::Weights& weights) {
  APPRENTICE_TRY(const std::vector<Shape> shapes, layers::infer_shapes(spec));
  if (shapes.empty() || shapes.back().size() != 1) {
    return bad_input(spec.name, "the last layer must give [outputs], not {}",
                     shapes.empty() ? "nothing" : to_string(shapes.back()));
  }
  APPRENTICE_CHECK(layers::check_weights(spec, weights));
  Student student;
  student.spec_ = spec;
  APPRENTICE_TRY(student.input_, layers::NetInput::create(spec));
  student.outputs_ = shapes.back()[0];
  std::vector<std::vector<size_t>> slots_of_layer;
  student.add_slots(shapes, slots_of_layer);
  student.place_slots();
  student.fill(weights);
  student.connect(slots_of_layer);
  return student;
}

void Student::add_slots(const std::vector<Shape>& shapes, std::vector<std::vector<size_t>>& slots_of_layer) {
  const std::vector<std::vector<size_t>> read = model::wiring(spec_);
  for (size_t i = 0; i < spec_.layers.size(); ++i) {
    const model::LayerSpec& layer = spec_.layers[i];
    std::vector<Shape> inputs;
    for (size_t index : read[i]) inputs.push_back(index == 0 ? input_.shape() : shapes[index - 1]);
    slots_of_layer.emplace_back();
    for (const layers::ParameterInfo& info : layers::layer_kind(layer.kind).parameters(layer, inputs)) {
      slots_of_layer.back().push_back(slots_.size());
      slots_.push_back({layer.name + "." + info.suffix, info.shape, info.trainable, 0, element_count(info.shape), {}});
    }
  }
}

void Student::place_slots() {
  int64_t statistics = 0, rest = 0;
  for (Slot& slot : slots_) {
    int64_t& next = !slot.trainable ? statistics : decays(slot.shape) ? decay_count_ : rest;
    slot.offset = next;
    next += slot.count;
  }
  state_ = {at::zeros({decay_count_ + rest}), at::zeros({statistics})};
  gradients_ = at::zeros({decay_count_ + rest});
  for (Slot& slot : slots_) {
    if (slot.trainable && !decays(slot.shape)) slot.offset += decay_count_;
    const at::Tensor& home = slot.trainable ? state_.parameters : state_.statistics;
    slot.view = home.narrow(0, slot.offset, slot.count).view(slot.shape).detach();
    if (!slot.trainable) continue;
    slot.view.set_requires_grad(true);
    slot.view.mutable_grad() = gradients_.narrow(0, slot.offset, slot.count).view(slot.shape);
  }
}

void Student::fill(const model::Weights& weights) {
  for (const Slot& slot : slots_) {
    const Tensor& value = weights.at(slot.name);
    std::memcpy(slot.view.data_ptr<float>(), value.bytes(), static_cast<size_t>(value.byte_count()));
  }
}

void Student::connect(const std::vector<std::vector<size_t>>& slots_of_layer) {
  const std::vector<std::vector<size_t>> read = model::wiring(spec_);
  for (size_t i = 0; i < spec_.layers.size(); ++i) {
    Node node{layers::find_torch_layer(spec_.layers[i].kind), read[i], {}};
    for (size_t slot : slots_of_layer[i]) node.weights.push_back(slots_[slot].view);
    nodes_.push_back(std::move(node));
  }
}

int64_t Student::row_size() const { return element_count(input_.shape()); }

at::Tensor Student::read(const at::Tensor& samples) const {
  if (input_.frontend() == nullptr) return samples;
  const at::Tensor raw = samples.contiguous();
  const at::Tensor made = at::empty({raw.size(0), row_size()});
  const int64_t raw_size = element_count(spec_.input_shape), size = row_size();
  const float* from = raw.data_ptr<float>();
  float* to = made.data_ptr<float>();
  at::parallel_for(0, raw.size(0), 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) input_.run(from + i * raw_size, to + i * size);
  });
  return made;
}

at::Tensor Student::prepare(const at::Tensor& samples) const {
  const at::NoGradGuard no_grad;
  const Shape image = image_shape(input_.shape());
  at::Tensor batch = read(samples).reshape({samples.size(0), image[0], image[1], image[2]});
  if (!spec_.input_mean.empty()) {
    const auto per_channel = [&](const std::vector<float>& values) {
      return at::tensor(values).reshape({1, image[0], 1, 1});
    };
    batch = (batch - per_channel(spec_.input_mean)).mul_(per_channel(spec_.input_scale));
  }
  return batch.permute({0, 2, 3, 1}).contiguous().reshape({samples.size(0), row_size()});
}

at::Tensor Student::forward(const at::Tensor& rows, layers::ForwardMode mode) const { return run(rows, mode).back(); }

losses::StudentOutput Student::observe(const at::Tensor& rows, layers::ForwardMode mode,
                                       const std::vector<int>& layers) const {
  const std::vector<at::Tensor> values = run(rows, mode);
  losses::StudentOutput output{values.back(), {}};
  for (int layer : layers) {
    const at::Tensor& value = values[static_cast<size_t>(layer) + 1];
    const bool is_point = value.dim() == 4 && value.size(2) * value.size(3) == 1;
    output.features.push_back(is_point ? value.flatten(1) : value);
  }
  return output;
}

std::vector<at::Tensor> Student::run(const at::Tensor& rows, layers::ForwardMode mode) const {
  const Shape image = image_shape(input_.shape());
  std::vector<at::Tensor> values{rows};
  if (input_.shape().size() > 1) {
    values[0] = rows.view({rows.size(0), image[1], image[2], image[0]}).permute({0, 3, 1, 2});
  }
  values.reserve(nodes_.size() + 1);
  for (size_t i = 0; i < nodes_.size(); ++i) {
    layers::TorchLayerCall call{spec_.layers[i], {}, nodes_[i].weights, mode};
    for (size_t index : nodes_[i].inputs) call.inputs.push_back(values[index]);
    values.push_back(nodes_[i].run(call));
  }
  return values;
}

void Student::load(const StudentState& state) {
  const at::NoGradGuard no_grad;
  state_.parameters.copy_(state.parameters);
  state_.statistics.copy_(state.statistics);
}

model::Weights Student::weights() const {
  model::Weights weights;
  for (const Slot& slot : slots_) {
    Tensor value(DType::kF32, slot.shape);
    std::memcpy(value.bytes(), slot.view.data_ptr<float>(), static_cast<size_t>(value.byte_count()));
    weights.emplace(slot.name, std::move(value));
  }
  return weights;
}

}  // namespace apprentice::train
