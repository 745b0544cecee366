// SPDX-License-Identifier: Apache-2.0
// The losses once more, as plain loops over long doubles written from the formulas: what the contract test believes.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace apprentice {

using Row = std::vector<long double>;

struct LossCase {
  std::vector<Row> student, teacher;  // [batch][classes]; [batch][1] in regression
  std::vector<size_t> labels;         // classification
  Row values;                         // regression
  std::vector<size_t> others;         // mixup: the second label, and the share of the first one; empty without
  Row shares;
  std::vector<Row> constant_student;  // what terms see that take the student as a constant
  double epoch = 1;
};
using Keys = std::map<std::string, double>;

// One per row of the loss table. `keys` are the loss's keys with their values; those not named have their default.
struct LossReference {
  long double (*value)(const LossCase& input, const Keys& keys);
  // Keys that leave only the teacher's part (for "least when the student equals the teacher").
  Keys teacher_only;
  // The value does not change when all logits of a sample move by the same amount.
  bool shift_invariant = true;
};
const std::map<std::string, LossReference>& loss_references();

}  // namespace apprentice
