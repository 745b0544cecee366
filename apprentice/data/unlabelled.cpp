// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/unlabelled.h"

#include <algorithm>
#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/cifar.h"
#include "apprentice/data/formats/npz.h"
#include "apprentice/data/formats/sidecars.h"
#include "apprentice/data/formats/text_file.h"
#include "apprentice/data/formats/wav.h"
#include "apprentice/data/guess/data_files.h"
#include "apprentice/data/relevance.h"
#include "apprentice/data/row_dataset.h"

namespace apprentice::data {
namespace {

class UnlabelledReader {
 public:
  explicit UnlabelledReader(const SampleNeeds& needs) : needs_(needs), whole_(needs.shape) {
    if (whole_.size() == 2) whole_[1] *= needs.every;
  }

  Result<UnlabelledData> run(const std::vector<std::string>& given) {
    APPRENTICE_TRY(DataFiles files, find_data_files(given));
    if (files.format == "recordings") {
      APPRENTICE_TRY(files, recordings_of(files));
    }
    for (const std::string& path : files.files) {
      APPRENTICE_TRY(Source one, read(path, files.format));
      APPRENTICE_CHECK(append(store_->source, std::move(one)));
    }
    return cut();
  }

 private:
  // The files that an index names.
  static Result<DataFiles> recordings_of(const DataFiles& index) {
    const std::filesystem::path folder =
        std::filesystem::path(index.files.front()).parent_path() / index.recordings_folder;
    RowColumn names;
    APPRENTICE_CHECK(read_column(index.files.front(), index.file_column, {}, names));
    DataFiles files;
    for (int64_t row = 0; row < names.size(); ++row) files.files.push_back((folder / names.at(row)).string());
    return files;
  }

  Result<Source> read(const std::string& path, const std::string& known_format) const {
    const std::string ending = ending_of(path);
    const std::string format = !known_format.empty() ? known_format
                               : ending == ".npy"    ? "npy"
                               : ending == ".wav"    ? "wav"
                                                     : "csv";
    if (format == "csv") return read_table(path);
    if (format == "wav") return read_wav_source(path);
    if (format == "npy") {
      APPRENTICE_TRY(NpyArray array, read_npy(path));
      return of_array(std::move(array), path);
    }
    if (format == "npz") {
      APPRENTICE_TRY(auto arrays, read_npz(path));
      return of_archive(std::move(arrays), path);
    }
    APPRENTICE_TRY(const TextFile file, TextFile::open(path));
    return parse_cifar(file.view(), path, {});
  }

  // Columns by their names, where the file has names; else all columns.
  Result<Source> read_table(const std::string& path) const {
    CsvRoles roles = needs_.csv;
    APPRENTICE_TRY(const TextFile file, TextFile::open(path));
    APPRENTICE_TRY(const CsvReader reader, CsvReader::open(file.view(), path, roles.csv));
    const std::vector<std::string>& columns = reader.columns();
    const bool as_many = columns.size() == needs_.channel_names.size();
    if (reader.has_header() || !as_many) roles.inputs = needs_.channel_names;
    const auto is_there = [&](const std::string& name) {
      return std::find(columns.begin(), columns.end(), name) != columns.end();
    };
    roles.group.erase(std::remove_if(roles.group.begin(), roles.group.end(),
                                     [&](const std::string& name) { return !is_there(name); }),
                      roles.group.end());
    if (whole_.size() != 2) roles.group.clear();  // only windows need to know
    return parse_csv_source(file.view(), path, roles);
  }

  Result<Source> of_archive(std::map<std::string, NpyArray> arrays, const std::string& path) const {
    std::string chosen = needs_.samples_array;
    if (arrays.count(chosen) == 0) chosen = arrays.count("samples") != 0 ? "samples" : "";
    for (const auto& [name, array] : arrays) {
      const bool larger = chosen.empty() || arrays.at(chosen).tensor.size() < array.tensor.size();
      if (chosen.empty() || (larger && needs_.samples_array.empty() && arrays.count("samples") == 0)) chosen = name;
    }
    return of_array(std::move(arrays.at(chosen)), path + ":" + chosen);
  }

  // Samples, one sample, or a recording, as the shape tells.
  Result<Source> of_array(NpyArray array, const std::string& path) const {
    const Shape shape = array.shape;
    const auto rest = [&](size_t from) {
      return Shape(shape.begin() + static_cast<int64_t>(std::min(from, shape.size())), shape.end());
    };
    Shape last = whole_;
    std::rotate(last.begin(), last.begin() + 1, last.end());
    if (rest(1) == whole_) return rows_of(array, path, Layout::kChannelsFirst);
    if (rest(1) == last) return rows_of(array, path, Layout::kChannelsLast);
    if (shape == whole_ || shape == last) {
      const Layout layout = shape == whole_ ? Layout::kChannelsFirst : Layout::kChannelsLast;
      array.shape.insert(array.shape.begin(), 1);
      return rows_of(array, path, layout);
    }
    const bool recording = whole_.size() == 2 && shape.size() <= 2 && !shape.empty();
    if (recording && (shape.size() == 1 || shape[1] == whole_[0])) return recording_of(std::move(array), path, false);
    if (recording && shape[0] == whole_[0]) return recording_of(std::move(array), path, true);
    if (shape.size() > 1 && element_count(rest(1)) == element_count(whole_))
      return rows_of(array, path, Layout::kChannelsFirst);
    return bad_input(path, "the array has shape {}; expected [rows, ...] with samples of {}{}", to_string(shape),
                     to_string(whole_),
                     whole_.size() == 2 ? fmt::format(", or a recording [time, {}]", whole_[0]) : "");
  }

  Result<UnlabelledData> cut() {
    Source& source = store_->source;
    const bool windows = whole_.size() == 2 && source.row_shape.size() == 1 && source.row_shape[0] == whole_[0];
    if (!windows && element_count(source.row_shape) != element_count(whole_)) {
      return bad_input(
          source.place, "one row is {}; the network takes {}{}", to_string(source.row_shape), to_string(whole_),
          whole_.size() == 2 ? fmt::format(", or windows of {} rows of {} channels", whole_[1], whole_[0]) : "");
    }
    UnlabelledData data;
    data.window_rows = windows ? whole_[1] : 1;
    store_->window_rows = windows ? whole_[1] : 0;
    store_->groups = form_groups(source, Loners::kSegments);
    data.dropped_rows = std::count(source.dropped.begin(), source.dropped.end(), 1);
    std::vector<RowSample> samples = samples_of(data.window_rows, windows ? needs_.stride : 1);
    if (samples.empty()) {
      return bad_input(source.place, "gives no sample: one is {} rows, and the longest stretch has {}",
                       data.window_rows, longest_);
    }
    data.samples = dataset(std::move(samples));
    return data;
  }

  std::vector<RowSample> samples_of(int64_t length, int64_t stride) {
    if (stride <= 0) stride = length;
    const Source& source = store_->source;
    const auto is_dropped = [&](int64_t row) {
      return !source.dropped.empty() && source.dropped[static_cast<size_t>(row)] != 0;
    };
    std::vector<RowSample> samples;
    for (const Segment& segment : source.segments) {
      const int64_t end = segment.first_row + segment.rows;
      for (int64_t row = segment.first_row; row < end;) {
        int64_t last = row;
        while (last < end && !is_dropped(last)) ++last;
        longest_ = std::max(longest_, last - row);
        for (int64_t at = row; at + length <= last; at += stride) {
          RowSample sample;
          sample.first_row = at;
          sample.info.group = segment.group;
          sample.info.row = at + length - 1;
          sample.info.position = at - segment.first_row;
          samples.push_back(sample);
        }
        row = last + 1;
      }
    }
    return samples;
  }

  std::shared_ptr<const Dataset> dataset(std::vector<RowSample> samples) const {
    DatasetInfo info;
    info.sample_shape = whole_;
    info.channel_names = needs_.channel_names;
    const auto count = static_cast<int64_t>(samples.size());
    std::shared_ptr<const Dataset> whole = std::make_shared<RowDataset>(store_, info, std::move(samples));
    if (needs_.every == 1) return whole;
    KeptValues values;
    for (int64_t c = 0; c < whole_[0]; ++c) values.channels.push_back(c);
    values.every = needs_.every;
    values.readings = needs_.shape[1];
    std::vector<int64_t> all;
    for (int64_t i = 0; i < count; ++i) all.push_back(i);
    return std::make_shared<RelevantDataset>(std::move(whole), KeptClasses{}, values, std::move(all));
  }

  const SampleNeeds& needs_;
  Shape whole_;  // of a sample, before readings are averaged
  std::shared_ptr<RowStore> store_ = std::make_shared<RowStore>();
  int64_t longest_ = 0;
};

}  // namespace

Result<UnlabelledData> load_unlabelled(const std::vector<std::string>& given, const SampleNeeds& needs) {
  return UnlabelledReader(needs).run(given);
}

}  // namespace apprentice::data
