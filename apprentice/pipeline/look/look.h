// SPDX-License-Identifier: Apache-2.0
// Look: which defaults fit these data, found by short trainings on labels that the validation split judges. The test
// split is never seen. docs/howto/first_run.md
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/data/dataset.h"
#include "apprentice/pipeline/look/trial.h"

namespace apprentice::pipeline {

struct Tried {
  std::string name;
  std::vector<std::string> keys;  // of tables of a job; which ones, the question says
  // Of networks, one for each: steps of [train] where its default would take long, else 0.
  std::vector<int64_t> steps;
  double score = 0.0;  // larger is better (an error is negative)
};

// One question of a look: what was tried, and which of them is taken. Nothing was tried where nothing was to choose.
struct Question {
  std::vector<Tried> tried;
  size_t best = 0;

  const Tried& answer() const { return tried.at(best); }
};

struct LookOptions {
  uint64_t seed = 1;
  bool teach = true;      // which teacher to teach is a question; else one that is taught shortly stands in for it
  bool leave_out = true;  // so is which channels to leave out
  bool views = true;      // the teacher may be asked about views of samples; recorded answers cannot
};

struct Look {
  metrics::Metric metric = metrics::Metric::kAccuracy;  // the default of a job on these data
  int64_t train = 0, validation = 0;                    // samples looked at
  int64_t folds = 0;  // of groups of the training split that took turns as validation, too
  Question channels;  // keys: names of those to leave out
  Question teachers;  // of each member of [teach]
  Question ways;      // how the student learns: of [loss], of [[views.augment]] (empty: plain samples)
  Question controls;  // labels alone, on those views or on plain samples: of [control]
  Question students;  // of [student], of [frontend] (empty: raw samples)
};

// Half a minute for most data. The same splits, options and build give the same figures on any number of cores.
Result<Look> look(const data::Splits& splits, const LookOptions& options, const RunControl& control);

// The answers of a look without looking: the first candidate of each question.
Look unlooked(const data::DatasetInfo& info);

}  // namespace apprentice::pipeline
