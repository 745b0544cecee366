// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/torchscript_model.h"

#include <torch/script.h>

#include "apprentice/base/files.h"
#include "apprentice/base/nearest.h"
#include "apprentice/teacher/model_files.h"

namespace apprentice::teacher {
namespace {

// The first line of a libtorch error that says something: TorchScript puts a stack trace around it.
std::string reason_of(const std::exception& error) {
  const std::string text = error.what();
  const size_t named = text.find("RuntimeError: ");
  const std::string from = named == std::string::npos ? text : text.substr(named + 14);
  return from.substr(0, from.find('\n'));
}

using Named = std::vector<std::pair<std::string, c10::IValue>>;

// What forward() gave, by name: "" of a lone value, else keys of a dict or positions in a tuple or list.
Named values_of(const c10::IValue& given) {
  Named values;
  if (given.isGenericDict()) {
    for (const auto& entry : given.toGenericDict())
      values.emplace_back(entry.key().isString() ? entry.key().toStringRef() : "?", entry.value());
  } else if (given.isTuple() || given.isList()) {
    const std::vector<c10::IValue> list =
        given.isTuple() ? given.toTupleRef().elements().vec() : given.toListRef().vec();
    for (const c10::IValue& value : list) values.emplace_back(std::to_string(values.size()), value);
  } else {
    values.emplace_back("", given);
  }
  return values;
}

// The tensor that `name` picks out of what forward() gave.
Result<at::Tensor> choose_output(const c10::IValue& given, const std::string& name, const std::string& place) {
  const Named values = values_of(given);
  std::vector<std::string> names;
  for (const auto& [own, value] : values) {
    if (value.isTensor() && (own == name || (name.empty() && values.size() == 1))) return value.toTensor();
    if (!own.empty()) names.push_back(own);
  }
  if (names.empty())
    return bad_input(place, "forward() gives {}{}; a tensor, or a dict or tuple of tensors, is expected",
                     given.tagKind(), name.empty() ? "" : ", so output_name has nothing to choose from");
  return bad_input(place, "forward() gives {} values, so output_name must say which tensor is the answer; {}",
                   names.size(), known_names("outputs", names, name));
}

Result<Tensor> host_floats(const at::Tensor& output, const std::string& place) {
  if (output.is_complex()) return bad_input(place, "forward() gives complex numbers");
  const at::Tensor host = output.to(at::kCPU, at::kFloat).contiguous();
  Tensor out(DType::kF32, host.sizes().vec());
  std::copy_n(host.data_ptr<float>(), host.numel(), out.data<float>());
  return out;
}

// Calls use(what forward() gave) without gradients; what libtorch throws becomes an error.
template <typename Use>
auto with_forward(torch::jit::Module& module, const Tensor& samples, at::Device where, const std::string& place,
                  Use use) -> decltype(use(c10::IValue())) {
  const c10::InferenceMode inference;
  try {
    auto* values = const_cast<float*>(samples.data<float>());  // forward() gets its own copy
    return use(module.forward({at::from_blob(values, samples.shape(), at::kFloat).to(where, at::kFloat, false, true)}));
  } catch (const BrokenPromise&) {
    throw;
  } catch (const std::exception& error) {  // libtorch refuses shapes and types by exception
    return bad_input(place, "forward() cannot take samples of shape {}: {}", to_string(samples.shape()),
                     reason_of(error));
  }
}

class TorchscriptModel : public RawModel {
 public:
  TorchscriptModel(torch::jit::Module module, std::string output, at::Device where, std::string place)
      : module_(std::move(module)), output_(std::move(output)), where_(where), place_(std::move(place)) {}

  Result<Tensor> run(const Tensor& prepared) override {
    return with_forward(module_, prepared, where_, place_, [this](const c10::IValue& given) -> Result<Tensor> {
      APPRENTICE_TRY(const at::Tensor output, choose_output(given, output_, place_));
      return host_floats(output, place_);
    });
  }

 private:
  torch::jit::Module module_;
  std::string output_;
  at::Device where_;
  std::string place_;
};

Result<torch::jit::Module> load_module(const std::string& file, at::Device where) {
  if (!file_exists(file)) return fail(ErrorKind::kNotFound, file, "no such file");
  try {
    torch::jit::Module module = torch::jit::load(file, where);
    module.eval();
    return module;
  } catch (const std::exception& error) {
    return bad_input(file, "is no TorchScript module (as torch.jit.script or torch.jit.trace save it): {}",
                     reason_of(error));
  }
}

int64_t parameters_of(const torch::jit::Module& module) {
  int64_t count = 0;
  for (const at::Tensor& parameter : module.parameters()) count += parameter.numel();
  return count;
}

Result<NamedOutputs> all_outputs(const c10::IValue& given, const std::string& place) {
  NamedOutputs outputs;
  for (const auto& [name, value] : values_of(given)) {
    if (!value.isTensor()) continue;
    APPRENTICE_TRY(Tensor host, host_floats(value.toTensor(), place));
    outputs.emplace_back(name.empty() ? "output" : name, std::move(host));
  }
  if (outputs.empty()) return bad_input(place, "forward() gives {}, and no tensor", given.tagKind());
  return outputs;
}

// Modules that hold parameters themselves, or nothing else.
std::vector<ModelPart> parts_of(const torch::jit::Module& module) {
  std::vector<ModelPart> parts;
  for (const auto& [name, part] : module.named_modules()) {
    int64_t own = 0;
    for (const at::Tensor& parameter : part.parameters(false)) own += parameter.numel();
    if (own == 0 && part.children().size() > 0) continue;
    const auto type = part.type()->name();
    parts.push_back({name.empty() ? "(model)" : name, type ? type->name() : "?", own});
  }
  return parts;
}

}  // namespace

Result<OpenedModel> open_torchscript(const std::string& path) {
  APPRENTICE_TRY(torch::jit::Module module, load_module(path, at::kCPU));
  OpenedModel opened;
  opened.format = "TorchScript";
  APPRENTICE_TRY(opened.fingerprint, hash_file(path));
  opened.parameters = parameters_of(module);
  opened.parts = parts_of(module);
  opened.run = [module, path](const Tensor& samples) mutable {
    return with_forward(module, samples, at::kCPU, path,
                        [&](const c10::IValue& given) { return all_outputs(given, path); });
  };
  return opened;
}

Result<std::unique_ptr<RawModel>> load_torchscript(const std::string& file, const std::string& output_name,
                                                   const onnx::run::ComputeDevice& device, int64_t& parameters) {
  const at::Device where(device.name);
  APPRENTICE_TRY(torch::jit::Module module, load_module(file, where));
  parameters = parameters_of(module);
  return std::make_unique<TorchscriptModel>(std::move(module), output_name, where, file);
}

}  // namespace apprentice::teacher
