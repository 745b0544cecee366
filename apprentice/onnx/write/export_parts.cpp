// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/write/export_parts.h"

#include <nlohmann/json.hpp>

#include "apprentice/base/task_names.h"

namespace apprentice::onnx::write {
namespace {

// Names from a user's file may be no UTF-8; ONNX metadata must be.
std::string json_text(const std::vector<std::string>& names) {
  return nlohmann::json(names).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Status check_output(const model::NetSpec& spec, const Shape& shape) {
  if (shape.size() == 1) return {};
  return bad_input("layer '" + spec.layers.back().name + "'",
                   "is the last one and gives {}; ONNX export needs [outputs] there", to_string(shape));
}

std::string write_normalisation(OnnxWriter& out, const Shape& input_shape, const std::vector<float>& mean,
                                const std::vector<float>& scale) {
  if (mean.empty()) return "input";
  Shape per_channel(input_shape.size(), 1);  // [channels, 1, 1] spreads over [N, channels, height, width]
  per_channel[0] = input_shape[0];
  const std::string centred = out.node("Sub", {"input", out.floats("input/mean", per_channel, mean)}, "input/centred");
  return out.node("Mul", {centred, out.floats("input/factor", per_channel, scale)}, "input/normalised");
}

void add_window(OnnxWriter& out, const std::array<int64_t, 2>& kernel, const std::array<int64_t, 2>& stride,
                const std::array<int64_t, 4>& padding, size_t axes) {
  if (axes == 1) {
    out.with("kernel_shape", std::vector<int64_t>{kernel[1]});
    out.with("strides", std::vector<int64_t>{stride[1]});
    out.with("pads", std::vector<int64_t>{padding[1], padding[3]});
    return;
  }
  out.with("kernel_shape", std::vector<int64_t>(kernel.begin(), kernel.end()));
  out.with("strides", std::vector<int64_t>(stride.begin(), stride.end()));
  out.with("pads", std::vector<int64_t>(padding.begin(), padding.end()));
}

std::string write_output(OnnxWriter& out, const model::NetSpec& spec, const std::string& value, int64_t outputs) {
  if (spec.task == TaskKind::kClassification) return out.finish(value, "logits", outputs);
  const std::string scale = out.floats("net/output/unit", {}, {spec.output_scale});
  const std::string mean = out.floats("net/output/mean", {}, {spec.output_mean});
  const std::string scaled = out.node("Mul", {value, scale}, "net/output/scaled");
  return out.finish(out.node("Add", {scaled, mean}, "net/output/real"), "values", outputs);
}

void write_metadata(OnnxWriter& out, const model::NetSpec& spec, const std::string& fingerprint) {
  out.metadata("apprentice.fingerprint", fingerprint);
  out.metadata("apprentice.task", to_string(spec.task));
  if (!spec.class_names.empty()) out.metadata("apprentice.classes", json_text(spec.class_names));
}

}  // namespace apprentice::onnx::write
