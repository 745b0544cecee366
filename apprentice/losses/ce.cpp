// SPDX-License-Identifier: Apache-2.0
// ce: learns from the labels alone; the loss of the control arm.
#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class CrossEntropy final : public Loss {
 public:
  explicit CrossEntropy(const LossKeys&) {}
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    return {ce, {{"ce", ce.detach()}}};
  }
};

}  // namespace

std::unique_ptr<Loss> ce(const LossKeys& keys) { return std::make_unique<CrossEntropy>(keys); }

}  // namespace apprentice::losses::rows
