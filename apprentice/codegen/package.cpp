// SPDX-License-Identifier: Apache-2.0
#include "apprentice/codegen/package.h"

#include <cmath>

#include "apprentice/codegen/source_text.h"
#include "apprentice/layers/layer.h"

namespace apprentice::codegen {
namespace {

constexpr int64_t kLargestArena = int64_t{1} << 28;  // indices in the kernels are int32

Status check_samples(const quant::QuantNet& net, const Tensor& samples) {
  Shape expected = net.spec.input_shape;
  const bool fits = samples.dtype() == DType::kF32 && samples.shape().size() == expected.size() + 1 &&
                    samples.shape()[0] >= 1 &&
                    std::equal(expected.begin(), expected.end(), samples.shape().begin() + 1);
  if (!fits) {
    return bad_input("test vectors", "found {} {}, expected at least one float32 sample of {}",
                     to_string(samples.dtype()), to_string(samples.shape()), to_string(expected));
  }
  const float* values = samples.data<float>();
  for (int64_t i = 0; i < samples.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return bad_input("test vectors", "sample {} holds a value that is not finite",
                       i / (samples.size() / samples.shape()[0]));
    }
  }
  return {};
}

Status check_size(const quant::QuantNet& net, const MemoryPlan& plan) {
  int64_t largest = plan.arena_bytes;
  for (const layers::QuantLayer& layer : net.layers)
    largest = std::max(largest, static_cast<int64_t>(layer.weights.size()));
  if (largest <= kLargestArena) return {};
  return fail(ErrorKind::kUnsupported, net.name, "needs an array of {} bytes; generated C addresses at most {}",
              largest, kLargestArena);
}

// What `text` includes of runtime/, and what that includes.
void add_kernels(const std::string& text, std::map<std::string, std::string>& files) {
  for (const auto& [name, kernel] : runtime_files()) {
    if (files.count(name) > 0 || text.find("#include \"" + name + "\"") == std::string::npos) continue;
    files[name] = kernel;
    add_kernels(kernel, files);
  }
}

package::PackageTensor tensor_of(const layers::QuantTensor& tensor) {
  return {tensor.height, tensor.width, tensor.channels, tensor.params.scale, tensor.params.zero_point};
}

std::vector<package::PackageLayer> layers_of(const quant::QuantNet& net, const MemoryPlan& plan) {
  std::vector<package::PackageLayer> layers;
  for (size_t i = 0; i < net.layers.size(); ++i) {
    const layers::QuantLayer& layer = net.layers[i];
    const auto output = static_cast<size_t>(layer.output);
    layers.push_back({layer.name, layer.kind, tensor_of(net.tensors[output]), plan.offsets[output],
                      plan.scratch_bytes[i], static_cast<int64_t>(layer.weights.size())});
  }
  return layers;
}

package::PackageStream stream_of(const quant::QuantNet& net, const StreamPlan& plan) {
  package::PackageStream stream{plan.hop, plan.window, plan.context_bytes(), plan.kept_bytes(net), 0, 0, {}};
  for (size_t i = 0; i < net.layers.size(); ++i) {
    const layers::QuantTensor& output = net.tensors[static_cast<size_t>(net.layers[i].output)];
    const int64_t columns = plan.tensors[static_cast<size_t>(net.layers[i].output)].fresh;
    if (layers::layer_kind(net.layers[i].kind).role == layers::Int8Role::kWeights) {
      stream.macs += columns * static_cast<int64_t>(net.layers[i].weights.size());
      stream.window_macs += output.width * static_cast<int64_t>(net.layers[i].weights.size());
    }
    stream.layers.push_back({net.layers[i].name, columns, output.width, plan.layers[i].why_whole});
  }
  return stream;
}

package::PackageManifest manifest_of(const SourceInput& source, int64_t vectors) {
  const quant::QuantNet& net = source.net;
  package::PackageManifest manifest;
  manifest.name = net.name;
  manifest.prefix = source.options.prefix;
  manifest.arm = source.options.arm;
  manifest.task = net.spec.task;
  manifest.net_fingerprint = quant::fingerprint(net);
  manifest.spec_fingerprint = model::fingerprint(net.spec);
  manifest.classes = net.spec.class_names;
  manifest.input = tensor_of(net.tensors[0]);
  if (net.frontend != nullptr) {
    manifest.raw_channels = net.spec.input_shape[0];
    manifest.raw_steps = net.spec.input_shape[1];
    for (const model::FrontendPart& part : net.spec.frontend->parts) {
      for (const model::StageSpec& stage : part.stages) manifest.frontend.push_back(stage.kind);
    }
  }
  manifest.output = tensor_of(net.tensors[static_cast<size_t>(net.layers.back().output)]);
  manifest.channel_names = source.options.channels;
  manifest.steps_per_reading = source.options.steps_per_reading;
  manifest.arena_bytes = source.plan.arena_bytes;
  manifest.arena_lower_bound_bytes = source.plan.lower_bound_bytes;
  manifest.vectors = vectors;
  manifest.layers = layers_of(net, source.plan);
  if (source.stream != nullptr) manifest.stream = stream_of(net, *source.stream);
  return manifest;
}

}  // namespace

Result<package::DevicePackage> generate_package(const quant::QuantNet& net, const Tensor& samples,
                                                const PackageOptions& options) {
  APPRENTICE_CHECK(check_prefix(options.prefix));
  APPRENTICE_CHECK(check_samples(net, samples));
  const MemoryPlan plan = plan_memory(net);
  APPRENTICE_CHECK(check_size(net, plan));
  SourceInput source{net, plan, options};
  StreamPlan stream;
  StreamText text;
  if (options.hop != 0) {
    APPRENTICE_CHECK(check_hop(net.spec, options.hop));
    stream = plan_stream(net, options.hop);
    APPRENTICE_CHECK(check_size(net, stream.memory));
    source.stream = &stream;
    APPRENTICE_TRY(text, stream_text(source));
  }
  std::map<std::string, std::string> files;
  APPRENTICE_TRY(files[options.prefix + ".c"], source_text(source, text));
  files[options.prefix + ".h"] = header_text(source, text.declarations);
  files[options.prefix + "_vectors.h"] = vectors_header(net, samples, options.prefix);
  files["example.c"] = example_text(source);
  files["vectors.bin"] = vectors_binary(net, samples);
  add_kernels(files[options.prefix + ".c"], files);
  return package::seal_package(manifest_of(source, samples.shape()[0]), std::move(files));
}

}  // namespace apprentice::codegen
