// SPDX-License-Identifier: Apache-2.0
// Whether a teacher's samples are prepared rightly: other preparations that are common are tried on labelled samples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apprentice/teacher/preprocessing.h"
#include "apprentice/teacher/teacher.h"

namespace apprentice::teacher {

struct LabelledSamples {
  Tensor samples;               // float32 [n, ...sample]
  std::vector<int64_t> rows;    // as Teacher::predict takes them
  std::vector<int32_t> labels;  // [n], each in 0..classes-1
  std::vector<std::string> class_names;
};

struct Trial {
  Preprocessing how;
  std::string keys;  // what the job would say: "scale = 0.00392157, mean = 0, std = 1"
};
// Common preparations other than `now`: raw, to 0..1, to -1..1, ImageNet's, standardised by these samples, scaled by
// 255, 1000 or 9.80665 more or less (pixels, milli-units, m/s² for g), channels turned round. `samples` float32 [n,
// ...sample].
std::vector<Trial> preprocessing_trials(const Preprocessing& now, const Tensor& samples);

// Sentences that say what to write into the job instead; empty when no trial is clearly better: by 5 points, and more
// than chance explains (paired test of McNemar 1947 at 4 standard deviations). The members of an ensemble are looked at
// one by one. Where the job does not name the teacher's classes, a trial may also put them into another order: both are
// often wrong at once, and neither alone helps then. Errors are the teacher's own, not those of trials.
Result<std::vector<std::string>> check_preprocessing(Teacher& teacher, const LabelledSamples& given);

}  // namespace apprentice::teacher
