// SPDX-License-Identifier: Apache-2.0
// Teacher from a TorchScript module: what torch.jit.trace(...).save() or torch.jit.script(...).save() writes.
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/data/load.h"
#include "apprentice/teacher/guarded_teacher.h"
#include "apprentice/teacher/source.h"
#include "apprentice/teacher/torchscript_model.h"

namespace apprentice::teacher {

Result<std::unique_ptr<Teacher>> make_torchscript_teacher(Config& teacher, const data::DatasetInfo& data,
                                                          const std::string& folder) {
  std::string path, output_name, device = "cpu";
  std::vector<int64_t> input_shape;
  teacher.require("path", path).read("output_name", output_name).read("input_shape", input_shape);
  teacher.read("device", device);
  PreparedKeys keys = read_prepared_keys(teacher);
  if (path.empty())
    return bad_input(teacher.place("path"), "path is empty; the file of a TorchScript module is expected");
  const std::string file = data::resolve_path(folder, path);
  APPRENTICE_TRY(const onnx::run::ComputeDevice where, onnx::run::find_compute_device(device, teacher.place("device")));
  APPRENTICE_TRY(Shape prepared, prepared_shape(keys.how, data.sample_shape, declared_input(input_shape), file));
  ModelFacts facts;
  const std::string name = std::filesystem::path(file).filename().string();
  facts.place = file;
  facts.description = name + " (TorchScript)";
  APPRENTICE_TRY(const std::string bytes_hash, hash_file(file));
  Hasher hasher;
  hasher.add("torchscript teacher 1").add(bytes_hash).add(output_name);
  if (!where.is_cpu()) hasher.add(where.name);  // other last bits
  facts.fingerprint = hasher.hex();
  const auto start = [=](ModelFacts& model) -> Result<std::unique_ptr<RawModel>> {
    APPRENTICE_TRY(std::unique_ptr<RawModel> loaded, load_torchscript(file, output_name, where, model.parameters));
    model.description = fmt::format("{} (TorchScript, {} parameters)", name, model.parameters);
    return loaded;
  };
  return guarded_teacher({fmt::format("the TorchScript module '{}'", name), teacher.place(), std::move(facts),
                          std::move(keys), std::move(prepared), data},
                         start);
}

}  // namespace apprentice::teacher
