// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/preprocessing.h"

#include <algorithm>
#include <cmath>

namespace apprentice::teacher {
namespace {

const std::vector<std::string> kLayouts = {"channels_first", "nchw", "ncw", "channels_last", "nhwc", "nwc"};

bool channels_last(const Preprocessing& how) { return how.layout == "channels_last"; }

// A single number stands for a list of one.
void read_channels(Config& teacher, const std::string& key, std::vector<double>& values) {
  if (teacher.read_any(key).is_number()) {
    values.resize(1);
    teacher.read(key, values[0]);
  } else {
    teacher.read(key, values);
  }
  if (values.empty()) teacher.reject(key, fmt::format("{} is empty; one number, or one per channel, is expected", key));
}

// The sample's shape once its axes are in the model's order.
Shape moved(const Preprocessing& how, const Shape& sample) {
  Shape shape = sample;
  if (channels_last(how) && shape.size() > 1) std::rotate(shape.begin(), shape.begin() + 1, shape.end());
  return shape;
}

Shape without_ones(const Shape& shape) {
  Shape out;
  for (const int64_t size : shape)
    if (size != 1) out.push_back(size);
  return out;
}

// The model's shape of one sample, its free sizes taken from `sample`; empty when the ranks differ.
Shape wanted_shape(const onnx::OnnxValueInfo& model, const Shape& sample) {
  Shape shape;
  const bool same_rank = model.dims.size() == sample.size() + 1;
  for (size_t i = 1; i < model.dims.size(); ++i) {
    if (model.dims[i].size < 0 && !same_rank) return {};
    shape.push_back(model.dims[i].size < 0 ? sample[i - 1] : model.dims[i].size);
  }
  return shape;
}

std::string other_layout_hint(const Preprocessing& how, const Shape& sample, const onnx::OnnxValueInfo& model) {
  Preprocessing other = how;
  other.layout = channels_last(how) ? "channels_first" : "channels_last";
  const Shape shape = moved(other, sample);
  if (shape == wanted_shape(model, shape)) return fmt::format("; layout = \"{}\" would fit", other.layout);
  return "";
}

float value_of(const std::vector<double>& values, int64_t channel) {
  return static_cast<float>(values.size() == 1 ? values[0] : values[static_cast<size_t>(channel)]);
}

}  // namespace

Preprocessing read_preprocessing(Config& teacher) {
  Preprocessing how;
  teacher.read("scale", how.scale).read("reshape", how.reshape);
  read_channels(teacher, "mean", how.mean);
  read_channels(teacher, "std", how.std_dev);
  teacher.read_choice("channel_order", how.channel_order, {"rgb", "bgr"});
  teacher.read_choice("layout", how.layout, kLayouts);
  if (how.layout == "nhwc" || how.layout == "nwc") how.layout = "channels_last";
  if (how.layout == "nchw" || how.layout == "ncw") how.layout = "channels_first";
  for (const double value : how.std_dev)
    if (!(value > 0.0)) teacher.reject("std", fmt::format("std {} is not above zero", value));
  return how;
}

Result<Shape> prepared_shape(const Preprocessing& how, const Shape& sample, const onnx::OnnxValueInfo& model,
                             const std::string& place) {
  const int64_t channels = sample.empty() ? 1 : sample[0];
  for (const auto* values : {&how.mean, &how.std_dev})
    if (values->size() != 1 && static_cast<int64_t>(values->size()) != channels)
      return bad_input(place, "mean or std has {} values, but samples have {} channels", values->size(), channels);
  if (how.channel_order == "bgr" && channels != 3)
    return bad_input(place, "channel_order \"bgr\" needs 3 channels, but samples have {}", channels);
  const Shape shape = moved(how, sample);
  if (!model.has_shape) return shape;
  const Shape wanted = wanted_shape(model, shape);
  if (wanted == shape) return shape;
  if (!wanted.empty() && without_ones(wanted) == without_ones(shape)) return wanted;
  const bool same_size = !wanted.empty() && checked_element_count(wanted) == element_count(shape);
  if (how.reshape && same_size) return wanted;
  return bad_input(place, "samples of shape {} do not fit the model's input '{}' {} (axis 0 counts samples){}{}",
                   to_string(shape), model.name, onnx::shape_text(model), other_layout_hint(how, sample, model),
                   same_size ? "; reshape = true takes the values in the order they have" : "");
}

Tensor prepare(const Preprocessing& how, const Tensor& batch, const Shape& prepared) {
  Shape shape = prepared;
  shape.insert(shape.begin(), batch.shape()[0]);
  Tensor out(DType::kF32, shape);
  const int64_t samples = batch.shape()[0], channels = batch.shape().size() > 1 ? batch.shape()[1] : 1;
  const int64_t plane = samples * channels == 0 ? 0 : batch.size() / (samples * channels);
  const int64_t step = channels_last(how) ? channels : 1;
  for (int64_t n = 0; n < samples; ++n)
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t source = how.channel_order == "bgr" ? channels - 1 - c : c;
      const float* from = batch.data<float>() + (n * channels + source) * plane;
      float* to = out.data<float>() + n * channels * plane + (channels_last(how) ? c : c * plane);
      const float scale = static_cast<float>(how.scale), mean = value_of(how.mean, c), dev = value_of(how.std_dev, c);
      for (int64_t i = 0; i < plane; ++i) to[i * step] = (from[i] * scale - mean) / dev;
    }
  return out;
}

void add_to(Hasher& hasher, const Preprocessing& how) {
  std::string text = fmt::format("{} {} {} {}", how.scale, how.channel_order, how.layout, how.reshape);
  for (const double value : how.mean) text += fmt::format(" mean {}", value);
  for (const double value : how.std_dev) text += fmt::format(" std {}", value);
  hasher.add(text);
}

}  // namespace apprentice::teacher
