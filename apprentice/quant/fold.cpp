// SPDX-License-Identifier: Apache-2.0
#include "apprentice/quant/fold.h"

#include <algorithm>
#include <set>

#include "apprentice/layers/layer.h"

namespace apprentice::quant {

using model::LayerSpec;

namespace {

bool has_weights(const LayerSpec& layer) { return layers::layer_kind(layer.kind).role == layers::Int8Role::kWeights; }
bool is_padded(const LayerSpec& layer) {
  return std::any_of(layer.padding.begin(), layer.padding.end(), [](int64_t pad) { return pad != 0; });
}

// norm(layer(x)): w' = factor * w, b' = factor * b + offset.
void scale_outputs(model::Model& model, const std::string& layer, const layers::ChannelAffine& affine) {
  Tensor& weight = model.weights.at(layer + ".weight");
  Tensor& bias = model.weights.at(layer + ".bias");
  const int64_t fan_in = weight.size() / bias.size();
  for (int64_t o = 0; o < bias.size(); ++o) {
    const auto c = static_cast<size_t>(o);
    for (int64_t i = o * fan_in; i < (o + 1) * fan_in; ++i) {
      weight.data<float>()[i] = static_cast<float>(affine.factor[c] * double{weight.data<float>()[i]});
    }
    bias.data<float>()[o] = static_cast<float>(affine.factor[c] * double{bias.data<float>()[o]} + affine.offset[c]);
  }
}

// layer(norm(x)): w' = w * factor of its input channel, b' = b + sum of w * offset.
void scale_inputs(model::Model& model, const LayerSpec& layer, const layers::ChannelAffine& affine) {
  Tensor& weight = model.weights.at(layer.name + ".weight");
  Tensor& bias = model.weights.at(layer.name + ".bias");
  const int64_t fan_in = weight.size() / bias.size(), in_channels = weight.shape()[1], taps = fan_in / in_channels;
  const bool depthwise = layers::layer_kind(layer.kind).depthwise;
  for (int64_t o = 0; o < bias.size(); ++o) {
    double sum = double{bias.data<float>()[o]};
    for (int64_t i = 0; i < fan_in; ++i) {
      const auto c = static_cast<size_t>(depthwise ? o : i / taps);
      float& w = weight.data<float>()[o * fan_in + i];
      sum += double{w} * affine.offset[c];
      w = static_cast<float>(double{w} * affine.factor[c]);
    }
    bias.data<float>()[o] = static_cast<float>(sum);
  }
}

// A net under change, and who reads whom.
class Folder {
 public:
  explicit Folder(model::Model model) : model_(std::move(model)) {}

  model::Model fold() {
    remove_unread();
    while (fold_one()) {
    }
    return std::move(model_);
  }

 private:
  std::vector<LayerSpec>& layers() { return model_.spec.layers; }

  int64_t readers(const std::string& name) {
    int64_t count = 0;
    for (const LayerSpec& layer : layers()) count += std::count(layer.inputs.begin(), layer.inputs.end(), name);
    return count;
  }

  LayerSpec* find(const std::string& name) {
    for (LayerSpec& layer : layers()) {
      if (layer.name == name) return &layer;
    }
    return nullptr;
  }

  LayerSpec* reader_of(const std::string& name) {
    for (LayerSpec& layer : layers()) {
      if (std::count(layer.inputs.begin(), layer.inputs.end(), name) > 0) return &layer;
    }
    return nullptr;
  }

  layers::ChannelAffine affine_of(const LayerSpec& norm) {
    return layers::layer_kind(norm.kind).affine(model_.weights, norm.name);
  }

  void erase_weights(const std::string& layer) {
    for (auto item = model_.weights.begin(); item != model_.weights.end();) {
      const bool is_its = item->first.substr(0, item->first.rfind('.')) == layer;
      item = is_its ? model_.weights.erase(item) : std::next(item);
    }
  }

  void remove_unread() {
    std::set<std::string> needed{layers().back().name};
    for (auto layer = layers().rbegin(); layer != layers().rend(); ++layer) {
      if (needed.count(layer->name) > 0) needed.insert(layer->inputs.begin(), layer->inputs.end());
    }
    const auto unread = [&](const LayerSpec& layer) { return needed.count(layer.name) == 0; };
    for (const LayerSpec& layer : layers()) {
      if (unread(layer)) erase_weights(layer.name);
    }
    layers().erase(std::remove_if(layers().begin(), layers().end(), unread), layers().end());
  }

  void rename_reads(const std::string& from, const std::string& to) {
    for (LayerSpec& layer : layers()) std::replace(layer.inputs.begin(), layer.inputs.end(), from, to);
  }

  // Folds the norm into `before`, which takes the norm's place in the order, so the last layer stays the output.
  void fold_back(const LayerSpec norm, const LayerSpec before) {  // copies: the order changes below
    scale_outputs(model_, before.name, affine_of(norm));
    rename_reads(norm.name, before.name);
    layers().erase(layers().begin() + (find(before.name) - layers().data()));
    *find(norm.name) = before;
    erase_weights(norm.name);
  }

  void fold_forward(const LayerSpec& norm, const LayerSpec& after) {
    scale_inputs(model_, after, affine_of(norm));
    erase_weights(norm.name);
    const std::string name = norm.name, input = norm.inputs[0];
    rename_reads(name, input);
    layers().erase(layers().begin() + (find(name) - layers().data()));
  }

  bool fold_one() {
    for (const LayerSpec& layer : layers()) {
      if (layers::layer_kind(layer.kind).role != layers::Int8Role::kFolds) continue;
      const LayerSpec* before = find(layer.inputs[0]);
      if (before != nullptr && has_weights(*before) && readers(before->name) == 1) {
        fold_back(layer, *before);
        return true;
      }
      if (readers(layer.name) != 1) continue;
      const LayerSpec* after = reader_of(layer.name);
      if (!has_weights(*after) || is_padded(*after)) continue;
      fold_forward(layer, *after);
      return true;
    }
    return false;
  }

  model::Model model_;
};

}  // namespace

Result<model::Model> fold_batch_norm(const model::Model& model) {
  APPRENTICE_CHECK(layers::infer_shapes(model.spec));
  APPRENTICE_CHECK(layers::check_weights(model.spec, model.weights));
  return Folder(model).fold();
}

}  // namespace apprentice::quant
