// SPDX-License-Identifier: Apache-2.0
// The way back of to_json(TrainReport).
#pragma once

#include "apprentice/train/distiller.h"

namespace apprentice {

Result<TrainReport> train_report_from_json(const nlohmann::ordered_json& json, const std::string& place);

}  // namespace apprentice
