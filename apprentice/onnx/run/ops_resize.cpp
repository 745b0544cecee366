// SPDX-License-Identifier: Apache-2.0
// Resize and Upsample. Interpolation is separable: along each axis every output element is a weighted sum of a few
// input elements (onnx.ai, operator Resize, reference implementation).
#include <algorithm>
#include <cmath>
#include <numeric>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

constexpr int64_t kMostAlongAxis = int64_t{1} << 20;

struct Options {
  std::string mode, coordinates, nearest;
  double cubic_a = -0.75, outside_value = 0.0;
  bool exclude_outside = false, antialias = false;
};

struct Axis {
  int64_t in = 0, out = 0;
  double scale = 1.0;
  double crop_begin = 0.0, crop_end = 1.0;
};

// The place in the input that output element i stands for.
double place_of(int64_t i, const Axis& axis, const std::string& coordinates) {
  // A scale that leaves a fraction counts with it: `out` is not the whole number of elements.
  const double x = static_cast<double>(i), in = static_cast<double>(axis.in), out = axis.scale * in;
  if (coordinates == "asymmetric") return x / axis.scale;
  if (coordinates == "tf_half_pixel_for_nn") return (x + 0.5) / axis.scale;
  if (coordinates == "pytorch_half_pixel" && axis.out <= 1) return 0.0;
  if (coordinates == "align_corners") return axis.out <= 1 ? 0.0 : x * (in - 1.0) / (out - 1.0);
  if (coordinates == "tf_crop_and_resize") {
    if (axis.out <= 1) return 0.5 * (axis.crop_begin + axis.crop_end) * (in - 1.0);
    return axis.crop_begin * (in - 1.0) + x * (axis.crop_end - axis.crop_begin) * (in - 1.0) / (out - 1.0);
  }
  double offset = 0.0;
  if (coordinates == "half_pixel_symmetric") offset = in / 2.0 * (1.0 - static_cast<double>(axis.out) / out);
  return offset + (x + 0.5) / axis.scale - 0.5;
}

double nearest_of(double place, const std::string& rule) {
  if (rule == "floor") return std::floor(place);
  if (rule == "ceil") return std::ceil(place);
  if (rule == "round_prefer_ceil") return std::floor(place + 0.5);
  return std::ceil(place - 0.5);
}

// Triangle, or Keys 1981 with the given a.
double kernel(double distance, const Options& options) {
  const double x = std::abs(distance), a = options.cubic_a;
  if (options.mode == "linear") return std::max(0.0, 1.0 - x);
  if (x <= 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  if (x < 2.0) return ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a;
  return 0.0;
}

// Per tap: where it reads and how much it weighs, for every output element.
struct Taps {
  std::vector<Sizes> places;
  std::vector<std::vector<double>> weights;
};

Taps make_taps(const Axis& axis, const Options& options) {
  const bool nearest = options.mode == "nearest";
  const double reach = options.mode == "cubic" ? 2.0 : 1.0;
  const double narrow = options.antialias ? std::min(axis.scale, 1.0) : 1.0;
  const int64_t first = static_cast<int64_t>(std::floor(-reach / narrow)) + 1;
  const size_t count = nearest ? 1 : static_cast<size_t>(2 - 2 * first);
  Taps taps{std::vector<Sizes>(count, Sizes(static_cast<size_t>(axis.out))),
            std::vector<std::vector<double>>(count, std::vector<double>(static_cast<size_t>(axis.out), 1.0))};
  for (int64_t i = 0; i < axis.out; ++i) {
    const double place = place_of(i, axis, options.coordinates);
    const double base = nearest ? nearest_of(place, options.nearest) : std::ceil(place) - 1.0;
    double total = 0.0;
    for (size_t t = 0; t < count; ++t) {
      const int64_t step = nearest ? 0 : first + static_cast<int64_t>(t);
      const double at = base + static_cast<double>(step);
      const bool outside = at < 0.0 || at > static_cast<double>(axis.in - 1);
      double weight = nearest ? 1.0 : kernel((at - place) * narrow, options);
      if (outside && options.exclude_outside) weight = 0.0;
      taps.places[t][static_cast<size_t>(i)] =
          static_cast<int64_t>(std::clamp(at, 0.0, static_cast<double>(axis.in - 1)));
      taps.weights[t][static_cast<size_t>(i)] = weight;
      total += weight;
    }
    if (!nearest && (options.antialias || options.exclude_outside))
      for (auto& weights : taps.weights) weights[static_cast<size_t>(i)] /= total;
  }
  return taps;
}

at::Tensor resize_axis(const at::Tensor& x, int64_t number, const Axis& axis, const Options& options) {
  const Taps taps = make_taps(axis, options);
  Sizes along(static_cast<size_t>(x.dim()), 1);
  along[static_cast<size_t>(number)] = axis.out;
  at::Tensor out;
  for (size_t t = 0; t < taps.places.size(); ++t) {
    at::Tensor part = x.index_select(number, at::tensor(taps.places[t], at::kLong));
    if (options.mode == "nearest") return part;
    part = part.mul(at::tensor(taps.weights[t], at::kDouble).reshape(along));
    out = out.defined() ? out.add(part) : part;
  }
  return out;
}

// Outside the image, tf_crop_and_resize gives a fixed value.
at::Tensor fill_outside(const at::Tensor& x, int64_t number, const Axis& axis, const Options& options) {
  std::vector<uint8_t> outside;
  for (int64_t i = 0; i < axis.out; ++i) {
    const double place = place_of(i, axis, options.coordinates);
    outside.push_back(place < 0.0 || place > static_cast<double>(axis.in - 1) ? 1 : 0);
  }
  Sizes along(static_cast<size_t>(x.dim()), 1);
  along[static_cast<size_t>(number)] = axis.out;
  const at::Tensor mask = at::tensor(outside, at::kByte).to(at::kBool).reshape(along);
  return at::where(mask, at::scalar_tensor(options.outside_value, x.options()), x);
}

bool check_options(OpCall& call, const Options& options) {
  const auto one_of = [&](const char* what, const std::string& value, const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), value) == known.end()) call.refuse("{} '{}' is not known", what, value);
  };
  one_of("mode", options.mode, {"nearest", "linear", "cubic"});
  one_of("coordinate_transformation_mode", options.coordinates,
         {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
          "tf_half_pixel_for_nn", "tf_crop_and_resize"});
  one_of("nearest_mode", options.nearest, {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"});
  return !call.failed();
}

// Per axis, the weights of all its output elements are held at once.
bool check_axes(OpCall& call, const std::vector<Axis>& axes) {
  for (const Axis& axis : axes)
    if ((axis.in != axis.out || axis.scale != 1.0) && std::max(axis.in, axis.out) > kMostAlongAxis)
      call.refuse("resizes {} elements along an axis to {}; at most {} are possible", axis.in, axis.out,
                  kMostAlongAxis);
  return !call.failed();
}

Values resize_by(OpCall& call, const std::vector<Axis>& axes, const Options& options) {
  Sizes shape;
  for (const Axis& axis : axes) shape.push_back(axis.out);
  if (!check_axes(call, axes)) return {};
  if (!check_options(call, options) || !call.may_grow_to(shape)) return {};
  const at::Tensor& x = call[0];
  at::Tensor out = options.mode == "nearest" ? x : x.to(at::kDouble);
  if (x.numel() == 0) return call.refuse("cannot resize a tensor of shape {}", to_string(x.sizes().vec()));
  for (size_t i = 0; i < axes.size(); ++i) {
    const bool cropped = options.coordinates == "tf_crop_and_resize";
    if (axes[i].in == axes[i].out && axes[i].scale == 1.0 && !cropped) continue;
    out = resize_axis(out, static_cast<int64_t>(i), axes[i], options);
    if (cropped) out = fill_outside(out, static_cast<int64_t>(i), axes[i], options);
  }
  if (at::isIntegralType(x.scalar_type(), false) && options.mode != "nearest") out = out.round();
  return {out.to(x.scalar_type())};
}

std::vector<double> numbers_of(const OpCall& call, size_t index) {
  if (!call.has(index)) return {};
  const at::Tensor values = call.optional(index).to(at::kDouble).contiguous().view(-1);
  return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

std::vector<Axis> whole_axes(const at::Tensor& x) {
  std::vector<Axis> axes;
  for (int64_t i = 0; i < x.dim(); ++i) axes.push_back({x.size(i), x.size(i)});
  return axes;
}

bool set_scales(OpCall& call, std::vector<Axis>& axes, const Sizes& named, const std::vector<double>& scales) {
  if (scales.size() != named.size()) call.refuse("has {} scales for {} axes", scales.size(), named.size());
  for (size_t i = 0; i < named.size() && !call.failed(); ++i) {
    Axis& axis = axes[static_cast<size_t>(named[i])];
    axis.scale = scales[i];
    const double out = std::floor(static_cast<double>(axis.in) * scales[i]);
    if (!(scales[i] > 0.0 && out >= 1.0 && out < 1e9))
      call.refuse("cannot scale {} elements by {}", axis.in, scales[i]);
    else
      axis.out = static_cast<int64_t>(out);
  }
  return !call.failed();
}

bool set_sizes(OpCall& call, std::vector<Axis>& axes, const Sizes& named, const Sizes& sizes) {
  const std::string policy = call.text("keep_aspect_ratio_policy", "stretch");
  if (sizes.size() != named.size()) call.refuse("has {} sizes for {} axes", sizes.size(), named.size());
  double common = 0.0;
  for (size_t i = 0; i < named.size() && !call.failed(); ++i) {
    Axis& axis = axes[static_cast<size_t>(named[i])];
    if (sizes[i] < 1 || axis.in < 1) call.refuse("cannot resize {} elements to {}", axis.in, sizes[i]);
    axis.out = sizes[i];
    axis.scale = static_cast<double>(sizes[i]) / static_cast<double>(std::max<int64_t>(axis.in, 1));
    if (i == 0) common = axis.scale;
    common = policy == "not_larger" ? std::min(common, axis.scale) : std::max(common, axis.scale);
  }
  if (policy == "stretch" || call.failed()) return !call.failed();
  if (policy != "not_larger" && policy != "not_smaller")
    call.refuse("keep_aspect_ratio_policy '{}' is not known", policy);
  for (const int64_t number : named) {
    Axis& axis = axes[static_cast<size_t>(number)];
    axis.scale = common;
    axis.out = static_cast<int64_t>(std::floor(common * static_cast<double>(axis.in) + 0.5));
  }
  return !call.failed();
}

bool set_crop(OpCall& call, std::vector<Axis>& axes, const Sizes& named) {
  const auto crop = numbers_of(call, 1);
  if (crop.size() != 2 * named.size()) call.refuse("roi has {} values for {} axes", crop.size(), named.size());
  for (size_t i = 0; i < named.size() && !call.failed(); ++i) {
    axes[static_cast<size_t>(named[i])].crop_begin = crop[i];
    axes[static_cast<size_t>(named[i])].crop_end = crop[named.size() + i];
  }
  return !call.failed();
}

}  // namespace

Values upsample(OpCall& call) {
  std::vector<Axis> axes = whole_axes(call[0]);
  Sizes named(axes.size());
  std::iota(named.begin(), named.end(), 0);
  const auto scales = call.opset() >= 9 ? numbers_of(call, 1) : call.reals("scales", {});
  if (!set_scales(call, axes, named, scales)) return {};
  const std::string mode = call.text("mode", "nearest");
  return resize_by(call, axes, {mode == "bilinear" ? "linear" : mode, "asymmetric", "floor"});
}

Values resize(OpCall& call) {
  std::vector<Axis> axes = whole_axes(call[0]);
  Sizes all(axes.size());
  std::iota(all.begin(), all.end(), 0);
  const Sizes named = call.axes_of(call.integers("axes", all), call[0].dim());
  const bool first_form = call.opset() < 11;  // opset 10: inputs X, scales
  const auto scales = numbers_of(call, first_form ? 1 : 2);
  const Sizes sizes = first_form ? Sizes{} : call.integers_of(3);
  if (scales.empty() == sizes.empty()) return call.refuse("needs either scales or sizes");
  if (!(scales.empty() ? set_sizes(call, axes, named, sizes) : set_scales(call, axes, named, scales))) return {};
  Options options{call.text("mode", "nearest"),
                  call.text("coordinate_transformation_mode", first_form ? "asymmetric" : "half_pixel"),
                  call.text("nearest_mode", first_form ? "floor" : "round_prefer_floor")};
  options.cubic_a = call.real("cubic_coeff_a", -0.75);
  options.outside_value = call.real("extrapolation_value", 0.0);
  options.exclude_outside = call.integer("exclude_outside", 0) != 0;
  options.antialias = call.integer("antialias", 0) != 0;
  if (options.coordinates == "tf_crop_and_resize" && !set_crop(call, axes, named)) return {};
  return resize_by(call, axes, options);
}

}  // namespace apprentice::onnx::run::ops
