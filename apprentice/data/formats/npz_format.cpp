// SPDX-License-Identifier: Apache-2.0
// format = "npz": samples, labels, groups and attributes as arrays of one file.
#include <zip.h>

#include <algorithm>
#include <memory>
#include <set>

#include "apprentice/base/file_kind.h"
#include "apprentice/base/files.h"
#include "apprentice/base/nearest.h"
#include "apprentice/base/toml_text.h"
#include "apprentice/data/formats/array_probe.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/layout.h"
#include "apprentice/data/formats/npz.h"
#include "apprentice/data/formats/sidecars.h"

namespace apprentice::data {
namespace {

using Arrays = std::map<std::string, NpyArray>;
using Archive = std::unique_ptr<zip_t, void (*)(zip_t*)>;

// Deflate makes at most 1032 bytes of one (zlib's technical notes); stored entries keep their size.
constexpr uint64_t kMostPerByte = 1032;
constexpr zip_int64_t kMostEntries = 10000;
// A file that grows by more when it is unpacked holds almost nothing but zeros: a zip bomb, or no data.
constexpr int64_t kMostGrowth = 256, kAlwaysAllowed = int64_t{1} << 29;

Result<std::string> read_entry(zip_t* archive, zip_uint64_t index, const std::string& place, int64_t& budget) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(archive, index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0 ||
      (stat.valid & ZIP_STAT_COMP_SIZE) == 0) {
    return bad_input(place, "the entry has no size; the file is damaged");
  }
  if (stat.size > static_cast<uint64_t>(budget)) {
    return bad_input(place, "the entry claims {} bytes, more than the {} that are left to read", stat.size, budget);
  }
  if (stat.comp_size < stat.size / kMostPerByte) {
    return bad_input(place, "the entry claims {} bytes out of {} compressed ones, more than zip can hold", stat.size,
                     stat.comp_size);
  }
  budget -= static_cast<int64_t>(stat.size);
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(archive, index, 0), zip_fclose);
  if (file == nullptr) return bad_input(place, "the entry cannot be read: {}", zip_strerror(archive));
  std::string bytes;
  bytes.reserve(stat.size);
  char buffer[65536];
  while (true) {
    const zip_int64_t count = zip_fread(file.get(), buffer, sizeof buffer);
    if (count < 0) return bad_input(place, "the entry is damaged: {}", zip_file_strerror(file.get()));
    if (count == 0) break;
    bytes.append(buffer, static_cast<size_t>(count));
    if (bytes.size() > stat.size) return bad_input(place, "the entry is longer than the {} bytes it claims", stat.size);
  }
  if (bytes.size() != stat.size) {
    return bad_input(place, "the entry is cut short: {} of {} bytes are there", bytes.size(), stat.size);
  }
  return bytes;
}

struct NpzJob {
  FileFinder finder{""};
  std::vector<std::string> paths, attributes, channel_names;
  std::string samples = "samples", labels = "labels", groups = "groups", targets = "targets";
  std::set<std::string> named;  // arrays that the job names, so that their absence is an error
  Layout layout = Layout::kChannelsFirst;
  Gaps gaps = Gaps::kRefuse;
};

// The array, or null when the job does not name it and the file has none.
Result<const NpyArray*> find_array(const Arrays& arrays, const std::string& key, const std::string& name,
                                   const std::string& path, bool needed) {
  if (const auto found = arrays.find(name); found != arrays.end()) return &found->second;
  if (!needed) return nullptr;
  std::vector<std::string> names;
  for (const auto& [known, array] : arrays) names.push_back(known);
  return bad_input(path, "there is no array '{}'; name the one that is meant with {} = \"...\"; {}", name, key,
                   known_names("arrays", names, name));
}

Status add_column(const Arrays& arrays, const std::string& key, const std::string& array_name,
                  const std::string& column_name, bool needed, const std::string& path, Source& source) {
  APPRENTICE_TRY(const NpyArray* array, find_array(arrays, key, array_name, path, needed));
  if (array == nullptr) return {};
  if (!is_one_per_row(*array) || array->shape[0] != source.rows) {
    return bad_input(path, "array '{}' has shape {}; expected [{}] as there are samples", array_name,
                     to_string(array->shape), source.rows);
  }
  RowColumn& column = source.columns[column_name];
  for (const std::string& text : npy_row_texts(*array)) column.append(text);
  return {};
}

Result<Source> load_one(const NpzJob& job, const std::string& path) {
  APPRENTICE_TRY(const Arrays arrays, read_npz(path));
  APPRENTICE_TRY(const NpyArray* samples, find_array(arrays, "samples", job.samples, path, true));
  APPRENTICE_TRY(Source source, rows_of(*samples, path, job.layout, job.gaps));
  APPRENTICE_CHECK(add_column(arrays, "labels", job.labels, "label", job.named.count("labels") != 0, path, source));
  APPRENTICE_CHECK(add_column(arrays, "groups", job.groups, "group", job.named.count("groups") != 0, path, source));
  for (const std::string& name : job.attributes) {
    APPRENTICE_CHECK(add_column(arrays, "attributes", name, name, true, path, source));
  }
  APPRENTICE_TRY(const NpyArray* targets,
                 find_array(arrays, "targets", job.targets, path, job.named.count("targets") != 0));
  if (targets != nullptr) {
    APPRENTICE_TRY(source.targets, npy_floats(*targets, path));
    if (static_cast<int64_t>(source.targets.size()) != source.rows) {
      return bad_input(path, "array '{}' has shape {}; expected [{}] as there are samples", job.targets,
                       to_string(targets->shape), source.rows);
    }
  }
  if (source.is_row_column("label")) source.label_column = "label";
  if (source.is_row_column("group")) source.group_columns = {"group"};
  return source;
}

Result<Source> load(const NpzJob& job) {
  APPRENTICE_TRY(const auto paths, job.finder.find_all(job.paths, ".npz"));
  Source source;
  for (const std::string& path : paths) {
    APPRENTICE_TRY(Source one, load_one(job, path));
    APPRENTICE_CHECK(append(source, std::move(one)));
  }
  APPRENTICE_CHECK(name_channels(source, job.channel_names));
  return source;
}

SourceLoader configure(Config& data, Config& files, const FileFinder& finder) {
  NpzJob job;
  job.finder = finder;
  files.require("path", job.paths);
  for (const char* key : {"labels", "groups", "targets"}) {
    if (data.has(key)) job.named.insert(key);
  }
  data.read("samples", job.samples).read("labels", job.labels).read("groups", job.groups);
  data.read("targets", job.targets).read("attributes", job.attributes).read("channel_names", job.channel_names);
  std::string layout = "channels_first";
  data.read_choice("layout", layout, {"channels_first", "channels_last"});
  job.layout = layout == "channels_last" ? Layout::kChannelsLast : Layout::kChannelsFirst;
  std::string missing = "refuse";
  data.read_choice("missing", missing, {"refuse", "drop"});
  job.gaps = missing == "drop" ? Gaps::kDrop : Gaps::kRefuse;
  if (job.paths.empty()) files.reject("path", "'path' is empty; expected NPZ files");
  return [job] { return load(job); };
}

bool detect(const std::string& path, std::string_view head) {
  return ending_of(path) == ".npz" && head.substr(0, 2) == "PK";
}

bool is_one_for_each(const NpyArray& array, int64_t rows) {
  return is_column(array.shape, rows) || (may_be_one_hot(array.shape, rows) && is_one_per_row(array));
}

// The array with one value for each row that has one of these names, likeliest first.
const std::string* find_column(const Arrays& arrays, const std::vector<std::string>& names, int64_t rows) {
  for (const std::string& name : names) {
    const auto found = arrays.find(name);
    if (found != arrays.end() && is_one_for_each(found->second, rows)) return &found->first;
  }
  return nullptr;
}

// The only array beside the samples, where it has one value for each row (numpy.savez names them arr_0 and arr_1).
const std::string* only_other(const Arrays& arrays, const std::string& samples, int64_t rows) {
  if (arrays.size() != 2) return nullptr;
  const auto other = arrays.begin()->first == samples ? std::next(arrays.begin()) : arrays.begin();
  return is_one_for_each(other->second, rows) ? &other->first : nullptr;
}

// "samples" where there is one, else the array with the most numbers.
const std::string* find_samples(const Arrays& arrays) {
  const std::string* samples = nullptr;
  for (const auto& [name, array] : arrays) {
    if (array.is_text || array.shape.empty()) continue;
    if (name == "samples") return &name;
    if (samples == nullptr || array.tensor.size() > arrays.at(*samples).tensor.size()) samples = &name;
  }
  return samples;
}

Result<DataProbe> probe(const std::vector<std::string>& files) {
  const std::string& path = files.front();
  APPRENTICE_TRY(const Arrays arrays, read_npz(path));
  DataProbe probe;
  probe.format = "npz";
  const std::string* samples = find_samples(arrays);
  if (samples == nullptr) return bad_input(path, "no array of numbers is inside");
  probe_samples(arrays.at(*samples).shape, probe);
  if (*samples != "samples") probe.keys.push_back({"samples", toml_text(*samples), "the largest array"});
  const std::string* labels = find_column(arrays, label_names(*samples), probe.rows);
  if (labels == nullptr) labels = only_other(arrays, *samples, probe.rows);
  if (labels != nullptr) probe_labels(arrays.at(*labels), *labels, probe);
  const std::string* groups = find_column(arrays, group_names(*samples), probe.rows);
  if (groups != nullptr) probe_groups(*groups, probe);
  return probe;
}

}  // namespace

Result<Arrays> parse_npz(std::string_view bytes, const std::string& path, int64_t max_bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* opened = source != nullptr ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  if (opened == nullptr) {
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (source != nullptr) zip_source_free(source);
    return bad_input(path, "not a readable NPZ (zip) file: {}{}", why, is_rather(bytes));
  }
  zip_error_fini(&error);
  const Archive archive(opened, zip_discard);
  const zip_int64_t entries = zip_get_num_entries(archive.get(), 0);
  if (entries > kMostEntries) return bad_input(path, "the file has {} entries; at most 10000 are read", entries);
  Arrays arrays;
  int64_t budget = std::min(max_bytes, std::max(kAlwaysAllowed, kMostGrowth * static_cast<int64_t>(bytes.size())));
  for (zip_int64_t i = 0; i < entries; ++i) {
    const char* raw = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW);
    const std::string name = raw != nullptr ? raw : "";
    const std::string place = path + ":" + name;
    if (name.size() <= 4 || name.compare(name.size() - 4, 4, ".npy") != 0) {
      return bad_input(place, "the entry is no .npy array{}", is_rather(bytes));
    }
    APPRENTICE_TRY(const std::string data, read_entry(archive.get(), static_cast<zip_uint64_t>(i), place, budget));
    APPRENTICE_TRY(arrays[name.substr(0, name.size() - 4)], parse_npy(data, place));
  }
  if (arrays.empty()) return bad_input(path, "the file holds no arrays");
  return arrays;
}

Result<Arrays> read_npz(const std::string& path) {
  APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
  return parse_npz(file.view(), path);
}

DataFormat npz_format() {
  return {"npz", "NumPy archives: samples, labels, groups and attributes as arrays of one file", detect, configure,
          probe};
}

}  // namespace apprentice::data
