// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/formats/csv.h"

#include <gtest/gtest.h>

#include <chrono>

#include "apprentice/data/formats/csv_source.h"

namespace apprentice {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string read_all(std::string_view text, const data::CsvOptions& options, std::vector<std::string>& columns,
                     Rows& rows) {
  auto reader = data::CsvReader::open(text, "a.csv", options);
  if (!reader) return reader.error().text();
  columns = reader->columns();
  std::vector<std::string_view> cells;
  while (true) {
    const auto more = reader->next(cells);
    if (!more) return more.error().text();
    if (!*more) return "";
    rows.emplace_back(cells.begin(), cells.end());
  }
}

// "" when the whole text is read, else the sentence.
std::string error_of(std::string_view text, const data::CsvOptions& options = {}) {
  std::vector<std::string> columns;
  Rows rows;
  return read_all(text, options, columns, rows);
}

Rows rows_of(std::string_view text, const data::CsvOptions& options = {}) {
  std::vector<std::string> columns;
  Rows rows;
  EXPECT_EQ(read_all(text, options, columns, rows), "");
  return rows;
}

TEST(CsvReader, FindsEachDelimiterByItself) {
  const Rows expected{{"1", "2.5", "-3e-2"}, {"4", "5", "6"}};
  EXPECT_EQ(rows_of("1,2.5,-3e-2\n4,5,6\n"), expected);
  EXPECT_EQ(rows_of("1;2.5;-3e-2\n4;5;6\n"), expected);
  EXPECT_EQ(rows_of("1\t2.5\t-3e-2\n4\t5\t6"), expected);
  EXPECT_EQ(rows_of("  1 2.5   -3e-2  \r\n4  5 6 \r\n\r\n"), expected);
}

TEST(CsvReader, SkipsByteOrderMarkAndReadsTheHeader) {
  std::vector<std::string> columns;
  Rows rows;
  EXPECT_EQ(read_all("\xEF\xBB\xBFspeed,load\r\n1,2\r\n", {}, columns, rows), "");
  EXPECT_EQ(columns, (std::vector<std::string>{"speed", "load"}));
  EXPECT_EQ(rows, (Rows{{"1", "2"}}));
}

TEST(CsvReader, NamesColumnsOfAFileWithoutHeader) {
  std::vector<std::string> columns;
  Rows rows;
  EXPECT_EQ(read_all("1,2\n3,4\n", {}, columns, rows), "");
  EXPECT_EQ(columns, (std::vector<std::string>{"c0", "c1"}));
  EXPECT_EQ(rows.size(), 2U);
}

TEST(CsvReader, ReadsQuotedCellsWithDelimitersQuotesAndLineEnds) {
  EXPECT_EQ(rows_of("a,b\n\"x,\"\"y\"\"\",1\n\"two\nlines\",2\n\"\",3\n"),
            (Rows{{"x,\"y\"", "1"}, {"two\nlines", "2"}, {"", "3"}}));
}

TEST(CsvReader, RefusesRaggedRowsWithTheirLine) {
  EXPECT_EQ(error_of("a,b\n1,2\n\n3\n"), "a.csv:4: the row has 1 cells; expected 2 as in the first row");
  EXPECT_EQ(error_of("a,b\n\"x\ny\",2\n3,4,5\n"), "a.csv:4: the row has 3 cells; expected 2 as in the first row");
}

TEST(CsvReader, RefusesWhatIsNoTable) {
  EXPECT_EQ(error_of(""), "a.csv: the file holds no rows");
  EXPECT_EQ(error_of("\n \n"), "a.csv: the file holds no rows");
  EXPECT_EQ(error_of("a,b\n1,\"2\n"), "a.csv:2: a quoted cell starts in this row and never closes");
  EXPECT_EQ(error_of("a,b\n\"1\"2,3\n"), "a.csv:2: cell 1 goes on after its closing quote");
  EXPECT_EQ(error_of("a,a\n1,2\n"), "a.csv:1: two columns are named 'a'; name them apart with column_names = [...]");
  EXPECT_EQ(error_of(std::string_view("1,2\n3,\0\n", 8)), "a.csv:2: a zero byte stands here; the file is not text");
}

TEST(CsvReader, RefusesAWrongNumberOfNames) {
  data::CsvOptions options;
  options.column_names = {"x"};
  EXPECT_EQ(error_of("1,2\n", options), "a.csv:1: column_names has 1 names, but the file has 2 columns");
}

TEST(CsvNumbers, AreWholeCellsWithADecimalPoint) {
  double value = 0.0;
  EXPECT_TRUE(data::parse_number(" +1.5e3 ", value));
  EXPECT_EQ(value, 1500.0);
  for (const char* text : {"", "1,5", "1.5x", "0x10", "1 2", "--1", "1e999"})
    EXPECT_FALSE(data::parse_number(text, value)) << text;
  for (const char* text : {"", " ", "NA", "n/a", "NaN", "null", "?", "-"}) EXPECT_TRUE(data::is_missing(text)) << text;
  EXPECT_FALSE(data::is_missing("0"));
}

std::string source_error(const std::string& text, const data::CsvRoles& roles = {}) {
  const auto source = data::parse_csv_source(text, "a.csv", roles);
  return source ? "read" : source.error().text();
}

TEST(CsvSource, NamesMissingAndWrongCellsWithLineAndColumn) {
  EXPECT_EQ(source_error("rpm,load\n1,2\n3,\n"),
            "a.csv:3: column 'load' is missing; fill it, or set missing = \"drop\" to leave such rows out (1 of 2)");
  EXPECT_EQ(source_error("rpm,load\n1,NaN\n2,3\n"),
            "a.csv:2: column 'load' is 'NaN'; fill it, or set missing = \"drop\" to leave such rows out (1 of 2)");
  EXPECT_EQ(source_error("rpm,load\n1,2\n3,\n4,\n5,\n"),
            "a.csv:3: column 'load' is missing, and so in 3 of 4 rows; leave it out with ignore = [\"load\"]");
  EXPECT_EQ(source_error("rpm,load\n1,high\n"),
            "a.csv:2: column 'load' is 'high'; expected a finite number with a decimal point (leave the column out "
            "with ignore, or give its texts numbers with [data.numbers])");
  EXPECT_EQ(source_error("rpm,at\n1,2024-03-01 12:00:00.5\n"),
            "a.csv:2: column 'at' is the time '2024-03-01 12:00:00.5', no number; name it with time = \"at\", or leave "
            "it out "
            "with ignore = [\"at\"]");
  EXPECT_EQ(source_error("rpm,load\n1,inf\n").substr(0, 31), "a.csv:2: column 'load' is 'inf'");
  EXPECT_EQ(source_error("rpm,load\n1,1e39\n").substr(0, 32), "a.csv:2: column 'load' is '1e39'");
}

TEST(CsvSource, ListsTheKnownColumnsForAnUnknownOne) {
  data::CsvRoles roles;
  roles.label = "fault";
  EXPECT_EQ(source_error("rpm,load\n1,2\n", roles), "a.csv: there is no column 'fault'; known columns: load, rpm");
  roles.label = "";
  roles.ignore = {"rpm", "load"};
  EXPECT_EQ(source_error("rpm,load\n1,2\n", roles), "a.csv: no column is left as an input");
  EXPECT_EQ(source_error("rpm,load\n"), "a.csv: the file has a header but no rows");
}

TEST(CsvSource, DropsRowsWithMissingCellsWhenTold) {
  data::CsvRoles roles;
  roles.missing = data::CsvRoles::Missing::kDrop;
  const auto source = data::parse_csv_source("a,b\n1,2\n3,?\n5,6\n", "a.csv", roles);
  ASSERT_TRUE(source);
  EXPECT_EQ(source->rows, 3);
  EXPECT_EQ(source->dropped, (std::vector<char>{0, 1, 0}));
}

TEST(CsvSource, KeepsTheOrderOfTheJobForInputs) {
  data::CsvRoles roles;
  roles.inputs = {"c", "a"};
  const auto source = data::parse_csv_source("a,b,c\n1,2,3\n4,5,6\n", "a.csv", roles);
  ASSERT_TRUE(source);
  EXPECT_EQ(std::get<std::vector<float>>(source->values), (std::vector<float>{3, 1, 6, 4}));
}

TEST(CsvSource, ReadsThreeMegabytesWithinAFractionOfASecond) {
  std::string text;
  while (text.size() < 3'500'000)
    text += "1 1 -0.0007 -0.0004 100.0 518.67 641.82 1589.70 1400.60 14.62 21.61 554.36 \n";
  const auto start = std::chrono::steady_clock::now();
  const auto source = data::parse_csv_source(text, "a.csv", {});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ASSERT_TRUE(source);
  RecordProperty("seconds", std::to_string(seconds));
  EXPECT_LT(seconds, 5.0);  // about 0.05 s on an idle machine; the bound only catches another order of growth
}

}  // namespace
}  // namespace apprentice
