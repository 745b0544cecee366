// SPDX-License-Identifier: Apache-2.0
// ce: learns from the labels alone; the loss of the control arm.
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class CrossEntropy final : public Loss {
 public:
  explicit CrossEntropy(Config&) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    return {ce, {{"ce", ce.detach()}}};
  }
};

}  // namespace

const LossKind ce = {"ce",
                     "cross entropy with the labels; no teacher",
                     "Bishop 2006, Pattern Recognition and Machine Learning, eq. 4.108",
                     TaskKind::kClassification,
                     false,
                     make<CrossEntropy>};

}  // namespace apprentice::losses::rows
