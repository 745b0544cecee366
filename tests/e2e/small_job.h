// SPDX-License-Identifier: Apache-2.0
// A job of seconds: three kinds of oscillation in a CSV file, a teacher to teach, a tiny student.
#pragma once

#include <map>
#include <string>

namespace apprentice::test {

// Writes waves.csv: columns run, side, kind, a, b; 24 runs of 64 rows. `noise` is its standard deviation in column a,
// twice that in b; waves have an amplitude of 1.
void write_waves(const std::string& folder, double noise = 0.5);

// The tables of the job by name ("" = the top), to be changed one by one. Windows of 32 x 2 channels.
using JobTables = std::map<std::string, std::string>;
JobTables small_job(const std::string& device);
// The same with two devices: "left" tells one kind from all others by one sensor at half the rate, "right" two kinds by
// the newest half of a window.
JobTables small_hall(const std::string& device);
inline constexpr const char* kLeftRelevance = "classes = [\"slow\"]\nchannels = [\"a\"]\nevery = 2\n";
void write_job(const JobTables& tables, const std::string& path);

}  // namespace apprentice::test
