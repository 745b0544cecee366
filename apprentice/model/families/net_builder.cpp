// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/families/net_builder.h"

#include <algorithm>
#include <utility>

namespace apprentice {

std::array<int64_t, 4> same_padding(const std::array<int64_t, 2>& kernel) {
  return {(kernel[0] - 1) / 2, (kernel[1] - 1) / 2, kernel[0] / 2, kernel[1] / 2};
}

NetBuilder::NetBuilder(std::string name, const Shape& input_shape) : rank_(input_shape.size()) {
  spec_.name = std::move(name);
  spec_.input_shape = input_shape;
}

LayerSpec& NetBuilder::append(const std::string& kind, const std::string& name, std::vector<std::string> inputs) {
  LayerSpec layer;
  layer.name = newest_ = name;
  layer.kind = kind;
  layer.inputs = std::move(inputs);
  spec_.layers.push_back(std::move(layer));
  return spec_.layers.back();
}

std::string NetBuilder::windowed(const std::string& kind, const std::string& name, int64_t channels, Pair kernel,
                                 Pair stride, std::string input) {
  if (input.empty()) input = newest_;
  LayerSpec& layer = append(kind + (rank_ == 3 ? "2d" : "1d"), name, {std::move(input)});
  layer.channels = channels;
  layer.kernel = kernel;
  layer.stride = stride;
  layer.padding = same_padding(kernel);
  return name;
}

std::string NetBuilder::conv(const std::string& name, int64_t channels, Pair kernel, Pair stride, std::string input) {
  return windowed("conv", name, channels, kernel, stride, std::move(input));
}

std::string NetBuilder::depthwise(const std::string& name, Pair kernel, Pair stride) {
  return windowed("depthwise", name, 0, kernel, stride, "");
}

std::string NetBuilder::max_pool(const std::string& name, Pair kernel, Pair stride, std::string input) {
  return windowed("maxpool", name, 0, kernel, stride, std::move(input));
}

std::string NetBuilder::join(const std::string& kind, const std::string& name, std::vector<std::string> inputs) {
  return append(kind, name, std::move(inputs)).name;
}

std::string NetBuilder::plain(const std::string& kind, const std::string& name) {
  return append(kind, name, {newest_}).name;
}

std::string NetBuilder::dense(const std::string& name, int64_t units) {
  LayerSpec& layer = append("dense", name, {newest_});
  layer.channels = units;
  return name;
}

std::string NetBuilder::conv_norm_relu(const std::string& name, int64_t channels, Pair kernel, Pair stride) {
  conv(name, channels, kernel, stride);
  plain("batchnorm", name + "_norm");
  return plain("relu", name + "_relu");
}

NetSpec NetBuilder::finish_with_pool(int64_t outputs) {
  plain("globalavgpool", "pool");
  dense("logits", outputs);
  return finish();
}

void read_knob(Config& options, const std::string& key, int64_t& value, int64_t least, int64_t most) {
  int64_t read = value;
  options.read(key, read);
  if (read < least || read > most) {
    options.reject(key, fmt::format("'{}' must be {} to {}, not {}", key, least, most, read));
  } else {
    value = read;
  }
}

void read_knob(Config& options, const std::string& key, NetBuilder::Pair& value, int64_t least, int64_t most) {
  const nlohmann::ordered_json read = options.read_any(key);
  if (read.is_null()) return;
  const auto fits = [&](const nlohmann::ordered_json& number) {
    return number.is_number_integer() && number.get<int64_t>() >= least && number.get<int64_t>() <= most;
  };
  if (fits(read)) {
    value = {read.get<int64_t>(), read.get<int64_t>()};
  } else if (read.is_array() && read.size() == 2 && fits(read[0]) && fits(read[1])) {
    value = {read[0].get<int64_t>(), read[1].get<int64_t>()};
  } else {
    options.reject(key, fmt::format("'{}' must be one integer or [height, width] of {} to {}", key, least, most));
  }
}

Status check_rank(const Config& options, const char* family, const Shape& input_shape, size_t rank) {
  if (input_shape.size() == rank) return {};
  return bad_input(options.place("family"), "{} takes samples of shape {}, but the data has {}", family,
                   rank == 2 ? "[channels, time]" : "[channels, height, width]", to_string(input_shape));
}

int64_t default_first_stride(const Shape& input_shape) {
  const int64_t size = input_shape.back();
  return size >= 128 ? 4 : size >= 64 ? 2 : 1;
}

}  // namespace apprentice
