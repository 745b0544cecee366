// SPDX-License-Identifier: Apache-2.0
// The part of a new job about devices: [device] or [[device]], and what one of them may leave out.
#pragma once

#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/data/dataset.h"

namespace apprentice::cli {

struct NewDevice {
  std::string name, summary;
};
Result<std::vector<NewDevice>> read_devices(const std::vector<std::string>& names);
std::string devices_text(const std::vector<NewDevice>& devices, const data::DatasetInfo& info);

}  // namespace apprentice::cli
