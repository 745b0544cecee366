// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/job.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/base/nearest.h"
#include "apprentice/codegen/package.h"
#include "apprentice/losses/loss.h"
#include "apprentice/pipeline/teach_job.h"

namespace apprentice {
namespace {

constexpr const char* kTables[] = {"data",      "split",     "views",   "teacher", "teach",
                                   "assistant", "relevance", "student", "loss",    "train",
                                   "control",   "quantize",  "device",  "package", "report"};
constexpr int64_t kMaxCalibrationSamples = 1'000'000, kMaxVectors = 100'000;

// Unknown names at the top of the file, before any table is read.
Status check_top(const std::string& text, const std::string& path) {
  APPRENTICE_TRY(Config top, Config::parse(text, path));
  for (const char* key : {"name", "seed", "threads", "metric"}) static_cast<void>(top.read_any(key));
  for (const char* table : kTables) static_cast<void>(top.read_any(table));
  return top.finish();
}

// [train] or [teach.train]; seed and threads are the job's unless the table has its own.
Result<TrainOptions> read_schedule(Config& table, const Job& job) {
  APPRENTICE_TRY(TrainOptions options, read_train_options(table));
  if (!table.has("seed")) options.seed = job.seed;
  if (!table.has("threads")) options.threads = job.threads;
  table.read("seed", options.seed).read("threads", options.threads);
  APPRENTICE_CHECK(table.finish());
  return options;
}

void read_device_keys(Config& table, DeviceJob& device) {
  table.read("name", device.name);
  table.read_bounded("flash_bytes", device.flash_bytes, 0, int64_t{1} << 40);
  table.read_bounded("ram_bytes", device.ram_bytes, 0, int64_t{1} << 40);
  table.read_bounded("vectors", device.vectors, 1, kMaxVectors);
  table.read_bounded("count_instructions", device.count_instructions, 1, 10'000);
}

bool is_plain_name(const std::string& name) {
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), plain);
}

// What a device of a hall may have of its own.
const std::vector<ConfigLayer>& device_layers() {
  static const std::vector<ConfigLayer> kLayers = {
      {"relevance", {}}, {"student", {"family", "layer"}}, {"loss", {"name"}}, {"train", {}}};
  return kLayers;
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

Result<Job> Job::load(const std::string& path) {
  APPRENTICE_TRY(const std::string text, read_file(path, int64_t{16} << 20));
  return parse(text, path);
}

Result<Job> Job::parse(const std::string& text, const std::string& path) {
  APPRENTICE_CHECK(check_top(text, path));
  Job job;
  job.path = path;
  job.folder = folder_of(path);
  job.text = text;
  APPRENTICE_TRY(job.root, Config::parse(text, path));
  APPRENTICE_CHECK(job.read());
  return job;
}

Result<Job> Job::device_job(const std::string& id) const {
  const auto found = std::find(device_ids.begin(), device_ids.end(), id);
  if (found == device_ids.end()) {
    return bad_input(path, "has no [[device]] '{}'; {}", id, known_names("devices", device_ids, id));
  }
  Job job;
  job.path = path;
  job.folder = folder;
  job.text = text;
  const auto index = static_cast<size_t>(found - device_ids.begin());
  APPRENTICE_TRY(job.root, Config::parse_entry(text, path, "device", index, device_layers()));
  static_cast<void>(job.root.table("device").read_any("id"));
  APPRENTICE_CHECK(job.read());
  job.hall = name;
  job.name = id;
  return job;
}

Result<Job> Job::copy() const {
  APPRENTICE_TRY(Job again, parse(text, path));
  return is_of_hall() ? again.device_job(name) : again;
}

Status Job::read() {
  root.read("name", name).read("seed", seed).read_bounded("threads", threads, 0, 1024);
  if (!is_plain_name(name)) {
    root.reject("name", fmt::format("'name' is '{}'; expected 1 to 64 letters, digits, '_' or '-'", name));
  }
  data = root.table("data");
  bool allow_constant = false;
  data.read("allow_constant", allow_constant);
  if (allow_constant) constant_channels = ConstantChannels::kAllow;
  split = root.table("split");
  views = root.table("views");
  teacher = root.table("teacher");
  teach_network = root.table("teach");
  relevance = root.table("relevance");
  student = root.table("student");
  teach.present = root.has("teach");
  if (teach.present && root.has("teacher")) {
    root.reject("teacher", "a job has either [teacher] (a model that exists) or [teach] (one to train), not both");
  }
  std::string task = "classification";
  data.read("task", task);
  if (task == "regression") task_ = TaskKind::kRegression;
  read_metric();
  APPRENTICE_TRY(loss, read_loss(root.table("loss"), has_tutor() ? Tutor::kPresent : Tutor::kMissing));
  APPRENTICE_CHECK(read_training());
  APPRENTICE_CHECK(read_assistants());
  APPRENTICE_CHECK(read_quantize());
  APPRENTICE_CHECK(read_products());
  if (root.is_list_of_tables("device")) return read_device_ids();
  Config table = root.table("device");
  read_device_keys(table, device);
  return table.finish();
}

void Job::read_metric() {
  std::vector<std::string> names = metric_names(task_);
  names.insert(names.begin(), "auto");
  std::string chosen = "auto";
  root.read_choice("metric", chosen, names);
  metric_ = find_metric(chosen);
}

Status Job::read_device_ids() {
  for (Config& table : root.tables("device")) {
    std::string id;
    table.require("id", id);
    if (!is_plain_name(id)) {
      table.reject("id", fmt::format("'id' is '{}'; expected 1 to 64 letters, digits, '_' or '-'", id));
    }
    if (std::find(device_ids.begin(), device_ids.end(), id) != device_ids.end()) {
      table.reject("id", fmt::format("there are two devices '{}'; each needs an id of its own", id));
    }
    DeviceJob ignored;
    read_device_keys(table, ignored);
    for (const ConfigLayer& layer : device_layers()) static_cast<void>(table.read_any(layer.table));
    APPRENTICE_CHECK(table.finish());
    device_ids.push_back(id);
  }
  return {};
}

Result<LossJob> Job::read_loss(Config table, Tutor tutor) {
  const bool regression = task_ == TaskKind::kRegression;
  LossJob read{regression ? "mse" : "kd", table};
  table.read("name", read.name);
  const auto made = make_loss(read.name, table);
  if (!made) return pass_on(made);
  if (find_loss_kind(read.name)->task != task_) {
    table.reject("name", fmt::format("loss '{}' is not for {}; of labels alone learns '{}', and apprentice list losses "
                                     "tells all",
                                     read.name, regression ? "regression" : "classification", label_only_loss(task_)));
  }
  if (find_loss_kind(read.name)->needs_teacher && tutor == Tutor::kMissing) {
    table.reject("name", fmt::format("loss '{}' learns from a teacher, but the job has neither [teacher] nor [teach]; "
                                     "add one, or choose a loss of labels alone",
                                     read.name));
  }
  APPRENTICE_CHECK(table.finish());
  return read;
}

Status Job::read_assistants() {
  if (!root.has("assistant")) return {};
  for (Config& table : root.tables("assistant")) {
    AssistantJob assistant{table, {}, train};
    const bool has_tutor = root.has("teacher") || teach.present || !assistants.empty();
    APPRENTICE_TRY(assistant.loss, read_loss(table.table("loss"), has_tutor ? Tutor::kPresent : Tutor::kMissing));
    if (table.has("train")) {
      Config schedule = table.table("train");
      APPRENTICE_TRY(assistant.train, read_schedule(schedule, *this));
    }
    assistants.push_back(std::move(assistant));
  }
  return {};
}

Status Job::read_training() {
  Config table = root.table("train");
  APPRENTICE_TRY(train, read_schedule(table, *this));
  Config arm = root.table("control");
  arm.read("enabled", control).read("views", control_views).read("fallback", fallback);
  arm.read_bounded("seeds", seeds, 1, 100);
  APPRENTICE_CHECK(arm.finish());
  if (!teach.present) return {};
  APPRENTICE_TRY(teach,
                 read_teach_job(teach_network, [this](Config& schedule) { return read_schedule(schedule, *this); }));
  return {};
}

Status Job::read_quantize() {
  Config table = root.table("quantize");
  const std::vector<std::string>& names = calibration_names();
  std::string method = to_string(quantize.calibration);
  table.read_choice("calibration", method, names);
  const auto row = std::find(names.begin(), names.end(), method);
  if (row != names.end()) quantize.calibration = static_cast<CalibrationMethod>(row - names.begin());
  table.read("percentile", quantize.percentile);
  if (quantize.percentile <= 50.0 || quantize.percentile > 100.0) {
    table.reject("percentile",
                 fmt::format("'percentile' is {}; expected more than 50, at most 100", quantize.percentile));
  }
  table.read_bounded("calibration_samples", quantize.calibration_samples, 1, kMaxCalibrationSamples);
  return table.finish();
}

Status Job::read_products() {
  Config shipped = root.table("package");
  shipped.read("prefix", package.prefix);
  const Status prefix = check_prefix(package.prefix);
  if (!package.prefix.empty() && !prefix) shipped.reject("prefix", prefix.error().message);
  shipped.read_bounded("vectors", package.vectors, 1, 100'000);
  APPRENTICE_CHECK(shipped.finish());
  Config page = root.table("report");
  page.read("title", report.title).read("notes", report.notes);
  page.read_bounded("bootstrap_rounds", report.bootstrap_rounds, 100, 1'000'000);
  return page.finish();
}

bool predicts_remaining_life(const Job& job) { return explain(job).at("data").contains("derived_target"); }

std::string target_name(const Job& job) {
  return predicts_remaining_life(job) ? "remaining cycles" : explain(job).at("data").value("target", "");
}

std::string target_unit(const Job& job) { return predicts_remaining_life(job) ? "cycles" : ""; }

nlohmann::ordered_json explain(const Job& job) {
  const nlohmann::ordered_json own = job.root.resolved();
  nlohmann::ordered_json json = {{"name", job.name}};
  const auto take = [&](const char* key) {
    const auto& from = job.resolved_elsewhere.contains(key) ? job.resolved_elsewhere : own;
    if (from.contains(key)) json[key] = from.at(key);
  };
  for (const char* key : {"seed", "threads", "metric"}) take(key);
  for (const char* key : kTables) take(key);
  return json;
}

}  // namespace apprentice
