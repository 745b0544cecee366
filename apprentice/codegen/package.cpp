// SPDX-License-Identifier: Apache-2.0
#include "apprentice/codegen/package.h"

#include <cmath>

#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/codegen/source_text.h"

namespace apprentice {
namespace {

constexpr int64_t kLargestArena = int64_t{1} << 28;  // indices in the kernels are int32

Status check_samples(const QuantNet& net, const Tensor& samples) {
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

Status check_size(const QuantNet& net, const MemoryPlan& plan) {
  int64_t largest = plan.arena_bytes;
  for (const QuantLayer& layer : net.layers) largest = std::max(largest, static_cast<int64_t>(layer.weights.size()));
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

nlohmann::ordered_json tensor_json(const QuantTensor& tensor) {
  return {{"height", tensor.height},
          {"width", tensor.width},
          {"channels", tensor.channels},
          {"scale", tensor.params.scale},
          {"zero_point", tensor.params.zero_point}};
}

nlohmann::ordered_json layers_json(const QuantNet& net, const MemoryPlan& plan) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (size_t i = 0; i < net.layers.size(); ++i) {
    const QuantLayer& layer = net.layers[i];
    nlohmann::ordered_json entry = {{"name", layer.name}, {"kind", layer.kind}};
    entry["output"] = tensor_json(net.tensors[static_cast<size_t>(layer.output)]);
    entry["arena_offset"] = plan.offsets[static_cast<size_t>(layer.output)];
    entry["scratch_bytes"] = plan.scratch_bytes[i];
    entry["weight_bytes"] = layer.weights.size();
    layers.push_back(entry);
  }
  return layers;
}

nlohmann::ordered_json make_manifest(const SourceInput& source, const DevicePackage& package, const std::string& arm,
                                     int64_t vectors) {
  const QuantNet& net = source.net;
  nlohmann::ordered_json m;
  m["format"] = "apprentice-device-package";
  m["version"] = 1;
  m["name"] = net.name;
  m["prefix"] = source.options.prefix;
  m["arm"] = arm;
  m["task"] = net.spec.task == TaskKind::kClassification ? "classification" : "regression";
  m["net_fingerprint"] = fingerprint(net);
  m["spec_fingerprint"] = fingerprint(net.spec);
  m["classes"] = net.spec.class_names;
  m["input"] = tensor_json(net.tensors[0]);
  m["input"]["layout"] = "channel-last float32 raw values";
  if (!source.options.channels.empty()) m["input"]["channel_names"] = source.options.channels;
  if (source.options.steps_per_reading > 1) m["input"]["steps_per_reading"] = source.options.steps_per_reading;
  m["output"] = tensor_json(net.tensors[static_cast<size_t>(net.layers.back().output)]);
  m["arena_bytes"] = source.plan.arena_bytes;
  m["arena_lower_bound_bytes"] = source.plan.lower_bound_bytes;
  m["arithmetic"] = "int8, single rounding";
  m["language"] = "C99";
  m["vectors"] = vectors;
  m["layers"] = layers_json(net, source.plan);
  nlohmann::ordered_json hashes = nlohmann::ordered_json::object();
  for (const auto& [path, bytes] : package.files) hashes[path] = sha256_hex(bytes);
  m["sha256"] = hashes;
  return m;
}

}  // namespace

Result<DevicePackage> generate_package(const QuantNet& net, const Tensor& samples, const PackageOptions& options) {
  APPRENTICE_CHECK(check_prefix(options.prefix));
  APPRENTICE_CHECK(check_samples(net, samples));
  const MemoryPlan plan = plan_memory(net);
  APPRENTICE_CHECK(check_size(net, plan));
  const SourceInput source{net, plan, options};
  DevicePackage package;
  APPRENTICE_TRY(package.files[options.prefix + ".c"], source_text(source));
  package.files[options.prefix + ".h"] = header_text(source);
  package.files[options.prefix + "_vectors.h"] = vectors_header(net, samples, options.prefix);
  package.files["example.c"] = example_text(source);
  package.files["vectors.bin"] = vectors_binary(net, samples);
  add_kernels(package.files[options.prefix + ".c"], package.files);
  package.manifest = make_manifest(source, package, options.arm, samples.shape()[0]);
  package.files["manifest.json"] = package.manifest.dump(2) + "\n";
  return package;
}

Status write_package(const DevicePackage& package, const std::string& folder) {
  APPRENTICE_CHECK(make_folder(folder));
  for (const auto& [path, bytes] : package.files) APPRENTICE_CHECK(write_file(folder + "/" + path, bytes));
  return {};
}

}  // namespace apprentice
