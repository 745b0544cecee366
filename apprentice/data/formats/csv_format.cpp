// SPDX-License-Identifier: Apache-2.0
// format = "csv": every line of delimited text is one row; or one file per channel, every line one sample.
#include <set>

#include "apprentice/base/file_kind.h"
#include "apprentice/data/formats/column_probe.h"
#include "apprentice/data/formats/csv_source.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/layout.h"
#include "apprentice/data/formats/sidecars.h"
#include "apprentice/data/formats/text_file.h"

namespace apprentice::data {
namespace {

struct CsvJob {
  CsvRoles roles;
  Sidecars sidecars;
  FileFinder finder{""};
  std::vector<std::string> paths, channels, channel_names;
};

Result<Source> load(const CsvJob& job) {
  APPRENTICE_TRY(const auto paths, job.finder.find_all(job.channels.empty() ? job.paths : job.channels, ".csv"));
  Source source;
  std::vector<Source> channels;
  for (const std::string& path : paths) {
    APPRENTICE_TRY(Source one, read_csv_source(path, job.roles));
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

void check_keys(Config& data, Config& files, const CsvJob& job) {
  const CsvRoles& roles = job.roles;
  if (job.paths.empty() == job.channels.empty()) {
    files.reject("path", "give 'path' (files whose lines are rows) or 'channels' (one file per channel), one of them");
  }
  const bool has_roles = !(roles.label.empty() && roles.target.empty() && roles.group.empty() && roles.time.empty() &&
                           roles.attributes.empty());
  if (has_roles && (roles.transposed || !job.channels.empty())) {
    data.reject("label",
                "label, target, group, time and attributes name columns of rows; with 'transposed' or "
                "'channels' give them as files: labels, targets, groups, attributes_from");
  }
}

SourceLoader configure(Config& data, Config& files, const FileFinder& finder) {
  CsvJob job;
  job.finder = finder;
  files.read("path", job.paths).read("channels", job.channels);
  data.read("channel_names", job.channel_names);
  read_csv_keys(data, job.roles);
  data.read("label", job.roles.label).read("target", job.roles.target).read("group", job.roles.group);
  data.read("time", job.roles.time).read("attributes", job.roles.attributes);
  read_sidecar_keys(data, files, finder, job.sidecars);
  job.sidecars.csv.delimiter = 0;
  check_keys(data, files, job);
  return [job] { return load(job); };
}

bool detect(const std::string& path, std::string_view head) {
  const std::string ending = ending_of(path);
  static const std::set<std::string> kEndings{".csv", ".txt", ".tsv", ".tab", ".dat", ".data",
                                              ".asc", ".log", ".prn", ".xls", ".gz",  ""};
  return kEndings.count(ending) != 0 &&
         (is_gzip(head) || is_utf16(head) || head.find('\0') == std::string_view::npos) &&
         (is_gzip(head) || foreign_kind(head).empty());
}

Result<DataProbe> probe(const std::vector<std::string>& files) { return probe_tables(files); }

}  // namespace

DataFormat csv_format() {
  return {"csv", "text with , ; tab or blanks between numbers; one row per line, with or without a header", detect,
          configure, probe};
}

}  // namespace apprentice::data
