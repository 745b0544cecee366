// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/job.h"

#include <strings.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/base/nearest.h"
#include "apprentice/base/task_names.h"
#include "apprentice/codegen/package.h"
#include "apprentice/pipeline/teach_job.h"

namespace apprentice::pipeline {
namespace {

constexpr const char* kTables[] = {"data",      "split",    "views",   "teacher", "teach", "assistant",
                                   "relevance", "frontend", "student", "loss",    "train", "control",
                                   "quantize",  "device",   "stream",  "package", "report"};
constexpr int64_t kMaxCalibrationSamples = 1'000'000, kMaxVectors = 100'000;

// Unknown names at the top of the file, before any table is read.
Status check_top(Config top) {
  for (const char* key : {"name", "seed", "threads", "metric"}) static_cast<void>(top.read_any(key));
  for (const char* table : kTables) static_cast<void>(top.read_any(table));
  return top.finish();
}

// [train] or [teach.train]; seed and threads are the job's unless the table has its own.
Result<train::TrainOptions> read_schedule(Config& table, const Job& job) {
  APPRENTICE_TRY(train::TrainOptions options, train::read_train_options(table));
  if (!table.has("seed")) options.seed = job.seed;
  if (!table.has("threads")) options.threads = job.threads;
  table.read("seed", options.seed).read("threads", options.threads);
  APPRENTICE_CHECK(table.finish());
  return options;
}

void read_control(Config& table, Job& job) {
  table.read("enabled", job.control).read("views", job.control_views).read("fallback", job.fallback);
  table.read_bounded("seeds", job.seeds, 1, 100);
}

void read_quantize(Config& table, Job& job) {
  quant::QuantOptions& options = job.quantize;
  const std::vector<std::string>& names = quant::calibration_names();
  std::string method = quant::to_string(options.calibration);
  table.read_choice("calibration", method, names);
  const auto row = std::find(names.begin(), names.end(), method);
  if (row != names.end()) options.calibration = static_cast<quant::CalibrationMethod>(row - names.begin());
  table.read("percentile", options.percentile);
  if (options.percentile <= 50.0 || options.percentile > 100.0) {
    table.reject("percentile",
                 fmt::format("'percentile' is {}; expected more than 50, at most 100", options.percentile));
  }
  table.read_bounded("calibration_samples", options.calibration_samples, 1, kMaxCalibrationSamples);
}

void read_device(Config& table, Job& job) {
  DeviceJob& device = job.device;
  table.read("name", device.name);
  device.place = table.place("name");
  table.read_bounded("flash_bytes", device.flash_bytes, 0, int64_t{1} << 40);
  table.read_bounded("ram_bytes", device.ram_bytes, 0, int64_t{1} << 40);
  table.read_bounded("vectors", device.vectors, 1, kMaxVectors);
  table.read_bounded("count_instructions", device.count_instructions, 1, 10'000);
}

void read_package(Config& table, Job& job) {
  PackageJob& package = job.package;
  table.read("prefix", package.prefix);
  const Status prefix = codegen::check_prefix(package.prefix);
  if (!package.prefix.empty() && !prefix) table.reject("prefix", prefix.error().message);
  table.read_bounded("vectors", package.vectors, 1, 100'000);
}

void read_report(Config& table, Job& job) {
  table.read("title", job.report.title).read("notes", job.report.notes);
  table.read_bounded("bootstrap_rounds", job.report.bootstrap_rounds, 100, 1'000'000);
}

// Tables whose keys are all known here. Each keeps what the table does not say.
using ReadTable = void (*)(Config&, Job&);
constexpr std::pair<const char*, ReadTable> kPlainTables[] = {
    {"control", read_control}, {"quantize", read_quantize}, {"package", read_package}, {"report", read_report}};

bool is_plain_name(const std::string& name) {
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), plain);
}

// What a device of a hall may have of its own.
const std::vector<ConfigLayer>& device_layers() {
  static const std::vector<ConfigLayer> kLayers = {{"relevance", {}},
                                                   {"frontend", {"kind", "part", "layer"}},
                                                   {"student", {"family", "layer"}},
                                                   {"stream", {}},
                                                   {"loss", {"name"}},
                                                   {"train", {}}};
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
  APPRENTICE_TRY(const Config root, Config::parse(text, path));
  APPRENTICE_CHECK(check_top(root));
  Job job;
  job.path = path;
  job.folder = folder_of(path);
  job.text = text;
  APPRENTICE_CHECK(job.read(root));
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
  APPRENTICE_TRY(Config root, Config::parse_entry(text, path, "device", index, device_layers()));
  static_cast<void>(root.table("device").read_any("id"));
  APPRENTICE_CHECK(job.read(std::move(root)));
  job.hall = name;
  job.name = id;
  return job;
}

// What a table holds is read in it; what the job keeps of a table is a copy, which also knows errors found before.
Status Job::read(Config root) {
  root.read("name", name).read("seed", seed);
  root.read_bounded("threads", threads, 0, 1024);
  if (!is_plain_name(name)) {
    root.reject("name", fmt::format("'name' is '{}'; expected 1 to 64 letters, digits, '_' or '-'", name));
  }
  teach.present = root.has("teach");
  if (teach.present && root.has("teacher")) {
    root.reject("teacher", "a job has either [teacher] (a model that exists) or [teach] (one to train), not both");
  }
  APPRENTICE_TRY(data, data::read_data_job(root, folder));
  read_metric(root);
  const bool taught = root.has("teacher") || teach.present || root.has("assistant");
  APPRENTICE_TRY(loss, read_loss(root.table("loss"), taught ? TeacherIs::kPresent : TeacherIs::kMissing));
  APPRENTICE_TRY(train, read_schedule(root.table("train"), *this));
  APPRENTICE_CHECK(read_teachers(root));
  for (const auto& [table, read_table] : kPlainTables) {
    read_table(root.table(table), *this);
    APPRENTICE_CHECK(root.table(table).finish());
  }
  views = root.table("views");
  student = root.table("student");
  if (root.has("relevance")) relevance = root.table("relevance");
  if (root.has("frontend")) frontend = root.table("frontend");
  if (root.has("stream")) stream = root.table("stream");
  if (root.is_list_of_tables("device")) return read_device_ids(root.tables("device"));
  read_device(root.table("device"), *this);
  return root.table("device").finish();
}

void Job::read_metric(Config& root) {
  std::vector<std::string> names = metrics::metric_names(task());
  names.insert(names.begin(), "auto");
  std::string chosen = "auto";
  root.read_choice("metric", chosen, names);
  named_metric = metrics::find_metric(chosen);
}

Status Job::read_device_ids(std::vector<Config>& tables) {
  for (Config& table : tables) {
    std::string id;
    table.require("id", id);
    if (!is_plain_name(id)) {
      table.reject("id", fmt::format("'id' is '{}'; expected 1 to 64 letters, digits, '_' or '-'", id));
    }
    // Each has a folder by its id, and not every file system tells "A" from "a".
    const auto same = std::find_if(device_ids.begin(), device_ids.end(), [&](const std::string& other) {
      return strcasecmp(id.c_str(), other.c_str()) == 0;
    });
    if (same != device_ids.end()) {
      table.reject("id", *same == id ? fmt::format("there are two devices '{}'; each needs an id of its own", id)
                                     : fmt::format("'{}' and '{}' differ in case only; each device needs a folder of "
                                                   "its own",
                                                   *same, id));
    }
    Job ignored;
    read_device(table, ignored);
    for (const ConfigLayer& layer : device_layers()) static_cast<void>(table.read_any(layer.table));
    APPRENTICE_CHECK(table.finish());
    device_ids.push_back(id);
  }
  return {};
}

Result<LossJob> Job::read_loss(Config& table, TeacherIs presence) {
  const bool regression = task() == TaskKind::kRegression;
  LossJob read{regression ? "mse" : "kd", {}};
  table.read("name", read.name);
  APPRENTICE_TRY(const losses::LossKind* kind, losses::known_loss_kind(read.name, table.place("name")));
  read.keys = kind->keys.read(table);
  if (kind->task != task()) {
    table.reject("name", fmt::format("loss '{}' is not for {}; of labels alone learns '{}', and apprentice list losses "
                                     "tells all",
                                     read.name, to_string(task()), losses::label_only_loss(task())));
  }
  if (kind->needs_teacher && presence == TeacherIs::kMissing) {
    table.reject("name", fmt::format("loss '{}' learns from a teacher, but the job has neither [teacher] nor [teach]; "
                                     "add one, or choose a loss of labels alone",
                                     read.name));
  }
  APPRENTICE_CHECK(table.finish());
  return read;
}

Status Job::read_assistants(std::vector<Config>& tables) {
  for (Config& table : tables) {
    AssistantJob assistant{{}, {}, train};
    APPRENTICE_TRY(assistant.loss,
                   read_loss(table.table("loss"), has_teacher() ? TeacherIs::kPresent : TeacherIs::kMissing));
    if (table.has("train")) {
      APPRENTICE_TRY(assistant.train, read_schedule(table.table("train"), *this));
    }
    assistant.network = table;
    assistants.push_back(std::move(assistant));
  }
  return {};
}

Status Job::read_teachers(Config& root) {
  if (root.has("teacher")) teacher = root.table("teacher");
  if (teach.present) {
    APPRENTICE_TRY(teach, read_teach_job(root.table("teach"),
                                         [this](Config& schedule) { return read_schedule(schedule, *this); }));
  }
  return root.has("assistant") ? read_assistants(root.tables("assistant")) : Status();
}

Config& TeachJob::network(size_t member) {
  std::vector<Config>& own = table.tables("member");
  return own.empty() ? table : own.at(member);
}

bool predicts_remaining_life(const Job& job) { return job.data.keys.remaining_cap.has_value(); }

std::string target_name(const Job& job) {
  return predicts_remaining_life(job) ? "remaining cycles" : job.data.keys.target;
}

std::string target_unit(const Job& job) { return predicts_remaining_life(job) ? "cycles" : ""; }

namespace {

using Json = nlohmann::ordered_json;

void put(Json& json, const char* name, Json table) {
  if (!table.empty()) json[name] = std::move(table);
}

// A table that says nothing tells the values that are in force.
Json values_of(ReadTable read_table, Job job) {
  Config silent;
  read_table(silent, job);
  return silent.resolved();
}

// A device of a hall has an id.
Json device_json(const Job& job) {
  Json json = Json::object();
  if (job.is_of_hall()) json["id"] = job.name;
  json.update(values_of(read_device, job));
  return json;
}

// What a device of a hall may have of its own.
void put_own_tables(Json& json, const Job& job) {
  if (job.relevance) put(json, "relevance", job.relevance->resolved());
  if (job.frontend) put(json, "frontend", job.frontend->resolved());
  put(json, "student", job.student.resolved());
  if (job.stream) put(json, "stream", job.stream->resolved());
  json["loss"] = to_json(job.loss);
  json["train"] = train::to_json(job.train);
}

}  // namespace

Json to_json(const LossJob& loss) {
  Json json = {{"name", loss.name}};
  json.update(to_json(loss.keys));
  return json;
}

Json explain(const Job& job, const std::vector<Job>& devices) {
  Json json = {{"name", job.name},
               {"seed", job.seed},
               {"threads", job.threads},
               {"metric", job.named_metric ? metrics::to_string(*job.named_metric) : "auto"}};
  put(json, "data", job.data.keys_shown);
  put(json, "split", job.data.split_shown);
  put(json, "views", job.views.resolved());
  if (job.teacher) put(json, "teacher", job.teacher->resolved());
  if (job.teach.present) put(json, "teach", job.teach.table.resolved());
  // Devices alone read the networks of a hall's assistants, all alike.
  for (const AssistantJob& assistant : (devices.empty() ? job : devices.front()).assistants) {
    json["assistant"].push_back(assistant.network.resolved());
  }
  put_own_tables(json, job);
  json["control"] = values_of(read_control, job);
  json["quantize"] = values_of(read_quantize, job);
  if (!job.is_hall()) json["device"] = device_json(job);
  for (const Job& device : devices) {
    json["device"].push_back(device_json(device));
    put_own_tables(json["device"].back(), device);
  }
  json["package"] = values_of(read_package, job);
  json["report"] = values_of(read_report, job);
  return json;
}

}  // namespace apprentice::pipeline
