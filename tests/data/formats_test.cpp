// SPDX-License-Identifier: Apache-2.0
// The contract of every row of the table of formats: it is told apart, read, and cut files end in one sentence.
#include <gmock/gmock.h>

#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/data/formats/cifar.h"
#include "apprentice/data/formats/csv_source.h"
#include "apprentice/data/formats/format.h"
#include "apprentice/data/formats/npz.h"
#include "apprentice/data/formats/wav.h"
#include "tests/data/job.h"
#include "tests/data/seeds.h"

namespace apprentice {
namespace {

using test::seeds;

// Parses bytes with the parser of a format; the error's text, or "".
std::string parse(const std::string& format, const std::string& bytes) {
  const auto text = [](const auto& result) { return result ? std::string() : result.error().text(); };
  if (format == "csv") {
    data::CsvRoles roles;
    roles.label = "state";
    roles.group = {"machine"};
    return text(data::parse_csv_source(bytes, "f", roles));
  }
  if (format == "npy") return text(data::parse_npy(bytes, "f"));
  if (format == "npz") return text(data::parse_npz(bytes, "f", 1 << 20));
  if (format == "wav") return text(data::parse_wav(bytes, "f"));
  return text(data::parse_cifar(bytes, "f", {}));
}

// A job's [data] keys that read the seed of a format.
std::string data_of(const std::string& format) {
  if (format == "csv") return "path = 'seed.csv'\nlabel = 'state'\ngroup = 'machine'";
  if (format == "npy") return "path = 'seed.npy'\nlabels = 'labels.csv'";
  if (format == "npz") return "path = 'seed.npz'";
  if (format == "cifar") return "path = 'seed.bin'";
  if (format == "wav") return "path = ['a/seed.wav', 'b/seed.wav']\n[data.window]\nlength = 5";
  return "path = 'index.csv'\nlabel = 'state'\n[data.window]\nlength = 5";
}

// Writes every seed, in the places that data_of() names.
void write_seeds(const test::Scratch& scratch) {
  for (const auto& [format, seed] : seeds()) ASSERT_TRUE(write_file(scratch.path(seed.name), seed.bytes));
  for (const char* folder : {"a", "b"}) {
    ASSERT_TRUE(make_folder(scratch.path(folder)));
    ASSERT_TRUE(write_file(scratch.path(std::string(folder) + "/seed.wav"), test::seed_wav()));
  }
  ASSERT_TRUE(write_file(scratch.path("labels.csv"), "0\n1\n0\n1\n0\n1\n"));
  ASSERT_TRUE(write_file(scratch.path("index.csv"), "file,state\na/seed.wav,ok\nb/seed.wav,bad\n"));
}

TEST(FormatTable, HasOneFilePerRow) {
  std::set<std::string> rows, files;
  for (const data::DataFormat& format : data::format_table()) rows.insert(format.name);
  for (const std::string& name : list_folder(test::source_folder() + "/apprentice/data/formats")) {
    const size_t at = name.find("_format.cpp");
    if (at != std::string::npos) files.insert(name.substr(0, at));
  }
  EXPECT_EQ(rows, files);
  EXPECT_EQ(data::data_formats().size(), rows.size());
  for (const data::DataFormatInfo& info : data::data_formats()) {
    EXPECT_FALSE(info.summary.empty());
    EXPECT_TRUE(file_exists(test::source_folder() + "/docs/formats/" + info.name + ".md")) << info.name;
  }
}

TEST(FormatTable, EveryFormatIsToldApartAndProbed) {
  test::Scratch scratch;
  write_seeds(scratch);
  for (const auto& [format, seed] : seeds()) {
    const auto probe = data::probe_data(scratch.path(seed.name));
    ASSERT_TRUE(probe) << probe.error().text();
    EXPECT_EQ(probe->format, format);
    EXPECT_GT(probe->rows, 0) << format;
  }
  const auto index = data::probe_data(scratch.path("index.csv"));
  ASSERT_TRUE(index);
  EXPECT_EQ(index->format, "recordings");
  EXPECT_EQ(index->file_column, "file");
  EXPECT_EQ(index->label_column, "state");
  EXPECT_EQ(index->sample_shape, (Shape{2}));
}

TEST(FormatTable, EveryFormatLoadsAndRefusesMissingFilesAndUnknownKeys) {
  test::Scratch scratch;
  write_seeds(scratch);
  for (const data::DataFormat& format : data::format_table()) {
    const std::string data = "[data]\nformat = '" + std::string(format.name) + "'\n";
    const bool windows = data_of(format.name).find("window") != std::string::npos;
    const std::string split =
        windows ? "\n[split]\nby = 'time'\ntrain = [0.0, 0.5]\nvalidation = [0.6, 0.75]\ntest = [0.85, 1.0]\n"
                : "\n[split]\nby = 'attribute'\ncolumn = 'row'\ntrain = [0, 1]\nvalidation = 2\n"
                  "test = { from = 3 }\nallow_leak = true\n";
    const auto splits = test::load_job(data + data_of(format.name) + split, scratch.path());
    ASSERT_TRUE(splits) << format.name << ": " << splits.error().text();
    EXPECT_GT(splits->test->size(), 0);
    const std::string unknown = test::refusal(data + "colour = 1\n" + data_of(format.name) + split, scratch.path());
    EXPECT_THAT(unknown, testing::StartsWith("job.toml:3:1: unknown key 'colour' in [data]; known keys: "))
        << format.name;
    std::filesystem::path empty = scratch.path("empty");
    std::filesystem::create_directory(empty);
    const auto missing = test::load_job(data + data_of(format.name) + split, empty.string());
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound) << missing.error().text();
  }
}

TEST(FormatTable, EveryCutFileEndsInASentence) {
  for (const auto& [format, seed] : seeds()) {
    ASSERT_EQ(parse(format, seed.bytes), "") << format;
    const size_t step = std::max<size_t>(1, seed.bytes.size() / 400);
    for (size_t size = 0; size < seed.bytes.size(); size += step) {
      const std::string error = parse(format, seed.bytes.substr(0, size));
      const bool whole_rows = (format == "csv" && size > 30) || (format == "cifar" && size > 0 && size % 3073 == 0);
      EXPECT_TRUE(whole_rows || !error.empty()) << format << " cut to " << size << " of " << seed.bytes.size();
    }
  }
}

TEST(FormatTable, MutatedFilesNeverCrash) {
  Rng rng(1, "mutations");
  for (const auto& [format, seed] : seeds()) {
    int64_t refused = 0;
    for (int round = 0; round < 2000; ++round) {
      std::string bytes = seed.bytes;
      const uint64_t edits = 1 + rng.below(8), reach = std::min<size_t>(bytes.size(), 200);
      for (uint64_t i = 0; i < edits; ++i) bytes[rng.below(reach)] = static_cast<char>(rng.below(256));
      if (rng.below(4) == 0) bytes.resize(rng.below(bytes.size()));
      refused += parse(format, bytes).empty() ? 0 : 1;
    }
    EXPECT_GT(refused, 0) << format;
  }
}

TEST(Wav, KeepsTheNumbersAsStored) {
  const auto source = data::parse_wav(test::seed_wav(), "a.wav");
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_EQ(source->row_shape, (Shape{2}));
  const auto& values = std::get<std::vector<float>>(source->values);
  EXPECT_EQ(values[2], 100.0F);
  EXPECT_EQ(values[3], -32768.0F);
}

TEST(Wav, RefusesCutFilesAndOtherEncodings) {
  std::string bytes = test::seed_wav();
  EXPECT_EQ(parse("wav", bytes.substr(0, 100)),
            "f: the file is cut short: its 'data' chunk promises 200 bytes, but 56 are there");
  EXPECT_EQ(parse("wav", bytes.substr(0, 36)), "f: the file is cut short: it has no data chunk");
  EXPECT_EQ(parse("wav", "RIFX"), "f: not a WAV file: it does not start with RIFF....WAVE");
  bytes[20] = 7;  // mu-law, 8 bits
  bytes[32] = 2;
  bytes[34] = 8;
  EXPECT_EQ(parse("wav", bytes),
            "f: the encoding 0x0010 is not read; possible are WAV with 8, 16, 24 or 32-bit PCM or floats");
}

TEST(Npz, RefusesEntriesThatClaimMoreThanTheBudget) {
  const auto arrays = data::parse_npz(test::seed_npz(), "a.npz", 100);
  ASSERT_FALSE(arrays);
  EXPECT_EQ(arrays.error().text(),
            "a.npz:samples.npy: the entry claims 176 bytes, more than the 100 that are left to read");
  EXPECT_THAT(parse("npz", "PK"), testing::StartsWith("f: not a readable NPZ (zip) file: "));
}

TEST(Npz, RefusesFilesThatGrowBeyondMeasure) {
  std::string bytes = test::seed_npz();
  const size_t at = bytes.find("PK\x01\x02");  // the first entry of the central directory
  ASSERT_NE(at, std::string::npos);
  const std::string sizes("\x00\x00\x10\x00\x00\x00\x00\x30", 8);  // 1 MiB that becomes 768 MiB, as deflate could
  bytes.replace(at + 20, 8, sizes);
  bytes.replace(18, 8, sizes);
  const auto arrays = data::parse_npz(bytes, "a.npz");
  ASSERT_FALSE(arrays);
  EXPECT_THAT(arrays.error().text(),
              testing::HasSubstr("claims 805306368 bytes, more than the 536870912 that are left"));
}

TEST(Npz, RefusesSizesThatDeflateCannotMake) {
  std::string bytes = test::seed_npz();
  const size_t at = bytes.find("PK\x01\x02");  // the first entry of the central directory
  ASSERT_NE(at, std::string::npos);
  const std::string huge("\xFF\xFF\xFF\x0F", 4);
  bytes.replace(at + 24, 4, huge);  // uncompressed size, 256 MiB
  bytes.replace(22, 4, huge);       // and in the local header
  const auto arrays = data::parse_npz(bytes, "a.npz");
  ASSERT_FALSE(arrays);
  EXPECT_THAT(arrays.error().text(), testing::HasSubstr("the entry claims 268435455 bytes out of"));
}

TEST(Cifar, RefusesSizesThatAreNoMultipleOfARecord) {
  EXPECT_EQ(parse("cifar", std::string(3074, 'x')),
            "f: the file has 3074 bytes, no multiple of the 3073 of one record (1 label bytes and an image of [3, 32, "
            "32]); it is cut short or of another layout");
  EXPECT_EQ(parse("cifar", ""), "f: the file is empty");
}

TEST(Probe, LooksIntoTables) {
  test::Scratch scratch;
  write_seeds(scratch);
  const auto probe = data::probe_data(scratch.path("seed.csv"));
  ASSERT_TRUE(probe);
  EXPECT_TRUE(probe->has_header);
  EXPECT_EQ(probe->rows, 6);
  EXPECT_EQ(probe->label_column, "state");
  EXPECT_EQ(probe->group_column, "machine");
  EXPECT_EQ(probe->class_names, (std::vector<std::string>{"bad", "ok"}));
  EXPECT_EQ(probe->sample_shape, (Shape{2}));
  EXPECT_EQ(probe->columns[0].kind, data::ColumnProbe::Kind::kInteger);
  EXPECT_EQ(probe->columns[1].kind, data::ColumnProbe::Kind::kNumber);
  EXPECT_EQ(probe->columns[2].kind, data::ColumnProbe::Kind::kText);
  ASSERT_TRUE(write_file(scratch.path("x.exe"), "MZ"));
  const auto unknown = data::probe_data(scratch.path("x.exe"));
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().text(), testing::HasSubstr("of no format that is read here; known formats: cifar, csv"));
}

std::string keys_of(const Result<data::DataProbe>& probe) {
  std::string text;
  for (const data::DataKeyProbe& key : probe->keys) text += key.key + " = " + key.value + "\n";
  return text;
}

TEST(Probe, KnowsTheArraysOfAnArchiveByTheirNames) {
  test::Scratch scratch;
  write_seeds(scratch);
  EXPECT_EQ(keys_of(data::probe_data(scratch.path("seed.npz"))), "labels = \"labels\"\ngroups = \"groups\"\n");
}

TEST(Probe, FindsLabelsAndGroupsBesideAnArrayByName) {
  test::Scratch scratch;
  const auto write = [&](const char* name, const Shape& shape, float step) {
    Tensor array(DType::kF32, shape);
    for (int64_t i = 0; i < array.size(); ++i) array.data<float>()[i] = static_cast<float>(i % 3) * step;
    ASSERT_TRUE(data::write_npy(scratch.path(name), array));
  };
  const auto keys = [&](const char* name) { return keys_of(data::probe_data(scratch.path(name))); };
  write("samples.npy", {12, 2, 64}, 1.0F);
  write("labels.npy", {12}, 1.0F);
  EXPECT_EQ(keys("samples.npy"), "labels = \"" + scratch.path("labels.npy") + "\"\n");
  write("max_X.npy", {9, 64, 2}, 1.0F);  // the x of "max" is part of a word
  write("max_y.npy", {9}, 0.4F);
  write("max_groups.npy", {9, 1}, 1.0F);
  EXPECT_EQ(keys("max_X.npy"), "layout = \"channels_last\"\ntask = \"regression\"\ntargets = \"" +
                                   scratch.path("max_y.npy") + "\"\ngroups = \"" + scratch.path("max_groups.npy") +
                                   "\"\n");
  write("lonely.npy", {5, 2}, 1.0F);  // labels.npy has another number of rows
  EXPECT_EQ(keys("lonely.npy"), "");
}

}  // namespace
}  // namespace apprentice
