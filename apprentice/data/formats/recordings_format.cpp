// SPDX-License-Identifier: Apache-2.0
// format = "recordings": a CSV index whose rows name .npy, .csv or .wav files with their labels and attributes.
#include <algorithm>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/base/nearest.h"
#include "apprentice/data/formats/column_probe.h"
#include "apprentice/data/formats/csv_source.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/layout.h"
#include "apprentice/data/formats/sidecars.h"
#include "apprentice/data/formats/text_file.h"
#include "apprentice/data/formats/wav.h"

namespace apprentice::data {
namespace {

struct RecordingsJob {
  FileFinder finder{""};
  CsvRoles roles;  // of recordings that are CSV files
  std::vector<std::string> indices, group, channel_names;
  bool allow_mixed_rates = false;
  std::string folder;  // of the recordings, from that of the index
  std::string label, target, file_column = "file", labels_file_column, label_in_file;
};

Result<Source> read_recording(const std::string& path, const RecordingsJob& job) {
  const std::string ending = ending_of(path);
  if (ending == ".npy") {
    APPRENTICE_TRY(NpyArray array, read_npy(path));
    return recording_of(std::move(array), path, job.roles.transposed);
  }
  if (ending == ".wav") return read_wav_source(path);
  if (ending == ".csv" || ending == ".txt" || ending == ".tsv" || ending == ".dat") {
    return read_csv_source(path, job.roles);
  }
  return fail(ErrorKind::kUnsupported, path, "a recording is a .npy, .csv, .txt, .tsv, .dat or .wav file, not '{}'",
              ending);
}

class IndexReader {
 public:
  IndexReader(const RecordingsJob& job, const std::string& path) : job_(job), path_(path) {}

  Status read(Source& source) {
    APPRENTICE_TRY(const TextFile file, TextFile::open(path_));
    CsvOptions options;
    options.header = CsvOptions::Header::kYes;
    APPRENTICE_TRY(CsvReader reader, CsvReader::open(file.view(), path_, options));
    APPRENTICE_CHECK(check_columns(reader.columns()));
    std::vector<std::string_view> cells;
    while (true) {
      APPRENTICE_TRY(const bool more, reader.next(cells));
      if (!more) break;
      Attributes row;
      for (size_t i = 0; i < cells.size(); ++i) row[reader.columns()[i]] = std::string(trim(cells[i]));
      APPRENTICE_CHECK(add(row, reader.place(), source));
    }
    return {};
  }

 private:
  Status check_columns(const std::vector<std::string>& columns) const {
    std::vector<std::string> needed = job_.group;
    for (const std::string& name : {job_.file_column, job_.label, job_.target, job_.labels_file_column}) {
      if (!name.empty()) needed.push_back(name);
    }
    for (const std::string& name : needed) {
      if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
      if (name == "file" || name == "folder") continue;
      return bad_input(path_, "there is no column '{}'; {}", name, known_names("columns", columns, name));
    }
    if (std::find(columns.begin(), columns.end(), job_.file_column) == columns.end()) {
      return bad_input(path_, "there is no column '{}' with file names (set file_column); {}", job_.file_column,
                       known_names("columns", columns, job_.file_column));
    }
    return {};
  }

  std::string beside(const std::string& name) const {
    return (std::filesystem::path(path_).parent_path() / job_.folder / name).string();
  }

  Status add(const Attributes& row, const std::string& place, Source& source) {
    const std::string& name = row.at(job_.file_column);
    if (name.empty()) return bad_input(place, "column '{}' is missing", job_.file_column);
    const auto label = row.find(job_.label);
    if (label != row.end() && label->second.empty()) {
      return bad_input(place, "column '{}' is missing", job_.label);
    }
    const std::string path = beside(name);
    if (!file_exists(path)) return fail(ErrorKind::kNotFound, place, "the recording '{}' does not exist", path);
    APPRENTICE_TRY(Source one, read_recording(path, job_));
    APPRENTICE_CHECK(name_channels(one, job_.channel_names));
    Attributes attributes = row;
    for (const auto& [key, value] : one.segments[0].attributes) attributes[key] = value;
    one.segments[0].attributes = std::move(attributes);
    APPRENTICE_CHECK(add_answers(row, place, one));
    if (!job_.allow_mixed_rates) APPRENTICE_CHECK(check_same_rate(source, one));
    return append(source, std::move(one));
  }

  // Labels and targets that do not come from the index row as they are.
  Status add_answers(const Attributes& row, const std::string& place, Source& one) const {
    if (!job_.labels_file_column.empty()) {
      const std::string path = beside(row.at(job_.labels_file_column));
      RowColumn labels;
      APPRENTICE_CHECK(read_column(path, "", {}, labels));
      if (labels.size() != one.rows) {
        return bad_input(path, "there are {} labels, but {} has {} rows", labels.size(), one.place, one.rows);
      }
      one.columns["label"] = std::move(labels);
    }
    if (!job_.target.empty()) {
      double target = 0.0;
      if (!parse_number(row.at(job_.target), target)) {
        return bad_input(place, "column '{}' is '{}'; expected a number", job_.target, row.at(job_.target));
      }
      one.targets.assign(static_cast<size_t>(one.rows), static_cast<float>(target));
    }
    return {};
  }

  const RecordingsJob& job_;
  const std::string& path_;
};

Result<Source> load(const RecordingsJob& job) {
  APPRENTICE_TRY(const auto indices, job.finder.find_all(job.indices));
  Source source;
  for (const std::string& index : indices) APPRENTICE_CHECK(IndexReader(job, index).read(source));
  if (source.segments.empty()) return bad_input(indices.front(), "the index names no recordings");
  source.label_column = !job.label_in_file.empty()        ? job.label_in_file
                        : !job.labels_file_column.empty() ? "label"
                                                          : job.label;
  source.group_columns = job.group;
  return source;
}

SourceLoader configure(Config& data, Config& files, const FileFinder& finder) {
  RecordingsJob job;
  job.finder = finder;
  files.require("path", job.indices);
  data.read("folder", job.folder);
  data.read("file_column", job.file_column).read("label", job.label).read("target", job.target);
  data.read("labels_file_column", job.labels_file_column).read("label_in_file", job.label_in_file);
  data.read("group", job.group).read("channel_names", job.channel_names);
  data.read("allow_mixed_rates", job.allow_mixed_rates);
  read_csv_keys(data, job.roles);
  job.roles.label = job.label_in_file;
  if (job.indices.empty()) files.reject("path", "'path' is empty; expected the CSV index of the recordings");
  return [job] { return load(job); };
}

// A table with a header in which a column names files that exist beside it.
bool detect(const std::string& path, std::string_view head) {
  return ending_of(path) == ".csv" && !file_column_of(head, path).empty();
}

Result<DataProbe> probe(const std::vector<std::string>& files) {
  const std::string& path = files.front();
  APPRENTICE_TRY(const TextFile file, TextFile::open(path));
  APPRENTICE_TRY(DataProbe probe, probe_table(file.view(), path));
  probe.format = "recordings";
  probe.file_column = file_column_of(file.view().substr(0, 4096), path);
  for (ColumnProbe& column : probe.columns) {
    if (column.name != probe.file_column) continue;
    column.kind = ColumnProbe::Kind::kFile;
    RecordingsJob job;
    const std::string first = (std::filesystem::path(path).parent_path() / column.examples.at(0)).string();
    APPRENTICE_TRY(const Source source, read_recording(first, job));
    probe.sample_shape = source.row_shape;
    probe.rows = source.rows;
  }
  return probe;
}

}  // namespace

DataFormat recordings_format() {
  return {"recordings", "a CSV index whose rows name .npy, .csv or .wav recordings with labels and attributes", detect,
          configure, probe};
}

}  // namespace apprentice::data
