// SPDX-License-Identifier: Apache-2.0
#include "new_job.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "apprentice/base/files.h"
#include "apprentice/data/load.h"
#include "apprentice/data/probe.h"
#include "apprentice/device/device.h"
#include "apprentice/onnx/graph.h"
#include "apprentice/teacher/guess.h"
#include "new_networks.h"

namespace apprentice::cli {
namespace {

constexpr int64_t kDefaultWindow = 128;

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

std::string job_name(const std::string& data) {
  std::string name = std::filesystem::path(data).stem().string();
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name.empty() ? "student" : name.substr(0, 40);
}

// The longest known axis of the teacher's input after the batch: the window, where the data is a signal.
std::optional<int64_t> teacher_window(const std::optional<OnnxGraph>& teacher) {
  if (!teacher || teacher->inputs.size() != 1) return std::nullopt;
  int64_t longest = 0;
  const auto& dims = teacher->inputs.front().dims;
  for (size_t i = 1; i < dims.size(); ++i) longest = std::max(longest, dims[i].size);
  return longest > 1 ? std::optional<int64_t>(longest) : std::nullopt;
}

// The last column of numbers that varies.
std::string target_column(const DataProbe& probe) {
  std::string target;
  for (const ColumnProbe& column : probe.columns) {
    const bool number = column.kind == ColumnProbe::Kind::kInteger || column.kind == ColumnProbe::Kind::kNumber;
    if (number && !column.constant && column.name != probe.group_column) target = column.name;
  }
  return target;
}

// Where no column is called a label: the first one of few texts that is neither file nor group.
std::string class_column(const DataProbe& probe) {
  if (!probe.label_column.empty()) return probe.label_column;
  for (const ColumnProbe& column : probe.columns) {
    const bool few = column.distinct >= 2 && column.distinct <= 100 && 2 * column.distinct <= probe.rows;
    if (column.kind == ColumnProbe::Kind::kText && few && column.name != probe.group_column &&
        column.name != probe.file_column) {
      return column.name;
    }
  }
  return "";
}

std::string window_text(const NewJob& request, const DataProbe& probe, const std::optional<OnnxGraph>& teacher) {
  if (probe.format != "recordings" && probe.format != "wav") return "";
  const auto from_teacher = teacher_window(teacher);
  const int64_t length = from_teacher.value_or(kDefaultWindow);
  const char* why = from_teacher              ? "what the teacher takes"
                    : request.teacher.empty() ? "a guess"
                                              : "a guess: as many as the teacher was trained on";
  return fmt::format(
      "\n[data.window]            # samples are cut from recordings; in rows\n"
      "length = {0}             # {1}\nstride = {0}\n",
      length, why);
}

bool is_arrays(const DataProbe& probe) { return probe.format == "npy" || probe.format == "npz"; }

Status check_labels(const NewJob& request, const DataProbe& probe) {
  const auto tells = [](const DataKeyProbe& key) { return key.key == "labels" || key.key == "targets"; };
  if (!is_arrays(probe) || std::any_of(probe.keys.begin(), probe.keys.end(), tells)) return {};
  return bad_input(
      request.data,
      "no labels are found {0}; put an array of shape [{1}], one number or text for each row, {0} and call "
      "it labels, or like the samples with y for x or labels for samples",
      probe.format == "npz" ? "inside" : "in a file beside it", probe.rows);
}

Result<OnnxGraph> read_teacher(const std::string& path) {
  auto graph = read_onnx(path);
  const std::string ending = std::filesystem::path(path).extension().string();
  if (graph || ending == ".onnx" || !file_exists(path)) return graph;
  return bad_input(
      path,
      "is no teacher that is read here; known: .onnx, .pt (TorchScript), .ubj and .json (XGBoost), .npy and "
      ".csv (recorded answers). docs/howto/bring_your_teacher.md tells how Keras, PyTorch and XGBoost "
      "write them, and what to do with others");
}

std::string columns_text(const DataProbe& probe) {
  std::string text;
  const std::string label = class_column(probe);
  if (!label.empty()) {
    text += fmt::format("label = {}          # the column of the class{}\n", quoted(label),
                        probe.label_column.empty() ? "; a guess: the first one of few texts" : "");
  } else if (!probe.columns.empty()) {
    text += fmt::format(
        "task = \"regression\"      # no column looks like a class; for classes: label = \"...\"\n"
        "target = {}          # a guess: the last column of numbers\n",
        quoted(target_column(probe)));
  }
  if (!probe.group_column.empty()) {
    text += fmt::format("group = {}          # samples that share it stay on one side of the split\n",
                        quoted(probe.group_column));
  }
  for (const ColumnProbe& column : probe.columns) {
    if (column.constant) text += fmt::format("# column {} is constant\n", quoted(column.name));
  }
  return text;
}

std::string data_text(const NewJob& request, const DataProbe& probe, const std::optional<OnnxGraph>& teacher) {
  std::string text = fmt::format("[data]\nformat = {}\npath = {}\n", quoted(probe.format), quoted(request.data));
  for (const DataKeyProbe& key : probe.keys) {
    text += fmt::format("{} = {}          # guessed: {}\n", key.key, key.value, key.reason);
  }
  if (!is_arrays(probe)) text += columns_text(probe);
  text += window_text(request, probe, teacher);
  return text +
         "\n[split]\nby = \"group\"             # whole groups; also: attribute, time, rules, files\n"
         "validation = 0.2\ntest = 0.2\n";
}

Result<Splits> load_data(const std::string& text) {
  APPRENTICE_TRY(Config config, Config::parse(text, "new job"));
  Config data = config.table("data"), split = config.table("split");
  return load_splits(data, split, ".");
}

std::string model_text(const OnnxGraph& graph) {
  std::string text = "# The model:";
  for (const OnnxValueInfo& value : graph.inputs) text += fmt::format(" input {} {};", value.name, shape_text(value));
  for (const OnnxValueInfo& value : graph.outputs) text += fmt::format(" output {} {};", value.name, shape_text(value));
  text.back() = '\n';
  return text;
}

std::string list_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += fmt::format("{}{:.6g}", text.empty() ? "" : ", ", value);
  return "[" + text + "]";
}

// How training prepared the samples cannot be seen; the data's own mean and deviation show where it goes.
Result<std::string> preparation_text(const Dataset& train) {
  APPRENTICE_TRY(const Normalisation own, fit_normalisation(train, ConstantChannels::kAllow));
  std::vector<double> mean(own.mean.begin(), own.mean.end()), deviation;
  for (const float scale : own.scale) deviation.push_back(scale > 0.0F ? 1.0 / static_cast<double>(scale) : 1.0);
  return fmt::format(
      "# The teacher gets samples as they are. What its training script did to them first, (x * scale - mean) / std, "
      "is\n"
      "# said here: scale is one number; mean and std are one, or one per channel. Those below are of your samples.\n"
      "# scale = 1.0\n# mean = {}\n# std = {}\n",
      list_text(mean), list_text(deviation));
}

// `graph` is there for ONNX models only: of other sources nothing is guessed.
Result<std::string> teacher_text(const NewJob& request, const std::optional<OnnxGraph>& graph, const Dataset& train) {
  const DatasetInfo& info = train.info();
  std::string text = "\n" + (graph ? model_text(*graph) : std::string());
  text += fmt::format("[teacher]\nsource = {}\npath = {}\n", quoted(guess_source(request.teacher)),
                      quoted(request.teacher));
  for (const GuessedKey& key : graph ? guess_preprocessing(*graph, info) : std::vector<GuessedKey>{}) {
    text += fmt::format("{} = {}          # guessed: {}\n", key.key, key.value, key.reason);
  }
  if (graph || guess_source(request.teacher) == "torchscript") {
    APPRENTICE_TRY(const std::string preparation, preparation_text(train));
    text += preparation;
  }
  if (info.task == TaskKind::kClassification) {
    text += "# Name the teacher's classes in its own order when that is not the order below:\n# classes = [";
    for (size_t i = 0; i < info.class_names.size(); ++i) text += (i > 0 ? ", " : "") + quoted(info.class_names[i]);
    text += "]\n";
  }
  return text;
}

// What a device does not need can be left out; shown as a comment, since only the user knows.
std::string relevance_text(const std::string& title, const DatasetInfo& info) {
  std::string text =
      "# " + title + "              # this device needs less than its teacher knows: docs/howto/hall.md\n";
  if (info.class_names.size() > 2) {
    text += fmt::format("# classes = [{}, {}]    # the others become one class, \"other\"\n",
                        quoted(info.class_names[0]), quoted(info.class_names[1]));
  }
  const std::vector<std::string> channels = channel_names(info);
  if (channels.size() > 1) text += fmt::format("# channels = [{}]\n", quoted(channels[0]));
  return text;
}

struct NewDevice {
  std::string name, summary;
};

Result<std::vector<NewDevice>> read_devices(const NewJob& request) {
  std::vector<NewDevice> devices;
  for (const std::string& name : request.devices) {
    APPRENTICE_TRY(const DeviceProfile profile, load_device(name));
    devices.push_back({name, profile.summary});
  }
  return devices;
}

std::string devices_text(const std::vector<NewDevice>& devices, const DatasetInfo& info) {
  std::string text;
  for (size_t i = 0; i < devices.size(); ++i) {
    const bool hall = devices.size() > 1;
    text += fmt::format("\n{}                 # {}\n", hall ? "[[device]]" : "[device]", devices[i].summary);
    if (hall) text += fmt::format("id = \"device{}\"\n", i + 1);
    text += fmt::format("name = {}\n", quoted(devices[i].name)) + (hall ? "" : "\n");
    text += relevance_text(hall ? "[device.relevance]" : "[relevance]", info);
  }
  return text;
}

}  // namespace

Result<std::string> new_job_text(const NewJob& request) {
  APPRENTICE_TRY(const std::vector<NewDevice> devices, read_devices(request));
  std::optional<OnnxGraph> teacher;
  if (!request.teacher.empty() && guess_source(request.teacher) == "onnx") {
    APPRENTICE_TRY(teacher, read_teacher(request.teacher));
  }
  APPRENTICE_TRY(const DataProbe probe, probe_data(request.data));
  APPRENTICE_CHECK(check_labels(request, probe));
  const std::string data = data_text(request, probe, teacher);
  APPRENTICE_TRY(const Splits splits, load_data(data));
  const DatasetInfo& info = splits.train->info();
  std::string text =
      "# A job for apprentice. Relative paths start at this file's folder. Every key and its default:\n"
      "# apprentice explain; does it hold: apprentice check; do it: apprentice distill.\n";
  text += fmt::format("name = \"{}\"\nseed = 1\n\n", job_name(request.data)) + data;
  if (!request.teacher.empty()) {
    APPRENTICE_TRY(const std::string table, teacher_text(request, teacher, *splits.train));
    text += table;
  }
  text += networks_text(info, request.teacher.empty() ? Tutored::kByTaught : Tutored::kByGiven);
  return text + devices_text(devices, info);
}

}  // namespace apprentice::cli
