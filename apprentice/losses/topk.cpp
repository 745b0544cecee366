// SPDX-License-Identifier: Apache-2.0
// topk: learns the teacher's k likeliest classes; what is left of its probability is spread evenly, or is one bucket.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "apprentice/losses/loss_rows.h"
#include "apprentice/losses/soft_loss.h"
#include "apprentice/losses/terms.h"

namespace apprentice::losses::rows {
namespace {

class SparseLabels final : public SoftLoss {
 public:
  explicit SparseLabels(const LossKeys& keys)
      : SoftLoss(keys, "topk"), k_(keys.get<int64_t>("k")), rest_(keys.get<std::string>("rest")) {}

 protected:
  at::Tensor term(const at::Tensor& logits, const at::Tensor& teacher, const Targets&) const override {
    const at::Tensor own = at::log_softmax(logits / temperature(), 1);
    const auto [sorted, order] = at::log_softmax(teacher / temperature(), 1).sort(1, true);
    return scaled_mean(kl_rows(sparse(sorted), seen(own.gather(1, order))));
  }

 private:
  // Logarithms of the teacher's probabilities, likeliest class first -> those that it is remembered by.
  at::Tensor sparse(const at::Tensor& sorted) const {
    const int64_t rest = sorted.size(1) - k_;
    if (rest <= 0) return sorted;
    const at::Tensor mass = at::logsumexp(sorted.narrow(1, k_, rest), 1, true);
    if (rest_ == "bucket") return at::cat({sorted.narrow(1, 0, k_), mass}, 1);
    const at::Tensor each = (mass - std::log(static_cast<double>(rest))).expand({sorted.size(0), rest});
    return at::cat({sorted.narrow(1, 0, k_), each}, 1);
  }
  // The student's, in the same order, seen the same way.
  at::Tensor seen(const at::Tensor& own) const {
    const int64_t rest = own.size(1) - k_;
    if (rest <= 0 || rest_ != "bucket") return own;
    return at::cat({own.narrow(1, 0, k_), at::logsumexp(own.narrow(1, k_, rest), 1, true)}, 1);
  }

  int64_t k_;
  std::string rest_;
};

}  // namespace

std::unique_ptr<Loss> topk(const LossKeys& keys) { return std::make_unique<SparseLabels>(keys); }

}  // namespace apprentice::losses::rows
