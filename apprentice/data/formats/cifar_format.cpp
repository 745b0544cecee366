// SPDX-License-Identifier: Apache-2.0
// format = "cifar": records of label bytes and one uint8 image, in one or several files.
#include <algorithm>
#include <cstring>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/cifar.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/layout.h"

namespace apprentice::data {
namespace {

struct CifarJob {
  FileFinder finder{""};
  std::vector<std::string> paths, channel_names;
  CifarLayout layout;
};

Result<Source> load(const CifarJob& job) {
  APPRENTICE_TRY(const auto paths, job.finder.find_all(job.paths));
  Source source;
  for (const std::string& path : paths) {
    APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
    APPRENTICE_TRY(Source one, parse_cifar(file.view(), path, job.layout));
    APPRENTICE_CHECK(append(source, std::move(one)));
  }
  APPRENTICE_CHECK(name_channels(source, job.channel_names));
  return source;
}

SourceLoader configure(Config& data, Config& files, const FileFinder& finder) {
  CifarJob job;
  job.finder = finder;
  files.require("path", job.paths);
  data.read("label_bytes", job.layout.label_bytes).read("label_byte", job.layout.label_byte);
  data.read("image_shape", job.layout.shape).read("channel_names", job.channel_names);
  const CifarLayout& layout = job.layout;
  if (layout.label_bytes < 1 || layout.label_bytes > 16 || layout.label_byte < 0 ||
      layout.label_byte >= layout.label_bytes) {
    data.reject("label_bytes", fmt::format("label_bytes is {} and label_byte {}; expected 1 to 16 label bytes, "
                                           "label_byte below their number",
                                           layout.label_bytes, layout.label_byte));
  }
  bool positive = layout.shape.size() == 3;
  for (const int64_t size : layout.shape) positive = positive && size > 0 && size <= 65536;
  if (!positive) {
    data.reject("image_shape", fmt::format("image_shape is {}; expected [planes, height, width] of at most 65536 each",
                                           to_string(layout.shape)));
  }
  if (job.paths.empty()) files.reject("path", "'path' is empty; expected binary image files");
  return [job] { return load(job); };
}

bool detect(const std::string& path, std::string_view head) { return ending_of(path) == ".bin" && head.size() >= 3073; }

Result<DataProbe> probe(const std::vector<std::string>& files) {
  const std::string& path = files.front();
  APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
  APPRENTICE_TRY(const Source source, parse_cifar(file.view(), path, {}));
  DataProbe probe;
  probe.format = "cifar";
  probe.rows = source.rows;
  probe.sample_shape = source.row_shape;
  probe.class_names = source.columns.at("label").values();
  std::sort(probe.class_names.begin(), probe.class_names.end(),
            [](const auto& a, const auto& b) { return std::stoi(a) < std::stoi(b); });
  return probe;
}

}  // namespace

Result<Source> parse_cifar(std::string_view bytes, const std::string& path, const CifarLayout& layout) {
  const int64_t image = element_count(layout.shape), record = layout.label_bytes + image;
  const auto size = static_cast<int64_t>(bytes.size());
  if (size == 0) return bad_input(path, "the file is empty");
  if (size % record != 0) {
    return bad_input(path,
                     "the file has {} bytes, no multiple of the {} of one record ({} label bytes and an image of "
                     "{}); it is cut short or of another layout",
                     size, record, layout.label_bytes, to_string(layout.shape));
  }
  Source source;
  source.place = path;
  source.rows = size / record;
  source.row_shape = layout.shape;
  source.label_column = "label";
  RowColumn& labels = source.columns["label"];
  std::vector<uint8_t> pixels(static_cast<size_t>(source.rows * image));
  for (int64_t row = 0; row < source.rows; ++row) {
    const char* from = bytes.data() + row * record;
    labels.append(std::to_string(static_cast<unsigned char>(from[layout.label_byte])));
    std::memcpy(pixels.data() + row * image, from + layout.label_bytes, static_cast<size_t>(image));
  }
  source.values = std::move(pixels);
  source.segments.push_back(file_segment(path, 0, source.rows));
  return source;
}

DataFormat cifar_format() {
  return {"cifar", "binary images: label bytes, then one uint8 image [planes, height, width]; one or several files",
          detect, configure, probe};
}

}  // namespace apprentice::data
