// SPDX-License-Identifier: Apache-2.0
// The layers of a net as calls of kernels, each on the columns that it reads and writes.
#include "apprentice/codegen/source_text.h"
#include "apprentice/layers/layer.h"

namespace apprentice::codegen {
namespace {

// A negative offset is that of scratch that is not needed.
std::string arena_at(int64_t offset) { return offset < 0 ? "arena" : fmt::format("(arena + {})", offset); }

// Where the last `columns` columns of a tensor lie.
std::string columns_at(const quant::QuantNet& net, const StreamPlan& plan, const MemoryPlan& memory, int tensor,
                       int64_t columns) {
  const auto index = static_cast<size_t>(tensor);
  return arena_at(memory.offsets[index] + (plan.tensors[index].columns - columns) * net.tensors[index].channels);
}

}  // namespace

Result<LayerTexts> layer_texts(const quant::QuantNet& net, const StreamPlan& columns, const MemoryPlan& memory,
                               const std::string& prefix) {
  LayerTexts result;
  for (size_t i = 0; i < net.layers.size(); ++i) {
    const layers::QuantLayer& layer = net.layers[i];
    const layers::LayerKind& kind = layers::layer_kind(layer.kind);
    if (kind.c.write == nullptr) {
      return fail(ErrorKind::kUnsupported, fmt::format("layer '{}'", layer.name), "kind '{}' has no C code",
                  layer.kind);
    }
    const layers::QuantTensor output = written_by(net, columns, i);
    std::vector<layers::QuantTensor> inputs;
    for (size_t k = 0; k < layer.inputs.size(); ++k) inputs.push_back(read_by(net, columns, i, k));
    const std::string symbol = fmt::format("{}_layer{}", prefix, i);
    layers::CLayerCall call{layer, {}, &output, symbol, symbol + "_window", {}, "", ""};
    for (size_t k = 0; k < inputs.size(); ++k) {
      call.inputs.push_back(&inputs[k]);
      call.input_names.push_back(columns_at(net, columns, memory, layer.inputs[k], inputs[k].width));
    }
    call.output_name = columns_at(net, columns, memory, layer.output, output.width);
    call.scratch_name = arena_at(memory.scratch_offsets[i]);
    if (kind.has_window() && output.width < net.tensors[static_cast<size_t>(layer.output)].width) {
      call.window_name = fmt::format("{}_stream{}_window", prefix, i);
      result.windows += fmt::format("static const apprentice_window {} = {};\n", call.window_name,
                                    layers::c_text::window(layer, inputs[0], output));
    }
    APPRENTICE_TRY(const layers::CLayerText text, kind.c.write(call));
    const std::string comment = fmt::format("/* {}: {} */\n", c_comment(layer.name), layer.kind);
    if (!text.constants.empty()) result.constants += comment + text.constants + "\n";
    result.calls += "  " + comment + text.call;
    result.headers.insert(kind.c.header);
  }
  return result;
}

}  // namespace apprentice::codegen
