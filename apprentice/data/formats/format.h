// SPDX-License-Identifier: Apache-2.0
// One data format: one file in this folder and one line in kinds.def. docs/howto/data.md
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/data/probe.h"
#include "apprentice/data/source.h"

namespace apprentice::data {

// Turns the paths of a job into paths of this machine; `folder` is where relative ones start.
class FileFinder {
 public:
  explicit FileFinder(std::string folder) : folder_(std::move(folder)) {}
  std::string find(const std::string& path) const;
  // Patterns and folders as find_files() takes them; `ending` is that of the files a folder stands for.
  Result<std::vector<std::string>> find_all(const std::vector<std::string>& paths,
                                            const std::string& ending = "") const;

 private:
  std::string folder_;
};

using SourceLoader = std::function<Result<Source>()>;

struct DataFormat {
  const char* name;     // in the job: format = "csv"
  const char* summary;  // one line for `apprentice list formats`
  // Whether a file with this path and these first bytes (up to 4096) looks like the format.
  bool (*detect)(const std::string& path, std::string_view head);
  // Reads the keys of the format: how to read from `data`, which files from `files` (which is `data` itself, or the
  // table of one side such as [data.train]). Mistakes stay in the Config; the files are read by the loader.
  SourceLoader (*configure)(Config& data, Config& files, const FileFinder& finder);
  // What files of the format hold, one at least, for `apprentice new`.
  Result<DataProbe> (*probe)(const std::vector<std::string>& files);
};

const std::vector<DataFormat>& format_table();
// The row of that name, or null.
const DataFormat* find_format(const std::string& name);

// Ending of a path in lower case, with its dot: ".csv"
std::string ending_of(const std::string& path);

}  // namespace apprentice::data
