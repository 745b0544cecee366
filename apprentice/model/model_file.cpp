// SPDX-License-Identifier: Apache-2.0
// Saving and loading trained networks: docs/formats/model_file.md.
#include <cmath>
#include <cstring>

#include "apprentice/base/json_reader.h"
#include "apprentice/model/container.h"
#include "apprentice/model/net_spec.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kMagic = "APNET001";
constexpr int64_t kMaxDimension = int64_t{1} << 31;

// Takes the next tensor's bytes from `blob`, and only after its size is known to be there.
Result<Tensor> take_tensor(const Json& entry, const std::string& place, std::string_view& blob, std::string& name) {
  JsonReader reader(entry, place);
  Shape shape;
  reader.read("name", name);
  reader.read("shape", shape, 0, kMaxDimension);
  APPRENTICE_CHECK(reader.finish());
  const int64_t count = checked_element_count(shape);
  if (count < 0 || count > static_cast<int64_t>(blob.size() / sizeof(float))) {
    return bad_input(place, "tensor '{}' of shape {} needs more bytes than the {} that are left", name,
                     to_string(shape), blob.size());
  }
  Tensor tensor(DType::kF32, shape);
  if (count > 0) std::memcpy(tensor.bytes(), blob.data(), static_cast<size_t>(tensor.byte_count()));
  blob.remove_prefix(static_cast<size_t>(tensor.byte_count()));
  for (int64_t i = 0; i < count; ++i) {
    if (!std::isfinite(tensor.data<float>()[i])) return bad_input(place, "tensor '{}' holds NaN or infinity", name);
  }
  return tensor;
}

}  // namespace

Status save_model(const Model& model, const std::string& path) {
  Container content;
  Json tensors = Json::array();
  for (const auto& [name, tensor] : model.weights) {
    promise(tensor.dtype() == DType::kF32, "weights are float32");
    tensors.push_back({{"name", name}, {"shape", tensor.shape()}});
    if (tensor.byte_count() == 0) continue;
    content.blob.append(reinterpret_cast<const char*>(tensor.bytes()), static_cast<size_t>(tensor.byte_count()));
  }
  content.header = {{"spec", to_json(model.spec)}, {"provenance", model.provenance}, {"tensors", std::move(tensors)}};
  return write_container(path, kMagic, content);
}

Result<Model> load_model(const std::string& path) {
  APPRENTICE_TRY(const Container content, read_container(path, kMagic, "a model file (.apnet)"));
  JsonReader reader(content.header, path);
  const Json& spec = reader.object("spec");
  const Json& provenance = reader.object("provenance");
  const Json& tensors = reader.array("tensors");
  APPRENTICE_CHECK(reader.finish());
  Model model;
  APPRENTICE_TRY(model.spec, net_spec_from_json(spec, path + " spec"));
  model.provenance = provenance;
  std::string_view blob = content.blob;
  for (size_t i = 0; i < tensors.size(); ++i) {
    std::string name;
    APPRENTICE_TRY(Tensor tensor, take_tensor(tensors[i], fmt::format("{} tensors[{}]", path, i), blob, name));
    if (!model.weights.emplace(name, std::move(tensor)).second) return bad_input(path, "holds tensor '{}' twice", name);
  }
  if (!blob.empty()) return bad_input(path, "holds {} bytes that belong to no tensor", blob.size());
  return model;
}

}  // namespace apprentice
