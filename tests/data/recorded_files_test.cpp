// SPDX-License-Identifier: Apache-2.0
// Sound, arrays and folders as programs and people leave them: what is read, and the sentence for what is not.
#include <gmock/gmock.h>

#include <limits>
#include <set>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/data/formats/wav.h"
#include "apprentice/data/probe.h"
#include "tests/data/job.h"
#include "tests/data/seeds.h"

namespace apprentice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RecordedFiles : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& bytes) {
    const size_t slash = name.rfind('/');
    if (slash != std::string::npos) {
      ASSERT_TRUE(make_folder(scratch_.path(name.substr(0, slash))));
    }
    ASSERT_TRUE(write_file(scratch_.path(name), bytes));
  }
  std::string refusal(const std::string& job) { return test::refusal(job, scratch_.path()); }
  Result<data::Splits> load(const std::string& job) { return test::load_job(job, scratch_.path()); }
  // Four recordings of 40 steps in each of two folders.
  void write_sounds(uint32_t other_rate = 8000) {
    for (const char* folder : {"idle", "knock"}) {
      for (int r = 0; r < 4; ++r) {
        std::vector<int16_t> values(40, static_cast<int16_t>(r));
        for (size_t i = 0; i < values.size(); ++i)
          values[i] = static_cast<int16_t>(values[i] + 10 * static_cast<int>(i));
        write(fmt::format("sounds/{}/r{}.wav", folder, r), test::wav_of(values, r == 3 ? other_rate : 8000));
      }
    }
  }

  const std::string halves_ = "[split]\nby = 'group'\nvalidation = 0.25\ntest = 0.25\n";
  test::Scratch scratch_;
};

// Lengths as programs leave them that write to a pipe.
std::string open_ended(std::string wav, const std::string& length) {
  wav.replace(4, 4, length);
  wav.replace(40, 4, length);
  return wav;
}

TEST_F(RecordedFiles, SoundFromAPipeIsReadToItsEnd) {
  const std::string wav = test::wav_of({1, -2, 3, 30000}, 8000);
  for (const std::string& length : {std::string(4, '\xFF'), std::string(4, '\0')}) {
    const auto source = data::parse_wav(open_ended(wav, length), "a.wav");
    ASSERT_TRUE(source) << source.error().text();
    EXPECT_THAT(std::get<std::vector<float>>(source->values), ElementsAre(1, -2, 3, 30000));
  }
  const auto odd = data::parse_wav(open_ended(wav, std::string(4, '\xFF')) + "x", "a.wav");  // cut inside a frame
  ASSERT_TRUE(odd) << odd.error().text();
  EXPECT_EQ(odd->rows, 4);
  std::string empty = test::wav_of({}, 8000);
  EXPECT_EQ(data::parse_wav(empty, "a.wav").error().text(), "a.wav: the file holds no samples");
  EXPECT_EQ(data::parse_wav(open_ended(empty, std::string(4, '\xFF')), "a.wav").error().text(),
            "a.wav: the file holds no samples");
  EXPECT_THAT(data::parse_wav("fLaC....", "a.wav").error().text(), HasSubstr("; it is FLAC sound; convert it to WAV"));
}

TEST_F(RecordedFiles, SoundOfTwoRatesIsRefusedUnlessTheJobSaysSo) {
  write_sounds(16000);
  const std::string data = "[data]\nformat = 'wav'\npath = 'sounds'\n";
  EXPECT_EQ(
      refusal(data + halves_),
      "DIR/sounds/idle/r3.wav: the file has 16000 samples a second, but DIR/sounds/idle/r0.wav has 8000; bring them to "
      "one rate, for instance with ffmpeg -i a.wav -ar 8000 b.wav, or set allow_mixed_rates = true");
  EXPECT_THAT(refusal(data + "allow_mixed_rates = true\n" + halves_), StartsWith("loaded: "));
  write("index.csv", "file,state\nsounds/idle/r0.wav,a\nsounds/idle/r3.wav,b\n");
  EXPECT_THAT(refusal("[data]\nformat = 'recordings'\npath = 'index.csv'\nlabel = 'state'\n" + halves_),
              HasSubstr("16000 samples a second"));
}

TEST_F(RecordedFiles, AFolderStandsForItsFilesAndFoldersForClasses) {
  write_sounds();
  write("sounds/idle/._r0.wav", "left by another system");
  for (const char* path : {"sounds", "sounds/", "sounds/*/*.wav", "*/*/*.wav", "sounds/*"}) {
    const auto splits = load(fmt::format("[data]\nformat = 'wav'\npath = '{}'\n", path) + halves_);
    ASSERT_TRUE(splits) << path << ": " << splits.error().text();
    EXPECT_THAT(splits->train->info().class_names, ElementsAre("idle", "knock"));
    EXPECT_EQ(splits->train->size() + splits->validation->size() + splits->test->size(), 8);
  }
  EXPECT_EQ(refusal("[data]\nformat = 'npz'\npath = 'sounds'\n" + halves_),
            "DIR/sounds: no .npz file lies in this folder or below");
  for (const char* folder : {"ok", "bad"}) {
    for (int r = 0; r < 4; ++r) write(fmt::format("tables/{}/{}.csv", folder, r), "x,y\n1,2\n3,4\n5,7\n");
  }
  const auto splits =
      load("[data]\nformat = 'csv'\npath = 'tables'\nlabel = 'folder'\ngroup = ['folder', 'file']\n" + halves_);
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_THAT(splits->train->info().class_names, ElementsAre("bad", "ok"));
}

TEST_F(RecordedFiles, NothingButTheStarIsSpecialInAPattern) {
  for (const char* name : {"run[1].csv", "run1.csv", "run?.csv", "run\\1.csv", ".run[1].csv"})
    write(name, "x,y\n1,2\n");
  const std::vector<std::pair<std::string, int64_t>> cases = {{"*.csv", 4},    {"run[1]*", 1}, {"*n?.csv", 1},
                                                              {"*\\1.csv", 1}, {".*", 1},      {"r*n*1*.*v", 3}};
  for (const auto& [pattern, files] : cases) {
    const auto probe = data::probe_data(scratch_.path(pattern));
    ASSERT_TRUE(probe) << pattern << ": " << probe.error().text();
    EXPECT_EQ(probe->files, files) << pattern;
  }
}

TEST_F(RecordedFiles, AProbeTakesFoldersAndPatterns) {
  write_sounds();
  const auto sounds = data::probe_data(scratch_.path("sounds"));
  ASSERT_TRUE(sounds) << sounds.error().text();
  EXPECT_EQ(sounds->format, "wav");
  EXPECT_EQ(sounds->files, 8);
  EXPECT_EQ(sounds->sample_rate_hz, 8000.0);
  EXPECT_THAT(sounds->class_names, ElementsAre("idle", "knock"));
  write("tables/ok/1.csv", "x,y\n1,2\n3,4\n");
  write("tables/bad/1.csv", "x,y\n1,2\n3,-999\n7,-999\n");
  const auto tables = data::probe_data(scratch_.path("tables"));
  ASSERT_TRUE(tables) << tables.error().text();
  EXPECT_EQ(tables->rows, 5);
  EXPECT_EQ(tables->label_column, "folder");
  ASSERT_EQ(tables->keys.size(), 2U);
  EXPECT_EQ(tables->keys[0].key + " = " + tables->keys[0].value, "missing_values = [\"-999\"]");
  EXPECT_EQ(tables->keys[1].key + " = " + tables->keys[1].value, "missing = \"drop\"");
  EXPECT_EQ(data::probe_data(scratch_.path("tables/*/1.csv"))->files, 2);
  ASSERT_TRUE(make_folder(scratch_.path("none")));
  EXPECT_THAT(data::probe_data(scratch_.path("none")).error().text(),
              HasSubstr("no .wav, .csv, .npz or .npy file lies in this folder or below"));
  write("sheet.xlsx", std::string("PK\x03\x04", 4) + "..xl/workbook.xml");
  EXPECT_THAT(data::probe_data(scratch_.path("sheet.xlsx")).error().text(),
              HasSubstr("the file is an Excel workbook (.xlsx); save its sheet as CSV"));
}

TEST_F(RecordedFiles, HeadersOfNumbersInAPairOfFilesAreNoSamples) {
  std::string x = "0,1,2,3\n", y = "0\n";
  for (int i = 0; i < 360; ++i) {
    x += fmt::format("{}.5,{}.25,0.5,1.5\n", i, i % 7);
    y += fmt::format("{}\n", i % 3);
  }
  write("x.csv", x);
  write("y.csv", y);
  const auto splits = load(
      "[data]\nformat = 'csv'\npath = 'x.csv'\nlabels = 'y.csv'\n[split]\nby = 'group'\n"
      "validation = 0.2\ntest = 0.2\n");
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->size(), 216);
  EXPECT_THAT(splits->description,
              HasSubstr("; the first line ('0', '1', '2', '3') is a header; the first line of y.csv "
                        "('0') is a header"));
  for (int64_t i = 0; i < splits->train->size(); ++i) {
    const data::SampleInfo info = splits->train->sample_info(i);
    EXPECT_EQ(info.label, info.row % 3);
  }
}

// Recorded answers of whole recordings go by their number, in the order of the files.
TEST_F(RecordedFiles, WholeRecordingsAreNumbered) {
  write_sounds();
  const auto splits = load("[data]\nformat = 'wav'\npath = 'sounds'\n" + halves_);
  ASSERT_TRUE(splits) << splits.error().text();
  std::set<int64_t> seen;
  for (const auto& side : {splits->train, splits->validation, splits->test}) {
    for (int64_t i = 0; i < side->size(); ++i) {
      const data::SampleInfo info = side->sample_info(i);
      std::vector<float> values(40);
      side->get(i, values.data());
      EXPECT_EQ(info.label, info.row / 4);
      EXPECT_EQ(values[0], static_cast<float>(info.row % 4));
      EXPECT_TRUE(seen.insert(info.row).second);
    }
  }
  EXPECT_EQ(seen.size(), 8U);
}

Tensor counting(const Shape& shape) {
  Tensor tensor(DType::kF32, shape);
  for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<float>()[i] = static_cast<float>(i % 11);
  return tensor;
}

TEST_F(RecordedFiles, OneHotLabelsAreRead) {
  Tensor labels(DType::kF32, {12, 3});
  for (int64_t i = 0; i < 12; ++i) labels.data<float>()[3 * i + i % 3] = 1.0F;
  ASSERT_TRUE(data::write_npy(scratch_.path("x.npy"), counting({12, 4})));
  ASSERT_TRUE(data::write_npy(scratch_.path("y.npy"), labels));
  write("d.npz", test::npz_of({{"arr_0", *data::npy_bytes(counting({12, 4}))}, {"arr_1", *data::npy_bytes(labels)}}));
  for (const char* data : {"format = 'npy'\npath = 'x.npy'\nlabels = 'y.npy'\n",
                           "format = 'npz'\npath = 'd.npz'\nsamples = 'arr_0'\nlabels = 'arr_1'\n"}) {
    const auto splits = load("[data]\n" + std::string(data) + halves_);
    ASSERT_TRUE(splits) << splits.error().text();
    EXPECT_THAT(splits->train->info().class_names, ElementsAre("0", "1", "2"));
    for (int64_t i = 0; i < splits->train->size(); ++i) {
      EXPECT_EQ(splits->train->sample_info(i).label, splits->train->sample_info(i).row % 3);
    }
  }
  labels.data<float>()[1] = 1.0F;
  ASSERT_TRUE(data::write_npy(scratch_.path("y.npy"), labels));
  EXPECT_THAT(refusal("[data]\nformat = 'npy'\npath = 'x.npy'\nlabels = 'y.npy'\n" + halves_),
              HasSubstr("the array has shape [12, 3]; expected [rows], or one-hot rows (a single 1, else 0)"));
}

TEST_F(RecordedFiles, ArraysThatDoNotFitAreNamedWithBothSizes) {
  ASSERT_TRUE(data::write_npy(scratch_.path("x.npy"), counting({12, 4})));
  ASSERT_TRUE(data::write_npy(scratch_.path("y.npy"), counting({9})));
  EXPECT_EQ(refusal("[data]\nformat = 'npy'\npath = 'x.npy'\nlabels = 'y.npy'\n" + halves_),
            "y.npy: there are 9 entries, but DIR/x.npy has 12 rows; expected one entry per row");
  write("d.npz", test::npz_of({{"arr_0", *data::npy_bytes(counting({12, 4}))}}));
  EXPECT_EQ(
      refusal("[data]\nformat = 'npz'\npath = 'd.npz'\n" + halves_),
      "DIR/d.npz: there is no array 'samples'; name the one that is meant with samples = \"...\"; known arrays: arr_0");
}

TEST_F(RecordedFiles, ValuesThatAreNotFiniteAreNamedOrTheirSamplesLeftOut) {
  Tensor samples = counting({12, 2, 5});
  samples.data<float>()[3 * 10 + 5 + 4] = std::numeric_limits<float>::quiet_NaN();
  samples.data<float>()[7 * 10] = std::numeric_limits<float>::infinity();
  ASSERT_TRUE(data::write_npy(scratch_.path("x.npy"), samples));
  std::string labels;
  for (int i = 0; i < 12; ++i) labels += fmt::format("{}\n", i % 2);
  write("y.csv", labels);
  const std::string data = "[data]\nformat = 'npy'\npath = 'x.npy'\nlabels = 'y.csv'\n";
  EXPECT_EQ(refusal(data + halves_),
            "DIR/x.npy: sample 3, channel 1, step 4 is NaN (counted from 0); 2 of 12 samples hold such values, and all "
            "must be "
            "finite: mend them, or set missing = \"drop\" to leave those out");
  const auto splits = load(data + "missing = 'drop'\n" + halves_);
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->size() + splits->validation->size() + splits->test->size(), 10);
  EXPECT_THAT(splits->description, HasSubstr("2 of 12 rows are dropped for missing values"));
  EXPECT_THAT(splits->description, Not(HasSubstr("no side")));
}

TEST_F(RecordedFiles, ArraysOfDoublesThatFloatsCannotHoldAreRefused) {
  Tensor samples(DType::kF64, {100, 2});
  for (int64_t i = 0; i < 100; ++i) {
    samples.data<double>()[2 * i] = static_cast<double>(i % 9);
    samples.data<double>()[2 * i + 1] = 1.7e12 + static_cast<double>(i);
  }
  ASSERT_TRUE(data::write_npy(scratch_.path("x.npy"), samples));
  EXPECT_THAT(refusal("[data]\nformat = 'npy'\npath = 'x.npy'\nlabels = 'y.csv'\n" + halves_),
              StartsWith("DIR/x.npy: column '1' lies near 1.7e+12, where float32 holds steps of 1.31e+05 only"));
}

TEST_F(RecordedFiles, BytesOfPictureSizeAreToldOf) {
  Tensor pictures(DType::kU8, {12, 16, 24});
  for (int64_t i = 0; i < pictures.size(); ++i) pictures.data<uint8_t>()[i] = static_cast<uint8_t>(i % 251);
  ASSERT_TRUE(data::write_npy(scratch_.path("x.npy"), pictures));
  std::string labels;
  for (int i = 0; i < 12; ++i) labels += fmt::format("{}\n", i % 2);
  write("y.csv", labels);
  const std::string data = "[data]\nformat = 'npy'\npath = 'x.npy'\nlabels = 'y.csv'\n";
  EXPECT_THAT(refusal(data + halves_),
              HasSubstr("; bytes of [16, 24] are read as 16 channels of 24 steps; set sample_shape = "
                        "[1, 16, 24] for pictures"));
  const auto splits = load(data + "sample_shape = [1, 16, 24]\n" + halves_);
  ASSERT_TRUE(splits) << splits.error().text();
  EXPECT_EQ(splits->train->info().sample_shape, (Shape{1, 16, 24}));
  EXPECT_THAT(splits->description, testing::Not(HasSubstr("pictures")));
}

TEST_F(RecordedFiles, ManyChannelsOfFewStepsAreToldOf) {
  ASSERT_TRUE(data::write_npy(scratch_.path("x.npy"), counting({12, 64, 3})));
  std::string labels;
  for (int i = 0; i < 12; ++i) labels += fmt::format("{}\n", i % 2);
  write("y.csv", labels);
  const std::string data = "[data]\nformat = 'npy'\npath = 'x.npy'\nlabels = 'y.csv'\n";
  EXPECT_THAT(
      refusal(data + halves_),
      HasSubstr("; rows of [64, 3] are read as 64 channels of 3 steps; set layout = \"channels_last\" where the last "
                "axis is the channels"));
  EXPECT_THAT(refusal(data + "layout = 'channels_last'\n" + halves_), testing::Not(HasSubstr("are read as")));
}

}  // namespace
}  // namespace apprentice
