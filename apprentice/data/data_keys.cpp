// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/data_keys.h"

namespace apprentice::data {
namespace {

void read_window(Config& data, WindowKeys& window) {
  Config& table = data.table("window");
  if (!data.has("window")) return;
  table.require("length", window.length);
  window.stride = window.length;
  table.read("stride", window.stride);
  constexpr int64_t kMost = int64_t{1} << 32;
  if (window.length < 1 || window.length > kMost) {
    table.reject("length", fmt::format("'length' is {}; expected a number of rows, at least 1", window.length));
  }
  if (window.stride < 1 || window.stride > kMost) {
    table.reject("stride", fmt::format("'stride' is {}; expected a number of rows, at least 1", window.stride));
  }
  std::string test = "all";
  table.read_choice("test", test, {"all", "last"});
  window.last_of_test = test == "last";
  std::string mixed = "keep";
  table.read_choice("mixed_labels", mixed, {"keep", "skip"});
  window.skip_mixed = mixed == "skip";
}

void read_derived_target(Config& data, DataKeys& keys) {
  std::string derived;
  double cap = 1e9;
  if (!data.has("derived_target")) {
    if (data.has("target_cap")) data.reject("target_cap", "'target_cap' caps a derived_target, and none is given");
    // Known keys, but without a default that could be shown.
    static_cast<void>(data.read_any("derived_target"));
    static_cast<void>(data.read_any("target_cap"));
    return;
  }
  data.read("target_cap", cap);
  data.read_choice("derived_target", derived, {"remaining_cycles"});
  if (cap <= 0.0) data.reject("target_cap", fmt::format("'target_cap' is {}; expected more than 0", cap));
  keys.remaining_cap = cap;
  if (keys.task != TaskKind::kRegression) {
    data.reject("derived_target", "'derived_target' is a number; set task = \"regression\"");
  }
}

// An empty path would be told of without its place when it is opened.
SourceLoader read_paths(Config& data, Config& files, const FileFinder& finder, const DataFormat& format) {
  SourceLoader loader = format.configure(data, files, finder);
  if (files.read_any("path") == "") files.reject("path", "'path' is empty; expected the name of a file");
  return loader;
}

void read_files(Config& data, const FileFinder& finder, const DataFormat& format, DataKeys& keys) {
  for (int side = 0; side < kSides; ++side) {
    Config& files = data.table(side_name(side));
    if (!data.has(side_name(side))) continue;
    keys.loaders.emplace_back(side, read_paths(data, files, finder, format));
    keys.files_per_side = true;
  }
  if (!keys.files_per_side)
    keys.loaders.emplace_back(-1, read_paths(data, data, finder, format));
  else if (!data.has("train") || !data.has("test")) {
    data.reject(data.has("train") ? "train" : "test",
                "files per side need both [data.train] and [data.test] ([data.validation] may follow, or "
                "[split.validation_from_train])");
  }
}

}  // namespace

DataKeys read_data_keys(Config& data, const std::string& folder) {
  DataKeys keys;
  const FileFinder finder(folder);
  keys.place = data.place();
  bool allow_constant = false;
  data.read("allow_constant", allow_constant);
  if (allow_constant) keys.constant_channels = ConstantChannels::kAllow;
  std::string task = "classification", format_name;
  data.read_choice("task", task, {"classification", "regression"});
  keys.task = task == "regression" ? TaskKind::kRegression : TaskKind::kClassification;
  std::vector<std::string> names;
  for (const DataFormatInfo& info : data_formats()) names.push_back(info.name);
  data.require("format", format_name);
  data.read_choice("format", format_name, names);
  keys.labels = read_label_keys(data, finder);
  keys.where = read_selector(data, "where");
  read_window(data, keys.window);
  read_derived_target(data, keys);
  data.read("sample_shape", keys.sample_shape);
  std::string gaps = "cut";
  data.read_choice("time_gaps", gaps, {"cut", "cross"});
  keys.cross_time_gaps = gaps == "cross";
  keys.whole_recordings = format_name == "recordings" || format_name == "wav";
  if (const DataFormat* format = find_format(format_name)) read_files(data, finder, *format, keys);
  Config(data).read("target", keys.target);  // formats that know it have read it; others have not, and refuse it
  return keys;
}

Result<DataJob> read_data_job(Config& job, const std::string& folder) {
  Config &data = job.table("data"), &split = job.table("split");
  DataJob read;
  read.keys = read_data_keys(data, folder);
  read.split = read_split_keys(split, read.keys.files_per_side);
  APPRENTICE_CHECK(data.finish());
  APPRENTICE_CHECK(split.finish());
  read.keys_shown = data.resolved();
  read.split_shown = split.resolved();
  return read;
}

}  // namespace apprentice::data
