// SPDX-License-Identifier: Apache-2.0
// Reports to test with. The figures are metrics of random logits with a set share of right answers, so they hang
// together as those of a run do; the sizes are invented.
#pragma once

#include <string>
#include <vector>

#include "apprentice/report/hall.h"

namespace apprentice::test {

// A full report: teacher, student, control arm, both int8 on a device, curves, seeds.
report::ReportData classification_sample(const std::vector<std::string>& class_names);
report::ReportData regression_sample();
// Three devices: one with a class for the rest, one without, one that keeps everything.
report::HallReport hall_sample();
std::vector<std::string> bearing_classes();  // 10
std::vector<std::string> process_classes();  // 22

}  // namespace apprentice::test
