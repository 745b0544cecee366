// SPDX-License-Identifier: Apache-2.0
// Float ONNX: one node per layer, in the layer's own terms.
#include <map>

#include "apprentice/layers/layer.h"
#include "apprentice/onnx/write/export.h"
#include "apprentice/onnx/write/export_graph.h"
#include "apprentice/onnx/write/export_parts.h"

namespace apprentice {
namespace {

// One layer on its way into the graph.
struct Step {
  const LayerSpec& layer;
  const Weights& weights;
  std::vector<std::string> inputs;  // names of values in the graph
  std::vector<Shape> input_shapes;  // without batch
  std::string output;
};

std::string parameter(OnnxWriter& out, const Step& step, const std::string& suffix) {
  return out.constant(step.layer.name + "/" + suffix, step.weights.at(step.layer.name + "." + suffix));
}

void write_dense(OnnxWriter& out, const Step& step) {
  out.node("Gemm", {step.inputs[0], parameter(out, step, "weight"), parameter(out, step, "bias")}, step.output);
  out.with("transB", int64_t{1});
}

void write_conv(OnnxWriter& out, const Step& step) {
  out.node("Conv", {step.inputs[0], parameter(out, step, "weight"), parameter(out, step, "bias")}, step.output);
  add_window(out, step.layer.kernel, step.layer.stride, step.layer.padding, step.input_shapes[0].size() - 1);
}

void write_depthwise(OnnxWriter& out, const Step& step) {
  write_conv(out, step);
  out.with("group", step.input_shapes[0][0]);
}

void write_batchnorm(OnnxWriter& out, const Step& step) {
  out.node("BatchNormalization",
           {step.inputs[0], parameter(out, step, "gamma"), parameter(out, step, "beta"), parameter(out, step, "mean"),
            parameter(out, step, "variance")},
           step.output);
  out.with("epsilon", static_cast<float>(kBatchNormEpsilon));
}

void write_relu(OnnxWriter& out, const Step& step) { out.node("Relu", step.inputs, step.output); }

void write_relu6(OnnxWriter& out, const Step& step) {
  const std::string low = out.floats(step.layer.name + "/low", {}, {0.0F});
  const std::string high = out.floats(step.layer.name + "/high", {}, {6.0F});
  out.node("Clip", {step.inputs[0], low, high}, step.output);
}

void write_maxpool(OnnxWriter& out, const Step& step) {
  out.node("MaxPool", step.inputs, step.output);
  add_window(out, step.layer.kernel, step.layer.stride, step.layer.padding, step.input_shapes[0].size() - 1);
}

// Padding does not count: ONNX's default.
void write_avgpool(OnnxWriter& out, const Step& step) {
  out.node("AveragePool", step.inputs, step.output);
  add_window(out, step.layer.kernel, step.layer.stride, step.layer.padding, step.input_shapes[0].size() - 1);
}

void write_globalavgpool(OnnxWriter& out, const Step& step) {
  const std::string pooled = out.node("GlobalAveragePool", step.inputs, step.layer.name + "/pooled");
  out.node("Flatten", {pooled}, step.output);
}

void write_add(OnnxWriter& out, const Step& step) { out.node("Add", step.inputs, step.output); }

void write_concat(OnnxWriter& out, const Step& step) {
  out.node("Concat", step.inputs, step.output);
  out.with("axis", int64_t{1});
}

void write_flatten(OnnxWriter& out, const Step& step) { out.node("Flatten", step.inputs, step.output); }

void write_softmax(OnnxWriter& out, const Step& step) {
  out.node("Softmax", step.inputs, step.output);
  out.with("axis", int64_t{1});
}

struct WriterRow {
  const char* kind;
  void (*write)(OnnxWriter& out, const Step& step);
};

constexpr WriterRow kWriters[] = {
    {"dense", write_dense},
    {"conv1d", write_conv},
    {"conv2d", write_conv},
    {"depthwise1d", write_depthwise},
    {"depthwise2d", write_depthwise},
    {"batchnorm", write_batchnorm},
    {"relu", write_relu},
    {"relu6", write_relu6},
    {"maxpool1d", write_maxpool},
    {"maxpool2d", write_maxpool},
    {"avgpool1d", write_avgpool},
    {"avgpool2d", write_avgpool},
    {"globalavgpool", write_globalavgpool},
    {"add", write_add},
    {"concat", write_concat},
    {"flatten", write_flatten},
    {"softmax", write_softmax},
};

Status write_layer(OnnxWriter& out, const Step& step) {
  for (const WriterRow& row : kWriters) {
    if (step.layer.kind != row.kind) continue;
    row.write(out, step);
    return {};
  }
  return fail(ErrorKind::kUnsupported, "layer '" + step.layer.name + "'", "{} cannot be written as ONNX yet",
              step.layer.kind);
}

}  // namespace

Result<std::string> export_onnx(const Model& model, Normalise normalise) {
  const NetSpec& spec = model.spec;
  APPRENTICE_TRY(const std::vector<Shape> shapes, infer_shapes(spec));
  APPRENTICE_CHECK(check_weights(spec, model.weights));
  APPRENTICE_CHECK(check_output(spec, shapes.back()));
  OnnxWriter out(spec.name, "float32 network", spec.input_shape);
  std::string input = "input";
  if (normalise == Normalise::kInside) {
    input = write_normalisation(out, spec.input_shape, spec.input_mean, spec.input_scale);
  }
  std::map<std::string, std::pair<std::string, Shape>> values{{kNetInput, {input, spec.input_shape}}};
  for (size_t i = 0; i < spec.layers.size(); ++i) {
    const LayerSpec& layer = spec.layers[i];
    Step step{layer, model.weights, {}, {}, layer.name + "/out"};
    for (const std::string& name : layer.inputs) {
      step.inputs.push_back(values.at(name).first);
      step.input_shapes.push_back(values.at(name).second);
    }
    APPRENTICE_CHECK(write_layer(out, step));
    values[layer.name] = {step.output, shapes[i]};
  }
  write_metadata(out, spec, fingerprint(spec));
  return write_output(out, spec, values.at(spec.layers.back().name).first, shapes.back()[0]);
}

}  // namespace apprentice
