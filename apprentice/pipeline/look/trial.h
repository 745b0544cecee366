// SPDX-License-Identifier: Apache-2.0
// Trial: one candidate of a look, trained shortly on labels and judged on validation samples. How long is said by steps
// and multiply-accumulates, never by a clock: the same data and seed give the same figures.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/data/dataset.h"
#include "apprentice/metrics/metric.h"
#include "apprentice/views/views.h"

namespace apprentice {

// What a candidate is: the keys of its table in a job.
struct Candidate {
  std::string name;  // "conv1d, kernel 15"
  std::string keys;  // "family = \"conv1d\"\nkernel = 15\n"
};

struct LookData {
  std::shared_ptr<const Dataset> train, validation;
  std::shared_ptr<const Views> views;  // of `train`; null = plain samples
  Metric metric = Metric::kAccuracy;   // that the job will judge by
};

// Effort of one trial; a network takes as many steps as fit, within bounds.
enum class Effort { kStudent, kTeacher };

// Outputs [n, classes] or [n, 1] on the validation samples; on one thread. Refuses keys that the samples do not take.
Result<Tensor> try_candidate(const Candidate& candidate, const LookData& data, Effort effort, uint64_t seed,
                             const RunControl& control);

// Mean of probabilities, as logarithms; of values in regression.
Tensor mean_answers(const std::vector<Tensor>& outputs, TaskKind task);

}  // namespace apprentice
