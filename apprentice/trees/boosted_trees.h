// SPDX-License-Identifier: Apache-2.0
// Boosted trees, trained by libxgboost (Chen and Guestrin 2016, "XGBoost"): histograms of columns, a softmax over
// classes or the squared error. The validation rows decide how many rounds are kept. Same rows, options and threads,
// same bits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apprentice/base/control.h"
#include "apprentice/base/tensor.h"

namespace apprentice::trees {

struct TreeRows {
  Tensor values;                // float32 [rows, columns], rows >= 1; NaN = not known
  std::vector<int32_t> labels;  // one per row, in classification
  std::vector<float> targets;   // one per row, in regression
  std::vector<float> weights;   // one per row, or empty: all alike
};

struct TreeOptions {
  int64_t rounds = 300;   // at most; a round is one tree per class, or one tree for two classes and for a value
  int64_t patience = 20;  // rounds without a lower validation loss that end the training
  int64_t depth = 6;      // of a tree, at most
  double learning_rate = 0.1;
  double row_share = 1.0, column_share = 1.0;  // drawn for each tree
  double least_weight = 1.0;                   // sum of second derivatives that each leaf must hold
  uint64_t seed = 1;
  // One is right nearly always: more of them wait for each other actively after every node, which beside other work
  // costs a hundred times what they save. 0 = all cores.
  int threads = 1;
};

struct BoostedTrees {
  std::string json;     // the rounds that were kept, as XGBoost's save_model("model.json") writes them
  int64_t classes = 0;  // 0 in regression
  int64_t columns = 0, rounds = 0, trees = 0, nodes = 0;
  // Mean cross entropy in nats, or RMSE, of the validation rows.
  double validation_loss = 0.0;
  // Per column, how much its splits lowered the training loss, in shares of 1.
  std::vector<double> gains;
};

// classes: at least 2, or 0 for regression. Errors: libxgboost's own (memory), or kInterrupted. Values that are
// infinite are refused by libxgboost; labels outside the classes break a promise. `checkpoint`: a file that an
// interrupted training resumes from, to the same bits; empty = none.
Result<BoostedTrees> train_trees(const TreeRows& train, const TreeRows& validation, int64_t classes,
                                 const TreeOptions& options, const RunControl& control,
                                 const std::string& checkpoint = "");

// Float32 [rows, classes] logits (of two classes, the first is 0), or [rows, 1] values in regression.
Result<Tensor> predict_trees(const BoostedTrees& model, const Tensor& values, int threads = 1);

}  // namespace apprentice::trees
