// SPDX-License-Identifier: Apache-2.0
// The way back of to_json(TrainReport); what the reader keeps says what is wrong.
#pragma once

#include "apprentice/base/json_reader.h"
#include "apprentice/train/distiller.h"

namespace apprentice::train {

TrainReport train_report_from_json(const JsonReader& json);

}  // namespace apprentice::train
