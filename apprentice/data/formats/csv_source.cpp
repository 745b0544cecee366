// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/csv_source.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "apprentice/base/files.h"

namespace apprentice {
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
      return bad_input(path_, "there is no column '{}'; {}", column, known_names("columns", names));
    }
    return static_cast<size_t>(found - names.begin());
  }

  Status add_text(const std::string& column) {
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
    source_.row_shape = {static_cast<int64_t>(plan_.inputs.size())};
    source_.label_column = roles_.label;
    source_.group_columns = roles_.group;
    source_.time_column = roles_.time;
    return {};
  }

  // A number of an input or target; `usable` becomes false for a missing cell that the job lets pass.
  Result<float> number(std::string_view cell, size_t column, const std::map<std::string, double>* numbers,
                       bool& usable) const {
    double value = 0.0;
    if (numbers == nullptr && parse_number(cell, value) && std::isfinite(value)) {
      const auto narrow = static_cast<float>(value);
      if (std::isfinite(narrow)) return narrow;
    }
    const std::string& name = reader_.columns()[column];
    if (is_missing(cell)) {
      if (roles_.missing == CsvRoles::Missing::kDrop) {
        usable = false;
        return 0.0F;
      }
      const std::string found = trim(cell).empty() ? "is missing" : fmt::format("is '{}'", trim(cell));
      return bad_input(reader_.place(), "column '{}' {}; fill it, or set missing = \"drop\" to leave such rows out",
                       name, found);
    }
    if (numbers != nullptr) {
      const auto entry = numbers->find(std::string(trim(cell)));
      if (entry != numbers->end()) return static_cast<float>(entry->second);
      return bad_input(reader_.place(), "column '{}' is '{}', which [data.numbers.{}] does not list", name, trim(cell),
                       name);
    }
    return bad_input(reader_.place(),
                     "column '{}' is '{}'; expected a finite number with a decimal point (leave the column out with "
                     "ignore, or give its texts numbers with [data.numbers])",
                     name, trim(cell).substr(0, 40));
  }

  Status add_row(const Cells& cells) {
    bool usable = true;
    for (size_t i = 0; i < plan_.inputs.size(); ++i) {
      const size_t column = plan_.inputs[i];
      APPRENTICE_TRY(const float value, number(cells[column], column, plan_.numbers[i], usable));
      values_.push_back(value);
    }
    if (plan_.target != SIZE_MAX) {
      APPRENTICE_TRY(const float target, number(cells[plan_.target], plan_.target, nullptr, usable));
      source_.targets.push_back(target);
    }
    for (const auto& [index, column] : plan_.texts) {
      const std::string_view text = trim(cells[index]);
      if (text.empty() && roles_.missing == CsvRoles::Missing::kRefuse) {
        return bad_input(reader_.place(),
                         "column '{}' is missing; fill it, or set missing = \"drop\" to leave such "
                         "rows out",
                         reader_.columns()[index]);
      }
      usable = usable && !text.empty();
      column->append(text);
    }
    source_.dropped.push_back(usable ? 0 : 1);
    ++source_.rows;
    return {};
  }

  CsvReader reader_;
  const std::string& path_;
  const CsvRoles& roles_;
  Plan plan_;
  Source source_;
  std::vector<float> values_;
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
  Config numbers = data.table("numbers");
  for (const std::string& column : numbers.keys()) {
    Config texts = numbers.table(column);
    for (const std::string& text : texts.keys()) texts.read(text, roles.numbers[column][text]);
  }
}

Result<Source> parse_csv_source(std::string_view text, const std::string& path, const CsvRoles& roles) {
  CsvRoles plain;
  plain.csv.delimiter = roles.csv.delimiter;
  plain.csv.header = CsvOptions::Header::kNo;
  const CsvRoles& used = roles.transposed ? plain : roles;
  APPRENTICE_TRY(CsvReader reader, CsvReader::open(text, path, used.csv));
  APPRENTICE_TRY(Source source, CsvFile(std::move(reader), path, used).read());
  if (roles.transposed) APPRENTICE_CHECK(transpose(source));
  return source;
}

Result<Source> read_csv_source(const std::string& path, const CsvRoles& roles) {
  APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
  return parse_csv_source(file.view(), path, roles);
}

}  // namespace apprentice
