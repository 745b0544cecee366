// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/csv_source.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "apprentice/base/nearest.h"
#include "apprentice/data/formats/precision.h"
#include "apprentice/data/formats/text_file.h"
#include "apprentice/data/guess/time_text.h"
#include "apprentice/data/selector.h"

namespace apprentice::data {
namespace {

using Cells = std::vector<std::string_view>;

bool contains(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// Which cell plays which role in one file.
struct Plan {
  std::vector<size_t> inputs;
  std::vector<const std::map<std::string, double>*> numbers;  // per input; null = plain numbers
  std::vector<std::pair<size_t, RowColumn*>> texts;
  size_t target = SIZE_MAX;
};

class CsvFile {
 public:
  CsvFile(CsvReader reader, const std::string& path, const CsvRoles& roles)
      : reader_(std::move(reader)), path_(path), roles_(roles) {}

  Result<Source> read() {
    APPRENTICE_CHECK(make_plan());
    Cells cells;
    while (true) {
      APPRENTICE_TRY(const bool more, reader_.next(cells));
      if (!more) break;
      APPRENTICE_CHECK(add_row(cells));
    }
    if (source_.rows == 0) return bad_input(path_, "the file has a header but no rows");
    APPRENTICE_CHECK(check_kept());
    APPRENTICE_CHECK(precision_.check(source_.channel_names, path_,
                                      "name it with time = \"{0}\", or leave it out with ignore = [\"{0}\"]"));
    source_.notes = reader_.notes();
    source_.has_numbered_header = reader_.has_numbered_header();
    source_.values = std::move(values_);
    source_.segments.push_back(file_segment(path_, 0, source_.rows));
    source_.place = path_;
    if (std::find(source_.dropped.begin(), source_.dropped.end(), 1) == source_.dropped.end()) source_.dropped.clear();
    return std::move(source_);
  }

 private:
  Result<size_t> find(const std::string& column) const {
    const auto& names = reader_.columns();
    const auto found = std::find(names.begin(), names.end(), column);
    if (found == names.end()) {
      return bad_input(path_, "there is no column '{}'; {}{}", column, known_names("columns", names, column),
                       reader_.has_header()
                           ? ""
                           : " (the file has no header; name its columns with column_names = [...], or "
                             "set header = \"yes\")");
    }
    return static_cast<size_t>(found - names.begin());
  }

  // Which every file has beside its columns.
  bool is_of_file(const std::string& name) const {
    return (name == "file" || name == "folder") && !contains(reader_.columns(), name);
  }

  Status add_text(const std::string& column) {
    if (is_of_file(column)) return {};
    APPRENTICE_TRY(const size_t index, find(column));
    const auto [entry, is_new] = source_.columns.try_emplace(column);
    if (is_new) plan_.texts.emplace_back(index, &entry->second);
    return {};
  }

  Status make_plan() {
    std::set<std::string> taken;
    for (const std::string& name : roles_.ignore) {
      APPRENTICE_CHECK(find(name));
      taken.insert(name);
    }
    std::vector<std::string> texts = roles_.group;
    texts.insert(texts.end(), roles_.attributes.begin(), roles_.attributes.end());
    if (!roles_.label.empty()) texts.push_back(roles_.label);
    if (!roles_.time.empty()) texts.push_back(roles_.time);
    for (const std::string& name : texts) {
      APPRENTICE_CHECK(add_text(name));
      taken.insert(name);
    }
    if (!roles_.target.empty()) {
      APPRENTICE_TRY(plan_.target, find(roles_.target));
      taken.insert(roles_.target);
    }
    for (const std::string& name : reader_.columns()) {
      if (roles_.inputs.empty() ? taken.count(name) == 0 : contains(roles_.inputs, name)) {
        source_.channel_names.push_back(name);
      }
    }
    return add_inputs();
  }

  Status add_inputs() {
    if (!roles_.inputs.empty()) source_.channel_names = roles_.inputs;  // in the order of the job
    for (const std::string& name : source_.channel_names) {
      APPRENTICE_TRY(const size_t index, find(name));
      if (std::find(plan_.inputs.begin(), plan_.inputs.end(), index) != plan_.inputs.end()) {
        return bad_input(path_, "inputs names column '{}' twice", name);
      }
      plan_.inputs.push_back(index);
      const auto numbers = roles_.numbers.find(name);
      plan_.numbers.push_back(numbers != roles_.numbers.end() ? &numbers->second : nullptr);
    }
    if (plan_.inputs.empty()) return bad_input(path_, "no column is left as an input");
    precision_ = PrecisionWatch(plan_.inputs.size());
    missing_.resize(reader_.columns().size());
    source_.row_shape = {static_cast<int64_t>(plan_.inputs.size())};
    source_.label_column = roles_.label;
    source_.group_columns = roles_.group;
    source_.time_column = roles_.time;
    return {};
  }

  // A number of an input or target; `usable` becomes false for a missing cell that the job lets pass.
  Result<double> number(std::string_view cell, size_t column, const std::map<std::string, double>* numbers,
                        bool& usable) {
    double value = 0.0;
    const std::string& name = reader_.columns()[column];
    const bool is_plain = numbers == nullptr && !reader_.is_listed(cell);
    if (is_plain && reader_.number(cell, value) && std::isfinite(static_cast<float>(value))) return value;
    if (reader_.missing(cell)) {
      APPRENTICE_CHECK(miss(cell, column));
      usable = false;
      return 0.0;
    }
    if (numbers != nullptr) {
      const auto entry = numbers->find(std::string(trim(cell)));
      if (entry != numbers->end()) return entry->second;
      return bad_input(reader_.place(), "column '{}' is '{}', which [data.numbers.{}] does not list", name, trim(cell),
                       name);
    }
    if (double seconds = 0.0; parse_time(trim(cell), seconds)) {
      return bad_input(reader_.place(),
                       "column '{0}' is the time '{1}', no number; name it with time = \"{0}\", or leave it out with "
                       "ignore = [\"{0}\"]",
                       name, trim(cell).substr(0, 40));
    }
    return bad_input(reader_.place(),
                     "column '{}' is '{}'; expected a finite number with a decimal {} (leave the column out with "
                     "ignore, or give its texts numbers with [data.numbers])",
                     name, trim(cell).substr(0, 40), reader_.style().decimal == ',' ? "comma" : "point");
  }

  // A missing cell: an error unless the job lets such rows go.
  Status miss(std::string_view cell, size_t column) {
    ++missing_[column];
    if (roles_.missing == CsvRoles::Missing::kDrop) return {};
    const std::string& name = reader_.columns()[column];
    const std::string place = reader_.place();
    const std::string found = trim(cell).empty() ? "is missing" : fmt::format("is '{}'", trim(cell));
    APPRENTICE_TRY(const int64_t count, count_missing(column));
    if (2 * count > rows_seen_) {
      return bad_input(place, "column '{}' {}, and so in {} of {} rows; leave it out with ignore = [\"{}\"]", name,
                       found, count, rows_seen_, name);
    }
    return bad_input(place, "column '{}' {}; fill it, or set missing = \"drop\" to leave such rows out ({} of {})",
                     name, found, count, rows_seen_);
  }

  // Of the whole file, from the first missing cell on.
  Result<int64_t> count_missing(size_t column) {
    int64_t count = 1;
    rows_seen_ = source_.rows + 1;
    Cells cells;
    while (true) {
      APPRENTICE_TRY(const bool more, reader_.next(cells));
      if (!more) return count;
      ++rows_seen_;
      count += reader_.missing(cells[column]) ? 1 : 0;
    }
  }

  // That missing = "drop" has left rows.
  Status check_kept() const {
    if (std::find(source_.dropped.begin(), source_.dropped.end(), 0) != source_.dropped.end()) return {};
    const auto most = std::max_element(missing_.begin(), missing_.end());
    const std::string& name = reader_.columns()[static_cast<size_t>(most - missing_.begin())];
    return bad_input(
        path_,
        "every row has a missing cell, so missing = \"drop\" leaves none; column '{}' is missing in {} of {} "
        "rows: leave it out with ignore",
        name, *most, source_.rows);
  }

  Status add_row(const Cells& cells) {
    bool usable = true;
    for (size_t i = 0; i < plan_.inputs.size(); ++i) {
      const size_t column = plan_.inputs[i];
      APPRENTICE_TRY(const double value, number(cells[column], column, plan_.numbers[i], usable));
      if (usable) precision_.add(i, value);
      values_.push_back(static_cast<float>(value));
    }
    if (plan_.target != SIZE_MAX) {
      APPRENTICE_TRY(const double target, number(cells[plan_.target], plan_.target, nullptr, usable));
      source_.targets.push_back(static_cast<float>(target));
    }
    for (const auto& [index, column] : plan_.texts) {
      const std::string_view text = trim(cells[index]);
      const bool is_gone = text.empty() || reader_.is_listed(text);
      if (is_gone) APPRENTICE_CHECK(miss(text, index));
      usable = usable && !is_gone;
      column->append(with_point(text));
    }
    source_.dropped.push_back(usable ? 0 : 1);
    ++source_.rows;
    return {};
  }

  // A number with a decimal comma as the rest of the program reads numbers.
  std::string with_point(std::string_view text) const {
    double value = 0.0;
    const bool is_plain = reader_.style().decimal == '.' && reader_.style().thousands == 0;
    if (is_plain || parse_number(text, value) || !reader_.number(text, value)) return std::string(text);
    return fmt::format("{}", value);
  }

  CsvReader reader_;
  const std::string& path_;
  const CsvRoles& roles_;
  Plan plan_;
  Source source_;
  std::vector<float> values_;
  PrecisionWatch precision_{0};
  std::vector<int64_t> missing_;  // per column
  int64_t rows_seen_ = 0;
};

// One line per channel becomes one row per time step.
Status transpose(Source& source) {
  const auto& from = std::get<std::vector<float>>(source.values);
  const int64_t channels = source.rows, rows = source.row_size();
  std::vector<float> to(from.size());
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t r = 0; r < rows; ++r) {
      to[static_cast<size_t>(r * channels + c)] = from[static_cast<size_t>(c * rows + r)];
    }
  }
  source.values = std::move(to);
  source.row_shape = {channels};
  source.rows = rows;
  source.segments[0].rows = rows;
  source.channel_names.clear();
  for (int64_t c = 0; c < channels; ++c) source.channel_names.push_back("c" + std::to_string(c));
  return {};
}

}  // namespace

namespace {

// How the text is written, where that is not found.
void read_dialect(Config& data, CsvOptions& csv) {
  std::string decimal = "auto", thousands = "auto";
  data.read_choice("decimal", decimal, {"auto", ".", ","});
  data.read_choice("thousands", thousands, {"auto", ".", ",", " ", "'"});
  csv.decimal = decimal == "auto" ? '\0' : decimal[0];
  csv.thousands = thousands == "auto" ? '\0' : thousands[0];
  if (csv.decimal != 0 && csv.decimal == csv.thousands) {
    data.reject("thousands", "'thousands' is the decimal mark, too; they differ");
  }
  csv.missing_values = texts_of(data.read_any("missing_values"));
  for (const auto& [key, count] :
       {std::pair{"skip_lines", &csv.skip_lines}, {"skip_under_header", &csv.skip_under_header}}) {
    if (!data.has(key)) {
      static_cast<void>(data.read_any(key));  // a known key, but without a default that could be shown
      continue;
    }
    data.read(key, *count);
    if (*count < 0 || *count > 1000000)
      data.reject(key, fmt::format("'{}' is {}; expected a number of lines", key, *count));
  }
}

}  // namespace

void read_csv_keys(Config& data, CsvRoles& roles) {
  std::string delimiter = "auto", header = "auto", missing = "refuse";
  data.read_choice("delimiter", delimiter, {"auto", ",", ";", "tab", "blank", "\t", " "});
  delimiter_named(delimiter, roles.csv.delimiter);
  data.read_choice("header", header, {"auto", "yes", "no"});
  roles.csv.header = header == "auto"  ? CsvOptions::Header::kAuto
                     : header == "yes" ? CsvOptions::Header::kYes
                                       : CsvOptions::Header::kNo;
  data.read("column_names", roles.csv.column_names).read("inputs", roles.inputs).read("ignore", roles.ignore);
  data.read_choice("missing", missing, {"refuse", "drop"});
  roles.missing = missing == "drop" ? CsvRoles::Missing::kDrop : CsvRoles::Missing::kRefuse;
  data.read("transposed", roles.transposed);
  read_dialect(data, roles.csv);
  Config& numbers = data.table("numbers");
  for (const std::string& column : numbers.keys()) {
    Config& texts = numbers.table(column);
    for (const std::string& text : texts.keys()) texts.read(text, roles.numbers[column][text]);
  }
}

Result<Source> parse_csv_source(std::string_view text, const std::string& path, const CsvRoles& roles) {
  CsvRoles plain;
  plain.csv = roles.csv;
  plain.csv.header = CsvOptions::Header::kNo;
  plain.csv.column_names.clear();
  const CsvRoles& used = roles.transposed ? plain : roles;
  APPRENTICE_TRY(CsvReader reader, CsvReader::open(text, path, used.csv));
  APPRENTICE_TRY(Source source, CsvFile(std::move(reader), path, used).read());
  if (roles.transposed) APPRENTICE_CHECK(transpose(source));
  return source;
}

Result<Source> read_csv_source(const std::string& path, const CsvRoles& roles) {
  APPRENTICE_TRY(const TextFile file, TextFile::open(path));
  return parse_csv_source(file.view(), path, roles);
}

}  // namespace apprentice::data
