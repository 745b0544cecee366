// SPDX-License-Identifier: Apache-2.0
// A training of boosted trees between two stretches of rounds, and the checkpoint that holds it. Internal to trees/.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "apprentice/base/error.h"
#include "apprentice/trees/boosted_trees.h"

namespace apprentice::trees {

struct TreeProgress {
  std::string json;                                       // the model of all rounds so far; empty before the first
  int64_t rounds = 0, best = 0;                           // done, and those to keep
  double loss = std::numeric_limits<double>::infinity();  // of validation after the best

  void add(double validation_loss);
  bool is_finished(const TreeOptions& options) const;
};

// From the start where there is no checkpoint, where it is of another training, and where it is damaged: the same bits
// come out.
TreeProgress load_progress(const std::string& path, const std::string& identity);
Status save_progress(const std::string& path, const std::string& identity, const TreeProgress& progress);

}  // namespace apprentice::trees
