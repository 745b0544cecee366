// SPDX-License-Identifier: Apache-2.0
// Whatever order rows take on their way to samples, a sample keeps its values, label, target, group, attributes and the
// number of its row in the files as read: random data of every format, in random order, grouped, filtered, windowed.
#include <gmock/gmock.h>

#include <functional>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/data/formats/npy.h"
#include "tests/data/job.h"
#include "tests/data/seeds.h"

namespace apprentice {
namespace {

// Enough rows and groups that each side of a split over three classes keeps some after the filter.
constexpr int64_t kRows = 240, kGroups = 24;

// What the row with this number (in the files as read) is made of. Its first value is its number.
struct Row {
  int64_t label = 0, group = 0, shift = 0;
};

struct Case {
  std::string data;  // keys of [data]
  int64_t window = 0;
  bool has_groups = true;  // column or file of groups, and the attribute "shift"
};

class RowIdentity : public testing::Test {
 protected:
  // Groups and classes change from row to row, or from run to run of rows that windows fit into.
  void draw(uint64_t seed, int64_t run) {
    Rng rng(seed, "rows");
    rows_.assign(kRows, {});
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (i % static_cast<size_t>(run) != 0) {
        rows_[i] = rows_[i - 1];
        continue;
      }
      rows_[i].group = static_cast<int64_t>(rng.below(kGroups));
      rows_[i].label = static_cast<int64_t>(rng.below(3));
      rows_[i].shift = static_cast<int64_t>(rng.below(3));
    }
  }

  void write(const std::string& name, const std::string& bytes) { ASSERT_TRUE(write_file(scratch_.path(name), bytes)); }

  std::string lines(const std::string& header, const std::function<std::string(int64_t)>& line, int64_t from = 0,
                    int64_t to = kRows) const {
    std::string text = header;
    for (int64_t row = from; row < to; ++row) text += line(row) + "\n";
    return text;
  }
  const Row& at(int64_t row) const { return rows_[static_cast<size_t>(row)]; }
  std::function<std::string(int64_t)> number(int64_t Row::*member) const {
    return [this, member](int64_t row) { return std::to_string(at(row).*member); };
  }
  static std::string numbered(int64_t row) { return fmt::format("{},{}", row, 1000 - row); }

  void write_sidecars() {
    write("labels.csv", lines("", number(&Row::label)));
    write("groups.csv", lines("", number(&Row::group)));
    write("shifts.csv", lines("", number(&Row::shift)));
  }

  Tensor column(const std::function<float(int64_t)>& value, int64_t width = 1) const {
    Tensor tensor(DType::kF32, width == 1 ? Shape{kRows} : Shape{kRows, width});
    for (int64_t i = 0; i < tensor.size(); ++i) {
      tensor.data<float>()[i] = value(i / width) + (i % width == 0 ? 0.0F : 1000.0F);
    }
    return tensor;
  }

  // Every sample of every side against the rows as written; the number of samples seen.
  int64_t check(const Case& each, const std::string& job) {
    const auto splits = test::load_job(job, scratch_.path());
    EXPECT_TRUE(splits) << splits.error().text() << "\n" << job;
    if (!splits) return 0;
    int64_t seen = 0;
    for (const auto& side : {splits->train, splits->validation, splits->test}) {
      const auto shuffled = data::subset(side, Rng(7, "order").permutation(side->size()), "shuffled");
      for (int64_t i = 0; i < side->size(); ++i, ++seen) check_sample(each, *shuffled, i);
    }
    return seen;
  }

  void check_sample(const Case& each, const data::Dataset& data, int64_t index) {
    std::vector<float> values(static_cast<size_t>(element_count(data.info().sample_shape)));
    data.get(index, values.data());
    const data::SampleInfo info = data.sample_info(index);
    const int64_t length = std::max<int64_t>(1, each.window);
    const auto last = static_cast<int64_t>(values[static_cast<size_t>(length - 1)]);
    ASSERT_EQ(last, info.row) << each.data;
    ASSERT_EQ(data.info().class_names[static_cast<size_t>(info.label)], std::to_string(at(last).label)) << each.data;
    if (!each.has_groups) return;
    for (int64_t t = 0; t < length; ++t) {
      const auto row = static_cast<int64_t>(values[static_cast<size_t>(t)]);
      ASSERT_EQ(data.group_name(info.group), std::to_string(at(row).group)) << each.data;
      ASSERT_NE(at(row).shift, 2) << "filtered out";
      ASSERT_TRUE(t == 0 || row > static_cast<int64_t>(values[static_cast<size_t>(t - 1)]));
    }
  }

  std::string job_of(const Case& each) const {
    std::string job = "[data]\n" + each.data;
    if (each.has_groups) job += "where = { shift = [0, 1] }\n";
    if (each.window > 0) job += fmt::format("[data.window]\nlength = {}\nstride = 1\n", each.window);
    return job + (each.has_groups ? "[split]\nby = 'group'\nvalidation = 0.25\ntest = 0.25\n"
                                  : "[split]\nby = 'time'\ntrain = [0.0, 0.5]\nvalidation = [0.6, 0.75]\n"
                                    "test = [0.85, 1.0]\nallow_leak = true\n");
  }

  std::vector<Row> rows_;
  test::Scratch scratch_;
};

TEST_F(RowIdentity, OfTables) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    draw(seed, seed % 2 == 0 ? 1 : 4);
    const auto line = [&](int64_t row) {
      return fmt::format("{},{},{},{}", numbered(row), at(row).label, at(row).group, at(row).shift);
    };
    write("a.csv", lines("x,y,state,machine,shift\n", line, 0, 50));
    write("b.csv", lines("x,y,state,machine,shift\n", line, 50));
    Case each{"format = 'csv'\npath = ['a.csv', 'b.csv']\nlabel = 'state'\ngroup = 'machine'\nattributes = 'shift'\n"};
    EXPECT_GT(check(each, job_of(each)), 0);
    each.window = 3;
    EXPECT_GT(check(each, job_of(each)), 0);
  }
}

TEST_F(RowIdentity, OfArraysAndOfOneFilePerChannel) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    draw(seed, seed % 2 == 0 ? 1 : 5);
    write_sidecars();
    ASSERT_TRUE(
        data::write_npy(scratch_.path("x.npy"), column([](int64_t row) { return static_cast<float>(row); }, 3)));
    const std::string beside =
        "labels = 'labels.csv'\ngroups = 'groups.csv'\nattributes_from = { shift = 'shifts.csv' }\n";
    Case arrays{"format = 'npy'\npath = 'x.npy'\n" + beside};
    EXPECT_GT(check(arrays, job_of(arrays)), 0);
    arrays.window = 4;
    EXPECT_GT(check(arrays, job_of(arrays)), 0);
    write("c0.csv", lines("", [](int64_t row) { return fmt::format("{},1.5", row); }));
    write("c1.csv", lines("", [](int64_t row) { return fmt::format("{},2.5", 7 * row); }));
    const Case channels{"format = 'csv'\nchannels = ['c0.csv', 'c1.csv']\n" + beside};
    EXPECT_GT(check(channels, job_of(channels)), 0);
  }
}

TEST_F(RowIdentity, OfArchives) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    draw(seed, seed % 2 == 0 ? 1 : 5);
    const auto floats = [&](int64_t Row::*member) {
      return *data::npy_bytes(column([&, member](int64_t row) { return static_cast<float>(at(row).*member); }));
    };
    write("d.npz",
          test::npz_of({{"samples", *data::npy_bytes(column([](int64_t row) { return static_cast<float>(row); }, 2))},
                        {"labels", floats(&Row::label)},
                        {"groups", floats(&Row::group)},
                        {"shift", floats(&Row::shift)}}));
    Case each{"format = 'npz'\npath = 'd.npz'\nattributes = 'shift'\n"};
    EXPECT_GT(check(each, job_of(each)), 0);
    each.window = 2;
    EXPECT_GT(check(each, job_of(each)), 0);
  }
}

TEST_F(RowIdentity, OfRecordingsWhoseLabelsOrGroupsChangeInside) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    draw(seed, 6);
    std::string index = "file,machine,shift\n";
    for (int64_t r = 0; r < kRows / 6; ++r) {
      // Rows of one recording share machine and shift; its label changes inside.
      for (int64_t row = 6 * r; row < 6 * r + 6; ++row) rows_[static_cast<size_t>(row)].label = (row + r) % 3;
      write(fmt::format("r{}.csv", r),
            lines(
                "x,y,state\n", [&](int64_t row) { return fmt::format("{},{}", numbered(row), at(row).label); }, 6 * r,
                6 * r + 6));
      index += fmt::format("r{}.csv,{},{}\n", r, at(6 * r).group, at(6 * r).shift);
    }
    write("index.csv", index);
    const Case each{"format = 'recordings'\npath = 'index.csv'\nlabel_in_file = 'state'\ngroup = 'machine'\n", 3};
    EXPECT_GT(check(each, job_of(each)), 0);
  }
}

TEST_F(RowIdentity, OfPicturesAndSound) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    draw(seed, 1);
    std::string pictures;
    for (int64_t row = 0; row < kRows; ++row) {
      pictures += static_cast<char>(at(row).label);
      pictures += static_cast<char>(row);
      pictures += std::string(3, 'p');
    }
    write("p.bin", pictures);
    Case each{"format = 'cifar'\npath = 'p.bin'\nimage_shape = [1, 2, 2]\n", 0, false};
    EXPECT_GT(check(each, job_of(each)), 0);
    for (size_t row = 0; row < rows_.size(); ++row) rows_[row].label = row < 60 ? 0 : 1;
    for (int64_t part = 0; part < 2; ++part) {
      std::vector<int16_t> sound;
      for (int64_t row = 60 * part; row < 60 * part + 60; ++row) sound.push_back(static_cast<int16_t>(row));
      ASSERT_TRUE(make_folder(scratch_.path(std::to_string(part))));
      write(fmt::format("{}/s.wav", part), test::wav_of(sound, 8000));
    }
    each = {"format = 'wav'\npath = ['0/s.wav', '1/s.wav']\n", 5, false};
    EXPECT_GT(check(each, job_of(each)), 0);
  }
}

}  // namespace
}  // namespace apprentice
