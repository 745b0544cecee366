// SPDX-License-Identifier: Apache-2.0
// Tables as loggers, spreadsheets and scripts write them: what is read, and the sentence for what is not.
#include <gmock/gmock.h>
#include <zlib.h>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/data/formats/csv_source.h"
#include "apprentice/data/formats/text_file.h"
#include "tests/data/job.h"

namespace apprentice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

data::CsvRoles roles_of(const std::string& keys) {
  auto config = Config::parse(keys, "job.toml");
  EXPECT_TRUE(config);
  data::CsvRoles roles;
  data::read_csv_keys(*config, roles);
  config->read("label", roles.label).read("time", roles.time);
  const Status done = config->finish();
  EXPECT_TRUE(done) << done.error().text();
  return roles;
}

Result<data::Source> read(const std::string& text, const std::string& keys = "") {
  return data::parse_csv_source(text, "a.csv", roles_of(keys));
}

std::vector<float> values(const std::string& text, const std::string& keys = "") {
  const auto source = read(text, keys);
  EXPECT_TRUE(source) << source.error().text();
  return source ? std::get<std::vector<float>>(source->values) : std::vector<float>();
}

std::string error_of(const std::string& text, const std::string& keys = "") {
  const auto source = read(text, keys);
  return source ? "read" : source.error().text();
}

std::vector<std::string> names(const std::string& text, const std::string& keys = "") {
  const auto source = read(text, keys);
  EXPECT_TRUE(source) << source.error().text();
  return source ? source->channel_names : std::vector<std::string>();
}

TEST(Header, OfNumbersOverFractionsIsNoRow) {
  const std::string text = "0,1,2\n1530.5,0.25,-0.5\n1457.5,1.5,0.5\n";
  EXPECT_THAT(names(text), ElementsAre("0", "1", "2"));
  EXPECT_THAT(values(text), ElementsAre(1530.5F, 0.25F, -0.5F, 1457.5F, 1.5F, 0.5F));
  EXPECT_THAT(read(text)->notes, ElementsAre("the first line ('0', '1', '2') is a header"));
  EXPECT_THAT(names(",0,1\n0,1.5,2.5\n1,2.5,3.5\n"), ElementsAre("c0", "0", "1"));
  EXPECT_EQ(values(text, "header = 'no'").size(), 9U);
}

TEST(Header, OfNumbersOverWholeNumbersIsAQuestion) {
  EXPECT_EQ(error_of("0,1,2\n5,5,9\n3,1,2\n"),
            "a.csv: the first line ('0', '1', '2') may be a header or a row; set header = \"yes\" or header = \"no\"");
  EXPECT_EQ(values("0,1,2\n5,5,9\n", "header = 'yes'").size(), 3U);
  EXPECT_EQ(values("0,1,2\n5,5,9\n", "header = 'no'").size(), 6U);
  EXPECT_EQ(values("0,1,2\n3,4,5\n6,7,8\n").size(), 9U);  // an example that counts
  EXPECT_EQ(values("0,1\n1,0\n").size(), 4U);             // two flags
}

TEST(Header, AFirstRowWithTextsThatComeAgainIsARow) {
  const std::string text = "1530.7,0.03,m10,worn\n1457.9,1.2,m04,healthy\n1495.3,0.4,m10,worn\n";
  EXPECT_EQ(
      error_of(text, "label = 'state'"),
      "a.csv: there is no column 'state'; known columns: c0, c1, c2, c3 (the file has no header; name its columns "
      "with column_names = [...], or set header = \"yes\")");
  const auto source = read(text, "label = 'state'\ncolumn_names = ['t', 'v', 'm', 'state']\nignore = 'm'");
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_EQ(source->rows, 3);
  EXPECT_THAT(error_of("1,a\n2,b\n3,c\n"), HasSubstr("the first line ('1', 'a') may be a header or a row"));
  EXPECT_EQ(names("id_1,0.5,2.5\nid_2,0.1,0.3\n", "ignore = 'c0'").size(), 2U);  // each text occurs once
}

TEST(Header, OfTextsOrOfWavelengthsIsAHeader) {
  EXPECT_THAT(names("name,400.5,401.5,402.5\na,1,2,3\nb,4,5,6\n", "ignore = 'name'"),
              ElementsAre("400.5", "401.5", "402.5"));
  EXPECT_EQ(read("a,b\nx,y\nz,w\n", "label = 'a'\ninputs = 'b'\n[numbers.b]\ny = 0\nw = 1")->rows, 2);
}

TEST(Units, UnderTheHeaderAreLeftOutWithAWord) {
  const std::string text = "temp,vib,state\ndegC,mm/s,\n1530.7,0.03,worn\n1457.9,1.2,healthy\n";
  EXPECT_THAT(values(text, "label = 'state'"), ElementsAre(1530.7F, 0.03F, 1457.9F, 1.2F));
  EXPECT_THAT(read(text, "label = 'state'")->notes,
              ElementsAre("line 2 ('degC', 'mm/s', '') names units and is left out"));
  EXPECT_EQ(values("a,b\n[s],[g]\nfloat,float\n1,2\n3,4\n").size(), 4U);
  EXPECT_THAT(error_of(text, "label = 'state'\nskip_under_header = 0"), HasSubstr("a.csv:2: column 'temp' is 'degC'"));
  EXPECT_EQ(values("a,b\n1,2\n3,4\n5,6\n", "skip_under_header = 1").size(), 4U);
  EXPECT_THAT(error_of("a,b\nNA,NA\n1,2\n"), StartsWith("a.csv:2: column 'a' is 'NA'"));  // a missing row is no unit
}

TEST(Lines, AboveATableAreLeftOutWithAWord) {
  const std::string text = "Logger: X7\nSerial 12 34\n\nt;x\n1;2,5\n2;3,5\n3;4,5\n";
  EXPECT_THAT(values(text), ElementsAre(1, 2.5F, 2, 3.5F, 3, 4.5F));
  EXPECT_THAT(read(text)->notes, ElementsAre("2 lines above the table are left out", "numbers have a decimal comma"));
  EXPECT_EQ(values("junk,1\nx,y,z\n1,2,3\n", "skip_lines = 1").size(), 3U);
  // A row that is too short is no line above the table, and neither is a header of one name less.
  EXPECT_EQ(error_of("1,2\n1,2,3\n4,5,6\n7,8,9\n"), "a.csv:2: the row has 3 cells; expected 2 as in the first row");
  EXPECT_EQ(error_of("a b c\n1 1.5 2.5 3.5\n2 1.5 2.5 3.5\n3 1.5 2.5 3.5\n"),
            "a.csv:2: the row has 4 cells; expected 3 as in the first row");
}

TEST(Lines, EndInCarriageReturnsToo) {
  EXPECT_THAT(values("a,b\r1,2\r3,4\r"), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(error_of("a,b\r1,2\r3,x\r").substr(0, 8), "a.csv:3:");
  EXPECT_THAT(values("a,b\r\n1,\"2\"\r\n3,4\r\n"), ElementsAre(1, 2, 3, 4));
}

TEST(Lines, OfExcelNameTheSeparator) {
  EXPECT_THAT(values("sep=;\na;b\n1;2,5\n3;4,5\n"), ElementsAre(1, 2.5F, 3, 4.5F));
  EXPECT_THAT(values("\xEF\xBB\xBFsep=,\r\na,b\r\n1,2\r\n"), ElementsAre(1, 2));
}

TEST(Lines, ThatStartWithAHashAreComments) {
  EXPECT_THAT(values("# made by X\n# 12:30, room 4\na,b\n1,2\n# pause\n3,4\n"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(names("# a,b\n1,2\n3,4\n"), ElementsAre("a", "b"));  // as numpy.savetxt writes a header
  EXPECT_THAT(names("# one word\n1,2\n3,4\n"), ElementsAre("c0", "c1"));
  EXPECT_THAT(values("a,b\n#N/A,2\n3,4\n", "missing = 'drop'"), testing::SizeIs(4));
}

TEST(Delimiters, AtTheEndOfEveryRowAddNoColumn) {
  EXPECT_THAT(names("a,b,\n1,2,\n3,4,\n"), ElementsAre("a", "b"));
  EXPECT_THAT(values("a,b\n1,2,\n3,4,\n"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(values("a;b;;;\n1;2;;;\n3;4;;;\n"), ElementsAre(1, 2, 3, 4));
  std::string late = "a,b,\n";
  for (int i = 0; i < 150; ++i) late += "1,2,\n";
  EXPECT_EQ(error_of(late + "1,2,3\n"),
            "a.csv:152: cell 3 is '3', but its column has no name and was empty before; name it in the header");
}

TEST(Numbers, WithADecimalCommaAreRead) {
  EXPECT_THAT(values("a;b\n1,5;-0,25\n1e3;3\n"), ElementsAre(1.5F, -0.25F, 1000, 3));
  EXPECT_THAT(values("a,b\n\"1,5\",2\n\"0,25\",3\n"), ElementsAre(1.5F, 2, 0.25F, 3));
  EXPECT_THAT(values("a;b\n1.234,5;2\n12.345.678,25;3\n"), ElementsAre(1234.5F, 2, 12345678.25F, 3));
  EXPECT_THAT(error_of("a;b\n1,5;x\n"), HasSubstr("expected a finite number with a decimal comma"));
  EXPECT_THAT(error_of("a;b\n1,5;2\n1.5;2\n2,5;3\n", "decimal = ','"), StartsWith("a.csv:3: column 'a' is '1.5'"));
  const auto source = read("t;a\n0,5;1\n1,5;2\n", "time = 't'");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->columns.at("t").at(1), "1.5");  // for whoever compares times later
}

TEST(Numbers, WithMarksOfThousandsAreRead) {
  EXPECT_THAT(values("a,b\n\"1,234.5\",2\n\"12,345,678.25\",3\n"), ElementsAre(1234.5F, 2, 12345678.25F, 3));
  EXPECT_THAT(values("a,b\n\"1,234\",2.5\n\"2,000\",3.5\n"), ElementsAre(1234, 2.5F, 2000, 3.5F));
  EXPECT_THAT(values("a;b\n1 234,5;2\n", "thousands = ' '\ndecimal = ','"), ElementsAre(1234.5F, 2));
  EXPECT_EQ(error_of("a;b\n1,234;2\n2,500;3\n"),
            "a.csv: '1,234' may be 1.234 or a number of thousands; set decimal = \",\" or thousands = \",\"");
  EXPECT_THAT(values("a;b\n1,234;2\n2,500;3\n", "decimal = ','"), ElementsAre(1.234F, 2, 2.5F, 3));
  EXPECT_THAT(values("a;b\n1,234;2\n2,500;3\n", "thousands = ','"), ElementsAre(1234, 2, 2500, 3));
  double value = 0.0;
  for (const char* text : {"1,23,456", ",123", "1,2345", "12,34", "1,,234", "1,234,"}) {
    EXPECT_FALSE(data::parse_number(text, data::NumberStyle{'.', ','}, value)) << text;
  }
  for (const char* text : {"1.5", "1,5,5", "1,5.5", ""})
    EXPECT_FALSE(data::parse_number(text, data::NumberStyle{',', 0}, value)) << text;
}

TEST(Missing, WordsOfTheFileAreTaken) {
  const std::string text = "a,b\n1,-999\n#VALUE!,3\n5,-999.0\n7,8\n";
  EXPECT_THAT(read(text, "missing = 'drop'\nmissing_values = [-999]")->dropped, ElementsAre(1, 1, 1, 0));
  EXPECT_THAT(read("a,b\n1,void\n3,4\n", "missing = 'drop'\nmissing_values = 'void'")->dropped, ElementsAre(1, 0));
  EXPECT_THAT(error_of(text, "missing_values = [-999]"),
              StartsWith("a.csv:2: column 'b' is '-999'; fill it, or set missing"));
}

TEST(Missing, AnEmptyColumnIsToBeIgnoredNotItsRows) {
  EXPECT_EQ(error_of("a,b,c\n1,,2\n3,,4\n"),
            "a.csv:2: column 'b' is missing, and so in 2 of 2 rows; leave it out with ignore = [\"b\"]");
  EXPECT_EQ(
      error_of("a,b,c\n1,,2\n3,,4\n", "missing = 'drop'"),
      "a.csv: every row has a missing cell, so missing = \"drop\" leaves none; column 'b' is missing in 2 of 2 rows: "
      "leave it out with ignore");
}

TEST(Precision, OfAClockIsNotLostInSilence) {
  std::string text = "clock,x\n";
  for (int i = 0; i < 300; ++i) text += fmt::format("{},{}\n", 1700000000 + i, i % 7);
  EXPECT_EQ(
      error_of(text),
      "a.csv: column 'clock' lies near 1.7e+09, where float32 holds steps of 128 only: 297 of 299 changes are lost; "
      "it looks like a clock: name it with time = \"clock\", or leave it out with ignore = [\"clock\"]");
  EXPECT_EQ(error_of(text, "time = 'clock'"), "read");
  text = "p,x\n";
  for (int i = 0; i < 300; ++i) text += fmt::format("{:.3f},{}\n", 101325000.0 + 0.25 * (i % 9), i % 7);
  EXPECT_THAT(error_of(text), HasSubstr("subtract its offset in the file, so that the changes remain"));
  text = "p,x\n";
  for (int i = 0; i < 300; ++i) text += fmt::format("{},{}\n", 20.0 + 1e-9 * i + (i % 50), i % 7);
  EXPECT_EQ(error_of(text), "read");
}

std::string utf16(const std::string& ascii, bool big, bool mark) {
  std::string bytes = mark ? (big ? "\xFE\xFF" : "\xFF\xFE") : "";
  for (const char c : ascii) bytes += big ? std::string{'\0', c} : std::string{c, '\0'};
  return bytes;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string bytes(deflateBound(&stream, static_cast<uLong>(text.size())) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

TEST(TextFile, IsUtf8HoweverItWasSaved) {
  test::Scratch scratch;
  const std::string text = "speed,load\r\n1,2\r\n3,4\r\n";
  for (const std::string& bytes :
       {utf16(text, false, true), utf16(text, true, true), utf16(text, false, false), utf16(text, true, false),
        gzip(text), gzip(utf16(text, false, true)), gzip("speed,load\r\n") + gzip("1,2\r\n3,4\r\n")}) {
    ASSERT_TRUE(write_file(scratch.path("a.csv"), bytes));
    const auto source = data::read_csv_source(scratch.path("a.csv"), {});
    ASSERT_TRUE(source) << source.error().text();
    EXPECT_THAT(source->channel_names, ElementsAre("speed", "load"));
    EXPECT_THAT(std::get<std::vector<float>>(source->values), ElementsAre(1, 2, 3, 4));
  }
  // U+1F600 as two units, and half of it.
  EXPECT_EQ(*data::utf8_of_utf16(std::string("\xFF\xFE\x3D\xD8\x00\xDE", 6), "a"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(data::utf8_of_utf16(std::string("\xFF\xFE\x3D\xD8", 4), "a").error().text(),
            "a: the file is UTF-16 with half a character");
  EXPECT_EQ(data::utf8_of_utf16(std::string("\xFF\xFE\x3D", 3), "a").error().text(),
            "a: the file is UTF-16 and ends inside a character");
}

TEST(TextFile, RefusesDamagedGzip) {
  const std::string whole = gzip(std::string(5000, 'x') + "end");
  EXPECT_THAT(data::unpack_gzip(whole.substr(0, whole.size() - 9), "a").error().text(),
              StartsWith("a: the gzip file is cut short"));
  std::string damaged = whole;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);
  EXPECT_EQ(data::unpack_gzip(damaged, "a").error().text(), "a: the gzip file is damaged: incorrect data check");
}

TEST(TextFile, MutatedTablesNeverCrash) {
  const std::vector<std::string> tables{
      "Logger: X7\nSerial 12 34\n\nt;x;state\n[s];[g];\n1,5;1.234,5;a\n2,5;-999;b\n3;#N/A;a\n",
      "sep=;\n# a comment\n\"a\";b;\n1;2;\n3;4;\n", "# a,b\r1,2\r3,4\r", utf16("a,b\n1,\"2,5\"\n3,4\n", false, true),
      gzip("a b\n1 2\n3 4\n")};
  data::CsvRoles roles;
  roles.missing = data::CsvRoles::Missing::kDrop;
  roles.csv.missing_values = {"-999"};
  Rng rng(1, "mutations");
  int64_t refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = tables[static_cast<size_t>(round) % tables.size()];
    for (uint64_t edits = 1 + rng.below(4); edits > 0; --edits)
      bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(128));
    if (rng.below(4) == 0) bytes.resize(rng.below(bytes.size()));
    if (data::is_gzip(bytes)) bytes = data::unpack_gzip(bytes, "f").value_or("");
    if (data::is_utf16(bytes)) bytes = data::utf8_of_utf16(bytes, "f").value_or("");
    refused += data::parse_csv_source(bytes, "f", roles) ? 0 : 1;
  }
  EXPECT_GT(refused, 1000);
  EXPECT_LT(refused, 19000);
}

TEST(FileKind, OfWhatIsNoTableIsNamedWithAWayOut) {
  const auto said = [](const std::string& bytes) { return error_of(bytes); };
  EXPECT_EQ(said(std::string("PK\x03\x04", 4) + "..[Content_Types].xml.._rels/.rels"),
            "a.csv: the file is an Excel workbook (.xlsx); save its sheet as CSV");
  EXPECT_EQ(said("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
            "a.csv: the file is a Git LFS pointer that stands for the data; fetch the data with git lfs pull");
  EXPECT_EQ(
      said("\n<!DOCTYPE html>\n<html><body>Sign in</body></html>"),
      "a.csv: the file is a web page (HTML), as a download that needs a login or another link gives; download the data "
      "itself");
  EXPECT_THAT(said("\xD0\xCF\x11\xE0...."), HasSubstr("save its sheet as CSV"));
  EXPECT_THAT(said("PAR1...."), HasSubstr("a Parquet table; save it as CSV"));
  EXPECT_THAT(said("\x89HDF...."), HasSubstr("an HDF5 file; save its arrays as NPY"));
  EXPECT_THAT(said(std::string("\x93NUMPY\x01\x00", 8)), HasSubstr("a NumPy array; set format = \"npy\""));
  EXPECT_THAT(said(std::string("RIFF\0\0\0\0WAVEfmt ", 16)), HasSubstr("WAV sound; set format = \"wav\""));
}

}  // namespace
}  // namespace apprentice
