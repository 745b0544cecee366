// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/device_record.h"

#include "apprentice/base/files.h"
#include "apprentice/base/nesting.h"

namespace apprentice {
namespace {

using Json = nlohmann::ordered_json;

// Remembers the first figure that is missing or of another type.
class Reader {
 public:
  Reader(const Json& json, std::string place) : json_(json), place_(std::move(place)) {}

  // A plain value, or {"value": ..., "how": ...}.
  void read(const char* key, int64_t& value) {
    const Json* found = find(key);
    if (found != nullptr && found->is_object() && found->contains("value")) found = &found->at("value");
    if (found == nullptr || !found->is_number_integer())
      reject(key);
    else
      value = found->get<int64_t>();
  }
  void read(const char* key, std::string& value) {
    const Json* found = find(key);
    if (found == nullptr || !found->is_string())
      reject(key);
    else
      value = found->get<std::string>();
  }
  void read(const char* key, std::vector<std::string>& value) {
    const Json* found = find(key);
    if (found == nullptr || !found->is_array()) return reject(key);
    for (const Json& item : *found) {
      if (!item.is_string()) return reject(key);
      value.push_back(item.get<std::string>());
    }
  }
  void read(const char* key, Estimate& value) {
    const Json* found = find(key);
    if (found == nullptr || !found->is_object()) return reject(key);
    value.basis = found->value("from", "");
    value.known = found->contains("value") && found->at("value").is_number() && found->contains("low") &&
                  found->at("low").is_number() && found->contains("high") && found->at("high").is_number();
    if (!value.known) return;
    value.value = found->at("value").get<double>();
    value.low = found->at("low").get<double>();
    value.high = found->at("high").get<double>();
  }
  Status finish() const {
    if (wrong_.empty()) return {};
    return bad_input(place_, "has no usable '{}'; measure again", wrong_);
  }

 private:
  const Json* find(const char* key) const {
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(key);
    return found != json_.end() ? &*found : nullptr;
  }
  void reject(const char* key) {
    if (wrong_.empty()) wrong_ = key;
  }

  const Json& json_;
  std::string place_, wrong_;
};

}  // namespace

Result<DeviceReport> device_report_from_json(const Json& json, const std::string& place) {
  DeviceReport report;
  Reader reader(json, place);
  reader.read("device", report.device);
  reader.read("core", report.core);
  reader.read("compiler", report.compiler);
  reader.read("emulator", report.emulator);
  reader.read("flash_bytes", report.flash_bytes);
  reader.read("arena_bytes", report.arena_bytes);
  reader.read("context_bytes", report.context_bytes);
  reader.read("stack_bytes", report.stack_bytes);
  reader.read("ram_bytes", report.ram_bytes);
  reader.read("instructions", report.instructions);
  reader.read("instructions_min", report.instructions_min);
  reader.read("instructions_max", report.instructions_max);
  reader.read("latency_us", report.latency_us);
  reader.read("energy_uj", report.energy_uj);
  reader.read("vectors", report.vectors);
  reader.read("vectors_equal", report.vectors_equal);
  reader.read("over_budget", report.over_budget);
  APPRENTICE_CHECK(reader.finish());
  return report;
}

Result<DeviceReport> read_device_report(const std::string& path) {
  APPRENTICE_TRY(const std::string text, read_file(path, int64_t{64} << 20));
  return device_report_from_json(parse_shallow_json(text), path);
}

}  // namespace apprentice
