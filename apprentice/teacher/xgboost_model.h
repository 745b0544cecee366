// SPDX-License-Identifier: Apache-2.0
// Reading an XGBoost model file, JSON or UBJSON (xgboost.readthedocs.io, "Introduction to Model IO"): checked and
// turned into JSON that libxgboost can be trusted with. Internal to teacher/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apprentice/base/error.h"

namespace apprentice::teacher {

struct XgboostModel {
  std::string json;                        // the whole model, as libxgboost 1.7 reads it
  std::string objective;                   // "multi:softprob"
  std::string booster;                     // gbtree | dart | gblinear
  std::vector<std::string> feature_names;  // may be empty
  std::string version;                     // of the XGBoost that wrote it: "1.7.4"
  int64_t features = 0, classes = 0;       // classes as the file says: 0 or 1 for one output
  int64_t trees = 0, nodes = 0;
  int64_t rounds = 0;       // of boosting; 0 for gblinear
  int64_t best_rounds = 0;  // where early stopping found the best of them: how many to use; else 0

  // Values that one sample's answer has.
  int64_t outputs() const { return classes > 1 ? classes : 1; }
};

// Refuses what is no model, nesting over 64 levels, containers larger than the file, trees whose nodes do not form a
// tree, and features or classes outside the model's. Memory is bounded by the bytes.
Result<XgboostModel> parse_xgboost(std::string_view bytes, const std::string& place);

}  // namespace apprentice::teacher
