// SPDX-License-Identifier: Apache-2.0
// The drawings of a comparison, as charts.h. Internal to report/.
#pragma once

#include <string>

#include "apprentice/report/comparison.h"

namespace apprentice::report {

std::string gains_chart(const ComparisonData& data);       // of every method over the control arm, test split
std::string validation_chart(const ComparisonData& data);  // every training, as the validation split saw it
std::string seconds_chart(const ComparisonData& data);

}  // namespace apprentice::report
