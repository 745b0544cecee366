// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/layout.h"

#include <algorithm>
#include <cmath>

#include "apprentice/data/formats/precision.h"

namespace apprentice::data {
namespace {

constexpr int64_t kManyChannels = 8;  // times as many as steps

// [rows, positions, channels] -> [rows, channels, positions]
template <typename T>
std::vector<T> channels_to_front(const std::vector<T>& from, int64_t rows, int64_t positions, int64_t channels) {
  std::vector<T> to(from.size());
  for (int64_t r = 0; r < rows; ++r) {
    const T* row = from.data() + r * positions * channels;
    T* out = to.data() + r * positions * channels;
    for (int64_t p = 0; p < positions; ++p) {
      for (int64_t c = 0; c < channels; ++c) out[c * positions + p] = row[p * channels + c];
    }
  }
  return to;
}

// Whether float32 holds what the array holds with more bits; the channels are on its axis `axis`.
Status check_precision(const NpyArray& array, size_t axis, const std::string& path) {
  const DType type = array.tensor.dtype();
  if (type != DType::kF64 && type != DType::kI64 && type != DType::kU64 && type != DType::kI32 && type != DType::kU32) {
    return {};
  }
  int64_t inner = 1;
  for (size_t i = axis + 1; i < array.shape.size(); ++i) inner *= array.shape[i];
  const int64_t channels = axis < array.shape.size() ? array.shape[axis] : 1;
  PrecisionWatch watch(static_cast<size_t>(channels));
  const auto add_all = [&](const auto* values) {
    for (int64_t i = 0; i < array.tensor.size(); ++i) {
      const auto value = static_cast<double>(values[i]);
      if (std::isfinite(value)) watch.add(static_cast<size_t>(i / inner % channels), value);
    }
  };
  if (type == DType::kF64) add_all(array.tensor.data<double>());
  if (type == DType::kI64) add_all(array.tensor.data<int64_t>());
  if (type == DType::kU64) add_all(reinterpret_cast<const uint64_t*>(array.tensor.bytes()));
  if (type == DType::kI32) add_all(array.tensor.data<int32_t>());
  if (type == DType::kU32) add_all(reinterpret_cast<const uint32_t*>(array.tensor.bytes()));
  return watch.check({}, path, "leave it out of the array, or subtract its first value there");
}

Result<Values> values_of(const NpyArray& array, const std::string& path) {
  if (array.is_text) return bad_input(path, "the array holds texts; expected numbers");
  if (array.tensor.size() == 0) return bad_input(path, "the array of shape {} is empty", to_string(array.shape));
  if (array.tensor.dtype() == DType::kU8) {
    const uint8_t* bytes = array.tensor.data<uint8_t>();
    return Values(std::vector<uint8_t>(bytes, bytes + array.tensor.size()));
  }
  APPRENTICE_TRY(std::vector<float> floats, npy_floats(array, path));
  return Values(std::move(floats));
}

Source one_segment(const std::string& path, int64_t rows, Shape row_shape, Values values) {
  Source source;
  source.place = path;
  source.rows = rows;
  source.row_shape = std::move(row_shape);
  source.values = std::move(values);
  source.segments.push_back(file_segment(path, 0, rows));
  return source;
}

// Says what is read where a shape has more channels than steps, as series and pictures have their channels last.
void note_layout(const NpyArray& array, Layout layout, Source& source) {
  const Shape& row = source.row_shape;
  if (layout != Layout::kChannelsFirst || row.size() < 2 || row[0] < kManyChannels * row.back()) return;
  source.notes.push_back(fmt::format(
      "rows of {} are read as {} channels of {} {}; set layout = \"channels_last\" where the last axis is the channels",
      to_string(Shape(array.shape.begin() + 1, array.shape.end())), row[0], row[1],
      row.size() == 2 ? "steps" : "lines"));
}

}  // namespace

Result<Source> rows_of(const NpyArray& array, const std::string& path, Layout layout, Gaps gaps) {
  const size_t axes = array.shape.size();
  if (axes < 1 || axes > 4) {
    return bad_input(path, "the array has shape {}; expected [rows, ...] with 1 to 4 axes", to_string(array.shape));
  }
  APPRENTICE_TRY(Values values, values_of(array, path));
  APPRENTICE_CHECK(check_precision(array, layout == Layout::kChannelsLast && axes > 2 ? axes - 1 : 1, path));
  Shape row_shape(array.shape.begin() + 1, array.shape.end());
  if (row_shape.empty()) row_shape = {1};
  if (layout == Layout::kChannelsLast && row_shape.size() > 1) {
    const int64_t channels = row_shape.back();
    const int64_t positions = element_count(row_shape) / channels;
    std::visit([&](auto& v) { v = channels_to_front(v, array.shape[0], positions, channels); }, values);
    std::rotate(row_shape.begin(), row_shape.end() - 1, row_shape.end());
  }
  Source source = one_segment(path, array.shape[0], std::move(row_shape), std::move(values));
  note_layout(array, layout, source);
  APPRENTICE_CHECK(check_finite(source, gaps));
  return source;
}

Result<Source> recording_of(NpyArray array, const std::string& path, bool transposed) {
  if (array.shape.size() != 1 && array.shape.size() != 2) {
    return bad_input(path, "the recording has shape {}; expected [time] or [time, channels]", to_string(array.shape));
  }
  APPRENTICE_TRY(std::vector<float> values, npy_floats(array, path));
  int64_t rows = array.shape[0], channels = array.shape.size() == 2 ? array.shape[1] : 1;
  if (transposed && array.shape.size() == 2) {
    values = channels_to_front(values, 1, rows, channels);
    std::swap(rows, channels);
  }
  Source source = one_segment(path, rows, {channels}, std::move(values));
  for (int64_t c = 0; c < channels; ++c) source.channel_names.push_back("c" + std::to_string(c));
  APPRENTICE_CHECK(check_finite(source, Gaps::kRefuse));
  return source;
}

Result<Source> join_channels(const std::vector<Source>& channels) {
  const int64_t rows = channels.front().rows, time = channels.front().row_size();
  const auto count = static_cast<int64_t>(channels.size());
  std::vector<float> joined(static_cast<size_t>(rows * count * time));
  std::vector<std::string> names;
  std::vector<char> dropped;
  for (int64_t c = 0; c < count; ++c) {
    const Source& channel = channels[static_cast<size_t>(c)];
    if (channel.rows != rows || channel.row_size() != time) {
      return bad_input(channel.place, "the channel has {} rows of {} values, but {} has {} rows of {}", channel.rows,
                       channel.row_size(), channels.front().place, rows, time);
    }
    const auto* values = std::get_if<std::vector<float>>(&channel.values);
    if (values == nullptr) return bad_input(channel.place, "the channel is uint8; expected float or signed numbers");
    for (int64_t r = 0; r < rows; ++r) {
      std::copy_n(values->begin() + r * time, time, joined.begin() + (r * count + c) * time);
    }
    names.push_back(channel.segments.front().name);
    if (!channel.dropped.empty()) {
      dropped.resize(static_cast<size_t>(rows), 0);
      for (size_t r = 0; r < dropped.size(); ++r) dropped[r] = dropped[r] != 0 || channel.dropped[r] != 0 ? 1 : 0;
    }
  }
  Source source = one_segment(channels.front().place, rows, {count, time}, std::move(joined));
  source.channel_names = std::move(names);
  source.dropped = std::move(dropped);
  source.notes = channels.front().notes;
  return source;
}

Status name_channels(Source& source, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  if (static_cast<int64_t>(names.size()) != source.row_shape[0]) {
    return bad_input(source.place, "channel_names has {} names, but a row of shape {} has {} channels", names.size(),
                     to_string(source.row_shape), source.row_shape[0]);
  }
  source.channel_names = names;
  return {};
}

}  // namespace apprentice::data
