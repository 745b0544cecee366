// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/factory/factory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <set>

#include "apprentice/base/hash.h"
#include "tests/factory/read_recordings.h"
#include "tests/support/real_data.h"

namespace apprentice {

using data::write_factory;

namespace {

using ::testing::HasSubstr;

data::FactoryOptions small_hall() {
  data::FactoryOptions options;
  options.machines_per_type = 5;
  options.samples = 512;
  return options;
}

std::string hash_folder(const std::string& folder) {
  Hasher hasher;
  for (const std::string& name : list_folder(folder)) hasher.add(name).add(hash_file(folder + "/" + name).value());
  return hasher.hex();
}

TEST(Factory, WritesTheSameBytesForTheSameSeedOnly) {
  const test::Scratch scratch;
  data::FactoryOptions options = small_hall();
  ASSERT_TRUE(write_factory(scratch.path("a"), options, {}));
  ASSERT_TRUE(write_factory(scratch.path("b"), options, {}));
  options.seed = 2;
  ASSERT_TRUE(write_factory(scratch.path("c"), options, {}));
  EXPECT_EQ(hash_folder(scratch.path("a")), hash_folder(scratch.path("b")));
  EXPECT_NE(hash_folder(scratch.path("a")), hash_folder(scratch.path("c")));
}

TEST(Factory, IndexesEveryRecordingAndSaysThatItIsSimulated) {
  const test::Scratch scratch;
  const Result<data::FactoryReport> report = write_factory(scratch.path("hall"), small_hall(), {});
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->machines, 25);
  const std::vector<test::IndexRow> rows = test::read_index(scratch.path("hall"));
  // Healthy and six faults everywhere, a gear tooth in two types, cavitation in one: 5 x (5 x 7 + 3).
  EXPECT_EQ(rows.size(), 190U);
  EXPECT_EQ(report->recordings, 190);
  EXPECT_EQ(report->samples, 190 * 512);
  EXPECT_EQ(list_folder(scratch.path("hall")).size(), rows.size() + 2);
  std::set<std::string> faults, kinds;
  for (const test::IndexRow& row : rows) {
    faults.insert(row.at("fault"));
    kinds.insert(row.at("kind"));
    EXPECT_EQ(row.at("simulated"), "yes");
    EXPECT_THAT(row.at("file"), HasSubstr("simulated_"));
    EXPECT_EQ(row.at("severity") == "0.00", row.at("fault") == "healthy");
  }
  EXPECT_EQ(faults.size(), 9U);
  EXPECT_EQ(kinds.size(), 5U);
  EXPECT_THAT(read_file(scratch.path("hall") + "/README.txt").value(), HasSubstr("SIMULATED DATA"));
}

TEST(Factory, PutsNoMachineOnTwoSides) {
  const test::Scratch scratch;
  ASSERT_TRUE(write_factory(scratch.path("hall"), small_hall(), {}));
  std::map<std::string, std::set<std::string>> sides, faults;
  for (const test::IndexRow& row : test::read_index(scratch.path("hall"))) {
    sides[row.at("machine")].insert(row.at("side"));
    faults[row.at("side")].insert(row.at("fault"));
  }
  for (const auto& [machine, on] : sides) EXPECT_EQ(on.size(), 1U) << machine;
  ASSERT_EQ(faults.size(), 3U);
  for (const auto& [side, seen] : faults) EXPECT_EQ(seen.size(), 9U) << side;
}

TEST(Factory, WritesFinitePlausibleValues) {
  const test::Scratch scratch;
  ASSERT_TRUE(write_factory(scratch.path("hall"), small_hall(), {}));
  for (const test::IndexRow& row : test::read_index(scratch.path("hall"))) {
    const std::vector<float> values = test::read_recording(scratch.path("hall") + "/" + row.at("file"));
    ASSERT_EQ(values.size(), 512U * 5U);
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_TRUE(std::isfinite(values[i])) << row.at("file");
      if (i % 5 == 4) {
        ASSERT_GT(values[i], 5.0F) << row.at("file");
        ASSERT_LT(values[i], 85.0F) << row.at("file");
      } else {
        ASSERT_LT(std::abs(values[i]), i % 5 == 3 ? 60.0F : 25.0F) << row.at("file");
      }
    }
  }
}

TEST(Factory, RefusesOptionsOutOfRange) {
  const test::Scratch scratch;
  const auto refusal = [&](auto change) {
    data::FactoryOptions options;
    change(options);
    const auto report = write_factory(scratch.path("hall"), options, {});
    return report ? std::string() : report.error().text();
  };
  EXPECT_THAT(refusal([](data::FactoryOptions& o) { o.machines_per_type = 2; }), HasSubstr("3 to 99 machines"));
  EXPECT_THAT(refusal([](data::FactoryOptions& o) { o.runs = 0; }), HasSubstr("1 to 1000 runs"));
  EXPECT_THAT(refusal([](data::FactoryOptions& o) { o.samples = 10; }), HasSubstr("256 to 10000000 samples, not 10"));
  EXPECT_THAT(refusal([](data::FactoryOptions& o) { o.sample_rate_hz = std::nan(""); }), HasSubstr("4096 to 65536 Hz"));
  EXPECT_THAT(refusal([](data::FactoryOptions& o) { o.least_severity = 2.0; }), HasSubstr("severity"));
  EXPECT_FALSE(file_exists(scratch.path("hall")));
}

TEST(Factory, RefusesAFolderThatHoldsRecordingsOrCannotBeMade) {
  const test::Scratch scratch;
  ASSERT_TRUE(write_factory(scratch.path("hall"), small_hall(), {}));
  const auto twice = write_factory(scratch.path("hall"), small_hall(), {});
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().text(), HasSubstr("holds the finished recordings of a factory already"));
  const auto below_a_file = write_factory(scratch.path("hall") + "/README.txt/x", small_hall(), {});
  ASSERT_FALSE(below_a_file);
  EXPECT_EQ(below_a_file.error().kind, ErrorKind::kIo);
}

TEST(Factory, WritesOverNothingButItsOwnRecordings) {
  const test::Scratch scratch;
  ASSERT_TRUE(write_file(scratch.path("README.txt"), "mine"));
  const auto refused = write_factory(scratch.path(), data::FactoryOptions{}, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("holds 'README.txt', which is no recording of a factory"));
  EXPECT_EQ(list_folder(scratch.path()), std::vector<std::string>{"README.txt"});
}

TEST(Factory, LeavesNoIndexWhenStopped) {
  const test::Scratch scratch;
  std::atomic<bool> stop{false};
  RunControl control;
  control.stop = &stop;
  control.on_progress = [&](const Progress& progress) { stop = progress.done == 3; };
  const auto report = write_factory(scratch.path("hall"), small_hall(), control);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::kInterrupted);
  EXPECT_FALSE(file_exists(scratch.path("hall") + "/index.csv"));
  EXPECT_TRUE(write_factory(scratch.path("hall"), small_hall(), {}));
}

}  // namespace
}  // namespace apprentice
