// SPDX-License-Identifier: Apache-2.0
// Trial: one candidate of a look, trained shortly. How long is said by steps and multiply-accumulates, never by a
// clock: the same data and seed give the same figures.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/data/dataset.h"
#include "apprentice/metrics/metric.h"
#include "apprentice/targets/target_store.h"
#include "apprentice/views/views.h"

namespace apprentice::pipeline {

// What a candidate is: the keys of its tables in a job.
struct Candidate {
  std::string name;           // "conv1d, kernel 15"
  std::string keys;           // "family = \"conv1d\"\nkernel = 15\n"
  std::string frontend = {};  // of [frontend]; empty: it reads raw samples
};

// What a trained candidate answers to samples: [n, classes] or [n, 1]; on one thread. Any thread may ask.
using Predictor = std::function<Result<Tensor>(const data::Dataset&)>;

struct LookData {
  std::shared_ptr<const data::Dataset> train, validation;
  metrics::Metric metric = metrics::Metric::kAccuracy;  // that the job will judge by
};

// What a candidate learns from beside the samples; by default from their labels alone.
struct Teaching {
  std::string loss;                                     // keys of [loss]; empty: labels alone
  std::shared_ptr<const views::Views> views;            // of the training samples; null: plain samples
  std::shared_ptr<const targets::TargetStore> answers;  // to them, or to all their views
};

// Effort of one trial; a network takes as many steps as fit, within bounds.
enum class Effort { kStudent, kTeacher };

// Refuses keys that the samples do not take.
Result<Predictor> try_candidate(const Candidate& candidate, const LookData& data, const Teaching& teaching,
                                Effort effort, uint64_t seed, const RunControl& control);

// Steps of a whole training on `train` that stay within minutes; 0 where the default length does, and for trees.
Result<int64_t> steps_within_minutes(const Candidate& candidate, const data::Dataset& train, Effort effort);

// Mean of probabilities, as logarithms; of values in regression.
Predictor mean_of(std::vector<Predictor> models, TaskKind task);

// The answers of a model to all views of `data` (null: to the plain samples), in memory.
Result<std::shared_ptr<const targets::TargetStore>> answers_to(const data::Dataset& data, const views::Views* views,
                                                               const Predictor& model);

}  // namespace apprentice::pipeline
