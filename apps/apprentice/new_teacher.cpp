// SPDX-License-Identifier: Apache-2.0
#include "new_teacher.h"

#include <algorithm>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/data/guess/data_text.h"
#include "apprentice/data/load.h"
#include "apprentice/teacher/guess.h"

namespace apprentice::cli {
namespace {

std::string model_text(const onnx::OnnxGraph& graph) {
  std::string text = "# The model:";
  for (const onnx::OnnxValueInfo& value : graph.inputs)
    text += fmt::format(" input {} {};", value.name, onnx::shape_text(value));
  for (const onnx::OnnxValueInfo& value : graph.outputs)
    text += fmt::format(" output {} {};", value.name, onnx::shape_text(value));
  text.back() = '\n';
  return text;
}

std::string list_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += fmt::format("{}{:.6g}", text.empty() ? "" : ", ", value);
  return "[" + text + "]";
}

// How training prepared the samples cannot be seen; the data's own mean and deviation show where it goes.
Result<std::string> preparation_text(const data::Dataset& train) {
  APPRENTICE_TRY(const data::Normalisation own, data::fit_normalisation(train, data::ConstantChannels::kAllow));
  std::vector<double> mean(own.mean.begin(), own.mean.end()), deviation;
  for (const float scale : own.scale) deviation.push_back(scale > 0.0F ? 1.0 / static_cast<double>(scale) : 1.0);
  return fmt::format(
      "# The teacher gets samples as they are. What its training script did to them first, (x * scale - mean) / std, "
      "is\n"
      "# said here: scale is one number; mean and std are one, or one per channel. Those below are of your samples.\n"
      "# scale = 1.0\n# mean = {}\n# std = {}\n",
      list_text(mean), list_text(deviation));
}

}  // namespace

Result<NewTeacher> read_teacher(const std::string& path) {
  NewTeacher teacher{path, std::nullopt};
  if (path.empty() || teacher::guess_source(path) != "onnx") return teacher;
  auto graph = onnx::read_onnx(path);
  const std::string ending = std::filesystem::path(path).extension().string();
  if (!graph && ending != ".onnx" && file_exists(path)) {
    return bad_input(
        path,
        "is no teacher that is read here; known: .onnx, .pt (TorchScript), .ubj and .json (XGBoost), .npy and "
        ".csv (recorded answers). docs/howto/bring_your_teacher.md tells how Keras, PyTorch and XGBoost "
        "write them, and what to do with others");
  }
  if (!graph) return pass_on(graph);
  teacher.graph = std::move(*graph);
  return teacher;
}

data::TeacherHints hints_of(const NewTeacher& teacher) {
  data::TeacherHints hints;
  if (!teacher.graph || teacher.graph->inputs.size() != 1) return hints;
  const auto& dims = teacher.graph->inputs.front().dims;
  for (size_t i = 1; i < dims.size(); ++i) hints.input.push_back(std::max<int64_t>(0, dims[i].size));
  for (const onnx::OnnxValueInfo& output : teacher.graph->outputs) {
    if (output.dims.size() < 2 || output.dims.back().size < 1) continue;
    hints.outputs = std::max(hints.outputs, output.dims.back().size);
  }
  hints.classifies = hints.outputs > 1;
  return hints;
}

Result<std::string> teacher_text(const NewTeacher& teacher, const data::GuessedData& data,
                                 const std::string& job_folder) {
  if (teacher.path.empty()) return std::string();
  const data::DatasetInfo& info = data.info;
  std::string text = "\n" + (teacher.graph ? model_text(*teacher.graph) : std::string());
  text += fmt::format("[teacher]\nsource = {}\npath = {}\n", toml_text(teacher::guess_source(teacher.path)),
                      toml_text(data::path_from(job_folder, teacher.path)));
  for (const teacher::GuessedKey& key :
       teacher.graph ? teacher::guess_preprocessing(*teacher.graph, info) : std::vector<teacher::GuessedKey>{}) {
    text += data::job_line(key.key, key.value, "guessed: " + key.reason);
  }
  if (data.splits && (teacher.graph || teacher::guess_source(teacher.path) == "torchscript")) {
    APPRENTICE_TRY(const std::string preparation, preparation_text(*data.splits->train));
    text += preparation;
  }
  const std::vector<std::string> own =
      teacher.graph ? teacher::named_classes(*teacher.graph) : std::vector<std::string>();
  if (info.task == TaskKind::kClassification && !own.empty()) {
    text += data::comment_lines("The model names its classes: " + data::toml_list(own) + ". Its order is taken.");
  } else if (info.task == TaskKind::kClassification && !info.class_names.empty()) {
    text += "# Name the teacher's classes in its own order when that is not the order below:\n# classes = [";
    for (size_t i = 0; i < info.class_names.size(); ++i) text += (i > 0 ? ", " : "") + toml_text(info.class_names[i]);
    text += "]\n";
  }
  return text;
}

}  // namespace apprentice::cli
