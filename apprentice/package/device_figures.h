// SPDX-License-Identifier: Apache-2.0
// What a package takes on a device: one record, and one table of its figures from which files, pages and halls are
// made.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apprentice/base/json_reader.h"

namespace apprentice::package {

// A figure that was not measured: a value, its band and the sentence that says from what, or why it is not known.
struct Estimate {
  bool known = false;
  double value = 0.0, low = 0.0, high = 0.0;
  std::string basis;  // "estimate: 812345 instructions x 1.2..1.8 cycles (source) at 120 MHz"
};

struct DeviceFigures {
  int64_t flash_bytes = 0, ram_bytes = 0, arena_bytes = 0, context_bytes = 0, stack_bytes = 0;
  int64_t instructions = 0, instructions_min = 0, instructions_max = 0;  // per inference, counted; mean, least, most
  int64_t frontend_instructions = 0;                                     // of the mean: from raw samples to features
  int64_t vectors = 0, vectors_equal = 0;                                // bit-equal to the int8 reference
  Estimate latency_us, energy_uj;
  std::vector<std::string> over_budget;  // one sentence each; empty when it fits
};

struct DeviceFigure {
  const char* key;  // in JSON
  int64_t DeviceFigures::*value;
  const char* how;              // "measured", "counted" or "computed"
  const char* from;             // for the JSON of a measurement: "painted stack"; null: it keeps the number alone
  const char *title, *explain;  // in tables; null: it is in none
};
extern const std::array<DeviceFigure, 11> kDeviceFigures;
const DeviceFigure& device_figure(int64_t DeviceFigures::*value);

// A measurement.
struct DeviceReport : DeviceFigures {
  std::string device, core, compiler, emulator;
};

// The plain figures, as report.json keeps them; estimates that are not known are left out.
nlohmann::ordered_json to_json(const DeviceFigures& figures);
DeviceFigures read_device_figures(const JsonReader& json);

// Every figure says whether it was measured, computed or estimated, and from what.
nlohmann::ordered_json to_json(const DeviceReport& report);
// `possible` ends the message about what is wrong.
Result<DeviceReport> read_device_report(const std::string& path, const std::string& possible = "measure again");

}  // namespace apprentice::package
