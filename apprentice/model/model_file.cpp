// SPDX-License-Identifier: Apache-2.0
// Saving and loading trained networks: docs/formats/model_file.md.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "apprentice/model/container.h"
#include "apprentice/model/net_spec_json.h"

namespace apprentice::model {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kMagic = "APNET001";
constexpr int64_t kMaxDimension = int64_t{1} << 31;

// Takes the next tensor's bytes from `blob`, and only after its size is known to be there.
Tensor take_tensor(const JsonReader& entry, const std::string& name, std::string_view& blob) {
  const Shape shape = entry.integers("shape", 0, kMaxDimension);
  entry.refuse_unknown();
  const int64_t count = checked_element_count(shape);
  if (!entry.status() || count < 0 || count > static_cast<int64_t>(blob.size() / sizeof(float))) {
    entry.refuse("tensor '{}' of shape {} needs more bytes than the {} that are left", name, to_string(shape),
                 blob.size());
    return {};
  }
  Tensor tensor(DType::kF32, shape);
  if (count > 0) std::memcpy(tensor.bytes(), blob.data(), static_cast<size_t>(tensor.byte_count()));
  blob.remove_prefix(static_cast<size_t>(tensor.byte_count()));
  const float* values = tensor.data<float>();
  const bool finite = std::all_of(values, values + count, [](float value) { return std::isfinite(value); });
  if (!finite) entry.refuse("tensor '{}' holds NaN or infinity", name);
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
  const JsonReader reader(content.header, path);
  Model model;
  model.spec = net_spec_from_json(reader.object("spec"));
  reader.expect(reader.raw("provenance").is_object(), "provenance", "an object");
  model.provenance = reader.raw("provenance");
  std::string_view blob = content.blob;
  for (const JsonReader& entry : reader.objects("tensors")) {
    const std::string name = entry.text("name");
    if (!model.weights.emplace(name, take_tensor(entry, name, blob)).second)
      reader.refuse("holds tensor '{}' twice", name);
  }
  reader.refuse_unknown();
  APPRENTICE_CHECK(reader.status());
  if (!blob.empty()) return bad_input(path, "holds {} bytes that belong to no tensor", blob.size());
  return model;
}

}  // namespace apprentice::model
