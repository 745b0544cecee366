// SPDX-License-Identifier: Apache-2.0
// format = "npy": samples in one array (or one per channel); labels, groups and attributes in arrays of their own.
#include <filesystem>
#include <optional>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/array_probe.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/layout.h"
#include "apprentice/data/formats/sidecars.h"

namespace apprentice::data {
namespace {

struct NpyJob {
  FileFinder finder{""};
  Sidecars sidecars;
  std::vector<std::string> samples, channels, channel_names;
  Layout layout = Layout::kChannelsFirst;
  Gaps gaps = Gaps::kRefuse;
};

Result<Source> load(const NpyJob& job) {
  APPRENTICE_TRY(const auto paths, job.finder.find_all(job.channels.empty() ? job.samples : job.channels, ".npy"));
  Source source;
  std::vector<Source> channels;
  for (const std::string& path : paths) {
    APPRENTICE_TRY(const NpyArray array, read_npy(path));
    APPRENTICE_TRY(Source one, rows_of(array, path, job.layout, job.gaps));
    if (!job.channels.empty())
      channels.push_back(std::move(one));
    else
      APPRENTICE_CHECK(append(source, std::move(one)));
  }
  if (!channels.empty()) {
    APPRENTICE_TRY(source, join_channels(channels));
  }
  APPRENTICE_CHECK(name_channels(source, job.channel_names));
  APPRENTICE_CHECK(add_sidecars(job.sidecars, source));
  return source;
}

SourceLoader configure(Config& data, Config& files, const FileFinder& finder) {
  NpyJob job;
  job.finder = finder;
  files.read(files.has("path") ? "path" : "samples", job.samples).read("channels", job.channels);
  if (job.samples.empty() == job.channels.empty()) {
    files.reject("path",
                 "give 'path' (or 'samples', arrays [rows, ...]) or 'channels' (one array per channel), "
                 "one of them");
  }
  std::string layout = "channels_first";
  data.read_choice("layout", layout, {"channels_first", "channels_last"});
  job.layout = layout == "channels_last" ? Layout::kChannelsLast : Layout::kChannelsFirst;
  std::string missing = "refuse";
  data.read_choice("missing", missing, {"refuse", "drop"});
  job.gaps = missing == "drop" ? Gaps::kDrop : Gaps::kRefuse;
  data.read("channel_names", job.channel_names);
  read_sidecar_keys(data, files, finder, job.sidecars);
  return [job] { return load(job); };
}

bool detect(const std::string&, std::string_view head) { return head.substr(0, 6) == "\x93NUMPY"; }

std::string stem_of(const std::string& path) { return std::filesystem::path(path).stem().string(); }

// The first of these files beside `path` with one value, or one-hot row, for each row.
Result<std::optional<std::string>> column_beside(const std::string& path, const std::vector<std::string>& names,
                                                 int64_t rows) {
  for (const std::string& name : names) {
    const std::string here = std::filesystem::path(path).replace_filename(name + ".npy").string();
    if (!file_exists(here)) continue;
    APPRENTICE_TRY(const MappedFile file, MappedFile::open(here));
    APPRENTICE_TRY(const NpyHeader header, read_npy_header(file.view(), here));
    if (is_column(header.shape, rows)) return std::optional(here);
    if (may_be_one_hot(header.shape, rows)) {
      APPRENTICE_TRY(const NpyArray array, read_npy(here));
      if (is_one_per_row(array)) return std::optional(here);
    }
  }
  return std::optional<std::string>();
}

// A file that is named as its labels, whatever it holds, so that loading says what is wrong with it.
std::optional<std::string> named_as_labels(const std::string& path) {
  for (const std::string& name : paired_label_names(stem_of(path))) {
    const std::string here = std::filesystem::path(path).replace_filename(name + ".npy").string();
    if (file_exists(here)) return here;
  }
  return std::nullopt;
}

Result<DataProbe> probe(const std::vector<std::string>& files) {
  const std::string& path = files.front();
  APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
  APPRENTICE_TRY(const NpyHeader header, read_npy_header(file.view(), path));
  DataProbe probe;
  probe.format = "npy";
  probe_samples(header.shape, probe);
  APPRENTICE_TRY(auto labels, column_beside(path, label_names(stem_of(path)), probe.rows));
  if (!labels) labels = named_as_labels(path);
  if (labels) {
    APPRENTICE_TRY(const NpyArray array, read_npy(*labels));
    probe_labels(array, *labels, probe);
  }
  APPRENTICE_TRY(const auto groups, column_beside(path, group_names(stem_of(path)), probe.rows));
  if (groups) probe_groups(*groups, probe);
  return probe;
}

}  // namespace

DataFormat npy_format() {
  return {"npy", "NumPy arrays: samples [rows, ...], with labels, groups and attributes in arrays of their own", detect,
          configure, probe};
}

}  // namespace apprentice::data
