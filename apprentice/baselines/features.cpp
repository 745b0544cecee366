// SPDX-License-Identifier: Apache-2.0
#include "apprentice/baselines/features.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "apprentice/base/error.h"
#include "apprentice/baselines/spectrum.h"
#include "apprentice/trees/statistics.h"

namespace apprentice::baselines {
namespace {

constexpr int64_t kBlocks = 12;         // of a picture, along each axis, at most
constexpr int64_t kScaleSamples = 500;  // that tell how loud a channel is
constexpr float kQuiet = 1e-3F;         // of the mean magnitude, added before the logarithm

int64_t divide_up(int64_t value, int64_t by) { return (value + by - 1) / by; }

// Neighbours that are averaged so that `lines` lines of `length` values stay bounded.
int64_t coarseness(int64_t lines, int64_t length, int64_t most) {
  int64_t step = 1;
  while (step < length && lines * divide_up(length, step) > most) ++step;
  return step;
}

void average(const float* line, int64_t length, int64_t step, float* out) {
  for (int64_t begin = 0; begin < length; begin += step) {
    const int64_t end = std::min(length, begin + step);
    double sum = 0.0;
    for (int64_t i = begin; i < end; ++i) sum += double{line[i]};
    *out++ = static_cast<float>(sum / static_cast<double>(end - begin));
  }
}

Features window_statistics(const Shape& shape) {
  Features features;
  features.columns = trees::statistics_count(shape);
  features.words = "window statistics";
  features.fill = [shape](const float* sample, float* out) {
    Tensor one(DType::kF32, {1, shape[0], shape[1]});
    std::copy_n(sample, one.size(), one.data<float>());
    const Tensor values = trees::statistics_of(one);
    std::copy_n(values.data<float>(), values.size(), out);
  };
  return features;
}

Features block_means(const Shape& shape) {
  const int64_t channels = shape[0], height = shape[1], width = shape[2];
  const int64_t tall = divide_up(height, kBlocks), wide = divide_up(width, kBlocks);
  const int64_t rows = divide_up(height, tall), columns = divide_up(width, wide);
  Features features;
  features.columns = channels * rows * columns;
  features.words = tall == 1 && wide == 1 ? "pixels" : "blocks of pixels";
  features.fill = [=](const float* sample, float* out) {
    std::fill_n(out, channels * rows * columns, 0.0F);
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < width; ++x) {
          const int64_t block_tall = std::min(tall, height - y / tall * tall);
          const int64_t block_wide = std::min(wide, width - x / wide * wide);
          out[(c * rows + y / tall) * columns + x / wide] +=
              sample[(c * height + y) * width + x] / static_cast<float>(block_tall * block_wide);
        }
  };
  return features;
}

// Mean magnitude of each channel over some training samples.
std::vector<float> loudness(const data::Dataset& train, const Spectrum& spectrum) {
  const Shape& shape = train.info().sample_shape;
  std::vector<double> sums(static_cast<size_t>(shape[0]), 0.0);
  std::vector<float> sample(static_cast<size_t>(element_count(shape))), bins(static_cast<size_t>(spectrum.bins()));
  const std::vector<int64_t> indices = spread_over(train.size(), kScaleSamples);
  for (const int64_t index : indices) {
    train.get(index, sample.data());
    for (size_t c = 0; c < sums.size(); ++c) {
      spectrum.magnitudes(sample.data() + static_cast<int64_t>(c) * shape[1], bins.data());
      for (const float bin : bins) sums[c] += double{bin};
    }
  }
  std::vector<float> means;
  const double count = static_cast<double>(indices.size()) * static_cast<double>(spectrum.bins());
  for (const double sum : sums) means.push_back(static_cast<float>(std::max(sum / count, 1e-30)));
  return means;
}

}  // namespace

std::vector<int64_t> spread_over(int64_t size, int64_t count) {
  const int64_t taken = std::min(size, count);
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < taken; ++i) indices.push_back(i * size / taken);
  return indices;
}

Features raw_values(const Shape& sample_shape) {
  const int64_t size = element_count(sample_shape), length = sample_shape.back(), lines = size / length;
  const int64_t step = coarseness(lines, length, kMostColumns), shorter = divide_up(length, step);
  Features features;
  features.columns = lines * shorter;
  features.words = "raw values";
  if (step > 1) features.note = fmt::format("means of {} neighbouring values", step);
  features.fill = [=](const float* sample, float* out) {
    for (int64_t line = 0; line < lines; ++line) average(sample + line * length, length, step, out + line * shorter);
  };
  return features;
}

Features log_spectrum(const data::Dataset& train) {
  const Shape& shape = train.info().sample_shape;
  promise(shape.size() == 2 && shape[1] >= 2, "a spectrum is that of windows");
  const auto spectrum = std::make_shared<const Spectrum>(shape[1]);
  const int64_t channels = shape[0], time = shape[1], bins = spectrum->bins();
  const int64_t step = coarseness(channels, bins, kMostColumns), fewer = divide_up(bins, step);
  Features features;
  features.columns = channels * fewer;
  features.words = "the log spectrum";
  if (step > 1) features.note = fmt::format("means of {} neighbouring frequencies", step);
  features.fill = [=, loud = loudness(train, *spectrum)](const float* sample, float* out) {
    std::vector<float> magnitudes(static_cast<size_t>(bins));
    for (int64_t c = 0; c < channels; ++c) {
      spectrum->magnitudes(sample + c * time, magnitudes.data());
      float* line = out + c * fewer;
      average(magnitudes.data(), bins, step, line);
      const float scale = loud[static_cast<size_t>(c)];
      std::transform(line, line + fewer, line, [=](float value) { return std::log(value / scale + kQuiet); });
    }
  };
  return features;
}

Features statistics(const Shape& sample_shape) {
  if (sample_shape.size() == 2) return window_statistics(sample_shape);
  if (sample_shape.size() == 3) return block_means(sample_shape);
  Features features = raw_values(sample_shape);
  features.words = "the columns";
  return features;
}

Tensor feature_rows(const data::Dataset& data, const std::vector<int64_t>& indices, const Features& features) {
  const auto rows = static_cast<int64_t>(indices.size());
  Tensor out(DType::kF32, {rows, features.columns});
  std::vector<float> sample(static_cast<size_t>(element_count(data.info().sample_shape)));
  for (int64_t i = 0; i < rows; ++i) {
    data.get(indices[static_cast<size_t>(i)], sample.data());
    features.fill(sample.data(), out.data<float>() + i * features.columns);
  }
  return out;
}

}  // namespace apprentice::baselines
