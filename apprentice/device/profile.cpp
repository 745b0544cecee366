// SPDX-License-Identifier: Apache-2.0
// Device profiles: devices/*.toml, docs/formats/device_profile.md.
#include <algorithm>
#include <cstdlib>

#include "apprentice/base/config.h"
#include "apprentice/base/files.h"
#include "apprentice/base/nearest.h"
#include "apprentice/base/places.h"
#include "apprentice/device/cores.h"
#include "apprentice/device/device.h"

namespace apprentice::device {
namespace {

constexpr const char* kSuffix = ".toml";

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string devices_folder() {
  const char* set = std::getenv("APPRENTICE_DEVICES");
  if (set != nullptr) return set;
  const std::string installed = std::string("/") + APPRENTICE_DEVICES_FOLDER;
  for (const std::string& folder : {std::string(APPRENTICE_DEVICES_BUILT), program_prefix() + installed}) {
    if (!list_folder(folder).empty()) return folder;
  }
  return APPRENTICE_PREFIX + installed;
}

// [flash] and [ram]: bytes and where the number comes from.
void read_bytes(Config& profile, const std::string& key, int64_t& bytes, std::string& source) {
  if (!profile.has(key)) return;
  Config& table = profile.table(key);
  table.require("bytes", bytes).require("source", source);
  if (bytes < 1) table.reject("bytes", fmt::format("{} is not a size; expected at least 1", bytes));
}

SourcedNumber read_number(Config& profile, const std::string& key) {
  SourcedNumber number;
  if (!profile.has(key)) return number;
  Config& table = profile.table(key);
  number.known = true;
  table.require("value", number.value).require("low", number.low).require("high", number.high);
  number.kind = "datasheet";
  table.read_choice("kind", number.kind, {"measured", "datasheet", "assumed"});
  table.require("source", number.source);
  if (!(0.0 < number.low && number.low <= number.value && number.value <= number.high)) {
    table.reject("value", fmt::format("{} with low {} and high {} is no band; expected 0 < low <= value <= high",
                                      number.value, number.low, number.high));
  }
  return number;
}

Result<DeviceProfile> read_profile(const std::string& path, const std::string& name) {
  APPRENTICE_TRY(Config file, Config::parse_file(path));
  DeviceProfile profile;
  profile.name = name;
  file.require("summary", profile.summary).require("core", profile.core);
  std::vector<std::string> known;
  for (const Core& core : cores()) known.push_back(core.name);
  if (file.has("core") && find_core(profile.core) == nullptr) {
    file.reject("core", fmt::format("unknown core '{}'; {}", profile.core, known_names("cores", known, profile.core)));
  }
  read_bytes(file, "flash", profile.flash_bytes, profile.flash_source);
  read_bytes(file, "ram", profile.ram_bytes, profile.ram_source);
  if (file.has("clock")) {
    Config& clock = file.table("clock");
    clock.require("hz", profile.clock_hz).require("source", profile.clock_source);
    if (!(profile.clock_hz > 0.0)) clock.reject("hz", fmt::format("{} Hz is no clock", profile.clock_hz));
  }
  profile.cycles_per_instruction = read_number(file, "cycles_per_instruction");
  profile.energy_pj_per_cycle = read_number(file, "energy_pj_per_cycle");
  APPRENTICE_CHECK(file.finish());
  return profile;
}

}  // namespace

std::vector<std::string> device_names() {
  std::vector<std::string> names;
  for (const std::string& file : list_folder(devices_folder())) {
    if (ends_with(file, kSuffix)) names.push_back(file.substr(0, file.size() - std::string(kSuffix).size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<DeviceProfile> load_device(const std::string& name_or_path) {
  if (ends_with(name_or_path, kSuffix)) {
    const size_t slash = name_or_path.rfind('/');
    const std::string file = slash == std::string::npos ? name_or_path : name_or_path.substr(slash + 1);
    return read_profile(name_or_path, file.substr(0, file.size() - std::string(kSuffix).size()));
  }
  const std::vector<std::string> names = device_names();
  if (names.empty())
    return fail(ErrorKind::kNotFound, devices_folder(),
                "holds no device profile, so '{}' is unknown; a program that "
                "was moved alone leaves them behind: install it whole (docs/howto/install.md)",
                name_or_path);
  if (std::find(names.begin(), names.end(), name_or_path) == names.end()) {
    return fail(ErrorKind::kNotFound, "", "unknown device '{}'; {}; or the path of a .toml profile of your own",
                name_or_path, known_names("devices", names, name_or_path));
  }
  return read_profile(devices_folder() + "/" + name_or_path + kSuffix, name_or_path);
}

}  // namespace apprentice::device
