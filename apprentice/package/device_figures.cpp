// SPDX-License-Identifier: Apache-2.0
#include "apprentice/package/device_figures.h"

#include <algorithm>

namespace apprentice::package {
namespace {

using Json = nlohmann::ordered_json;
using Figures = DeviceFigures;
constexpr int64_t kLargestReport = int64_t{64} << 20;

constexpr std::pair<const char*, Estimate Figures::*> kEstimates[] = {{"latency_us", &Figures::latency_us},
                                                                      {"energy_uj", &Figures::energy_uj}};
constexpr std::pair<const char*, std::string DeviceReport::*> kOrigins[] = {{"device", &DeviceReport::device},
                                                                            {"core", &DeviceReport::core},
                                                                            {"compiler", &DeviceReport::compiler},
                                                                            {"emulator", &DeviceReport::emulator}};

Json measured_estimate(const Estimate& estimate) {
  Json json = {{"value", estimate.known ? Json(estimate.value) : Json(nullptr)}};
  if (estimate.known) json.update({{"low", estimate.low}, {"high", estimate.high}});
  json["how"] = estimate.known ? "estimated" : "unknown";
  json["from"] = estimate.basis;
  return json;
}

Estimate read_estimate(const JsonReader& json, const char* basis) {
  Estimate estimate;
  estimate.basis = json.text(basis);
  estimate.known = !json.raw("value").is_null();
  if (!estimate.known) return estimate;
  estimate.value = json.finite("value");
  estimate.low = json.finite("low");
  estimate.high = json.finite("high");
  return estimate;
}

DeviceReport read_measured(const JsonReader& json) {
  DeviceReport report;
  for (const auto& [key, text] : kOrigins) report.*text = json.text(key);
  for (const DeviceFigure& figure : kDeviceFigures)
    report.*figure.value = figure.from == nullptr ? json.count(figure.key) : json.object(figure.key).count("value");
  for (const auto& [key, estimate] : kEstimates) report.*estimate = read_estimate(json.object(key), "from");
  report.over_budget = json.texts("over_budget");
  return report;
}

}  // namespace

const std::array<DeviceFigure, 11> kDeviceFigures = {{
    {"flash_bytes", &Figures::flash_bytes, "measured",
     "loaded sections of the linked file, minus the same file without the student", "Flash",
     "Code and constants that the student adds to the linked file."},
    {"ram_bytes", &Figures::ram_bytes, "measured", "context and stack", "RAM",
     "Context with its arena, plus the stack."},
    {"arena_bytes", &Figures::arena_bytes, "computed", "memory plan, an exact constant in the generated header",
     "of it arena", "Activations, planned with overlapping lifetimes."},
    {"context_bytes", &Figures::context_bytes, "computed",
     "the arena; a static assertion in the header holds them equal", nullptr, nullptr},
    {"stack_bytes", &Figures::stack_bytes, "measured", "painted stack", "of it stack",
     "Deepest stack, found by painting it."},
    {"instructions", &Figures::instructions, "counted", "counted one by one by the emulator, mean per inference",
     "Instructions", "Per inference, counted by the emulator; mean of the counted inferences."},
    {"frontend_instructions", &Figures::frontend_instructions, "counted",
     "counted one by one by the emulator, mean per inference", "of it front end",
     "From raw samples to the int8 features that the network reads."},
    {"instructions_min", &Figures::instructions_min, nullptr, nullptr, nullptr, nullptr},
    {"instructions_max", &Figures::instructions_max, nullptr, nullptr, nullptr, nullptr},
    {"vectors", &Figures::vectors, nullptr, nullptr, nullptr, nullptr},
    {"vectors_equal", &Figures::vectors_equal, "measured", nullptr, "Equal to reference",
     "Test vectors whose output on the device equals the int8 reference."},
}};

const DeviceFigure& device_figure(int64_t DeviceFigures::*value) {
  const auto found = std::find_if(kDeviceFigures.begin(), kDeviceFigures.end(),
                                  [&](const DeviceFigure& figure) { return figure.value == value; });
  promise(found != kDeviceFigures.end(), "every figure is in the table");
  return *found;
}

Json to_json(const DeviceFigures& figures) {
  Json json;
  for (const DeviceFigure& figure : kDeviceFigures) json[figure.key] = figures.*figure.value;
  for (const auto& [key, estimate] : kEstimates) {
    const Estimate& one = figures.*estimate;
    if (one.known) json[key] = {{"value", one.value}, {"low", one.low}, {"high", one.high}, {"basis", one.basis}};
  }
  json["over_budget"] = figures.over_budget;
  return json;
}

DeviceFigures read_device_figures(const JsonReader& json) {
  DeviceFigures figures;
  for (const DeviceFigure& figure : kDeviceFigures) figures.*figure.value = json.count(figure.key);
  for (const auto& [key, estimate] : kEstimates) {
    if (json.has(key)) figures.*estimate = read_estimate(json.object(key), "basis");
  }
  figures.over_budget = json.texts("over_budget");
  return figures;
}

Json to_json(const DeviceReport& report) {
  Json json;
  for (const auto& [key, text] : kOrigins) json[key] = report.*text;
  for (const DeviceFigure& figure : kDeviceFigures) {
    const int64_t value = report.*figure.value;
    json[figure.key] =
        figure.from == nullptr ? Json(value) : Json{{"value", value}, {"how", figure.how}, {"from", figure.from}};
  }
  for (const auto& [key, estimate] : kEstimates) json[key] = measured_estimate(report.*estimate);
  json["over_budget"] = report.over_budget;
  return json;
}

Result<DeviceReport> read_device_report(const std::string& path, const std::string& possible) {
  APPRENTICE_TRY(const Json json, read_json(path, kLargestReport, possible));
  const JsonReader reader(json, path, possible);
  DeviceReport report = read_measured(reader);
  APPRENTICE_CHECK(reader.status());
  return report;
}

}  // namespace apprentice::package
