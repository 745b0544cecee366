// SPDX-License-Identifier: Apache-2.0
// What to do about a student that does not fit its device: the widest of its family that does.
#pragma once

#include <functional>
#include <string>

#include "apprentice/base/control.h"
#include "apprentice/pipeline/inputs.h"

namespace apprentice::pipeline {

// Flash and RAM of an untrained student on the device of `inputs`.
using Rehearsal = std::function<Result<package::DeviceReport>(const model::NetSpec& student)>;

// "width = 12 fits (11.2 KiB flash, 3.9 KiB RAM)", measured by `rehearse`, or that no width does; empty where the
// student is written out layer by layer. Widths above 8 are tried in steps of 4. `inputs.student` is one that does not
// fit.
Result<std::string> advise_width(const Inputs& inputs, const Rehearsal& rehearse, const RunControl& control);

}  // namespace apprentice::pipeline
