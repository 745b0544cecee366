// SPDX-License-Identifier: Apache-2.0
// DeviceReport as JSON: every figure says whether it was measured, computed or estimated.
#include "apprentice/device/device.h"

namespace apprentice {
namespace {

nlohmann::ordered_json figure(int64_t value, const char* how, const char* from) {
  return {{"value", value}, {"how", how}, {"from", from}};
}

nlohmann::ordered_json estimate_json(const Estimate& estimate) {
  nlohmann::ordered_json json;
  json["value"] = estimate.known ? nlohmann::ordered_json(estimate.value) : nlohmann::ordered_json(nullptr);
  if (estimate.known) {
    json["low"] = estimate.low;
    json["high"] = estimate.high;
  }
  json["how"] = estimate.known ? "estimated" : "unknown";
  json["from"] = estimate.basis;
  return json;
}

}  // namespace

nlohmann::ordered_json to_json(const DeviceReport& r) {
  nlohmann::ordered_json json;
  json["device"] = r.device;
  json["core"] = r.core;
  json["compiler"] = r.compiler;
  json["emulator"] = r.emulator;
  json["vectors"] = r.vectors;
  json["vectors_equal"] = r.vectors_equal;
  json["flash_bytes"] =
      figure(r.flash_bytes, "measured", "loaded sections of the linked file, minus the same file without the student");
  json["arena_bytes"] = figure(r.arena_bytes, "computed", "memory plan, an exact constant in the generated header");
  json["context_bytes"] =
      figure(r.context_bytes, "computed", "the arena; a static assertion in the header holds them equal");
  json["stack_bytes"] = figure(r.stack_bytes, "measured", "painted stack");
  json["ram_bytes"] = figure(r.ram_bytes, "measured", "context and stack");
  json["instructions"] = figure(r.instructions, "measured", "counted one by one by the emulator, mean per inference");
  json["instructions_min"] = r.instructions_min;
  json["instructions_max"] = r.instructions_max;
  json["latency_us"] = estimate_json(r.latency_us);
  json["energy_uj"] = estimate_json(r.energy_uj);
  json["over_budget"] = r.over_budget;
  return json;
}

}  // namespace apprentice
