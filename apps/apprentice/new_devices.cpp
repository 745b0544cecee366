// SPDX-License-Identifier: Apache-2.0
#include "new_devices.h"

#include "apprentice/data/guess/data_text.h"
#include "apprentice/device/device.h"

namespace apprentice::cli {
namespace {

// What a device does not need can be left out; shown as a comment, since only the user knows.
std::string relevance_text(const std::string& title, const data::DatasetInfo& info) {
  std::string text =
      "# " + title + "              # this device needs less than its teacher knows: docs/howto/hall.md\n";
  if (info.class_names.size() > 2) {
    text += fmt::format("# classes = [{}, {}]    # the others become one class, \"other\"\n",
                        toml_text(info.class_names[0]), toml_text(info.class_names[1]));
  }
  const std::vector<std::string> channels = data::channel_names(info);
  if (channels.size() > 1) text += fmt::format("# channels = [{}]\n", toml_text(channels[0]));
  return text;
}

}  // namespace

Result<std::vector<NewDevice>> read_devices(const std::vector<std::string>& names) {
  std::vector<NewDevice> devices;
  for (const std::string& name : names) {
    APPRENTICE_TRY(const device::DeviceProfile profile, device::load_device(name));
    devices.push_back({name, profile.summary});
  }
  return devices;
}

std::string devices_text(const std::vector<NewDevice>& devices, const data::DatasetInfo& info) {
  std::string text;
  for (size_t i = 0; i < devices.size(); ++i) {
    const bool hall = devices.size() > 1;
    text += fmt::format("\n{}                 # {}\n", hall ? "[[device]]" : "[device]", devices[i].summary);
    if (hall) text += fmt::format("id = \"device{}\"\n", i + 1);
    text += fmt::format("name = {}\n", toml_text(devices[i].name)) + (hall ? "" : "\n");
    text += relevance_text(hall ? "[device.relevance]" : "[relevance]", info);
  }
  return text;
}

}  // namespace apprentice::cli
