// SPDX-License-Identifier: Apache-2.0
// Student: a NetSpec with weights, made trainable. All parameters are views into one flat float32 tensor, all gradients
// into another, so an optimizer is a few vector operations.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "apprentice/layers/net_input.h"
#include "apprentice/layers/torch_layer.h"
#include "apprentice/losses/loss.h"
#include "apprentice/model/net_spec.h"

namespace apprentice::train {

// Everything that training changes, as flat tensors on the host.
struct StudentState {
  at::Tensor parameters;  // trainable; the first decay_count() of them are weights, the rest biases, gammas, betas
  at::Tensor statistics;  // running means and variances of batch norm
  StudentState clone() const;
};

// Not thread-safe; different students are independent.
class Student {
 public:
  // Refuses what infer_shapes and check_weights refuse.
  static Result<Student> create(const model::NetSpec& spec, const model::Weights& weights);

  // Raw samples [n, ...sample_shape], float32 -> rows [n, values] of what the first layers read, normalised and
  // channel-last: done once per data set.
  at::Tensor prepare(const at::Tensor& samples) const;
  // Rows from prepare() -> logits [batch, classes]; in regression the normalised value [batch, 1].
  at::Tensor forward(const at::Tensor& rows, layers::ForwardMode mode) const;
  // The same, with the outputs of some layers as feature_shape() has them (model/stages.h): maps [batch, channels,
  // height, width], windows with height 1, or vectors [batch, values].
  losses::StudentOutput observe(const at::Tensor& rows, layers::ForwardMode mode, const std::vector<int>& layers) const;

  const model::NetSpec& spec() const { return spec_; }
  int64_t outputs() const { return outputs_; }
  int64_t row_size() const;
  // Numbers at the front of the parameters that weight decay applies to.
  int64_t decay_count() const { return decay_count_; }
  // The flat tensors themselves, not copies.
  const StudentState& state() const { return state_; }
  const at::Tensor& gradients() const { return gradients_; }
  void load(const StudentState& state);
  model::Weights weights() const;

 private:
  struct Slot {
    std::string name;
    Shape shape;
    bool trainable = true;
    int64_t offset = 0, count = 0;
    at::Tensor view;
  };
  struct Node {
    layers::TorchLayer run = nullptr;
    std::vector<size_t> inputs;  // as wiring() counts values
    std::vector<at::Tensor> weights;
  };
  Student() = default;
  // Raw samples as the first layers read them, channel-first.
  at::Tensor read(const at::Tensor& samples) const;
  void add_slots(const std::vector<Shape>& shapes, std::vector<std::vector<size_t>>& slots_of_layer);
  void place_slots();
  void fill(const model::Weights& weights);
  // The input, then the output of each layer.
  std::vector<at::Tensor> run(const at::Tensor& rows, layers::ForwardMode mode) const;
  void connect(const std::vector<std::vector<size_t>>& slots_of_layer);

  model::NetSpec spec_;
  layers::NetInput input_;
  int64_t outputs_ = 0, decay_count_ = 0;
  StudentState state_;
  at::Tensor gradients_;
  std::vector<Slot> slots_;
  std::vector<Node> nodes_;
};

}  // namespace apprentice::train
