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
  explicit SparseLabels(Config& keys) : SoftLoss(keys, "topk", {1.0, 0.0, 1.0}) {
    keys.read_bounded("k", k_, 1, 1'000'000);
    keys.read_choice("rest", rest_, {"spread", "bucket"});
  }

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

  int64_t k_ = 5;
  std::string rest_ = "spread";
};

}  // namespace

const LossKind topk = {"topk",
                       "the teacher's k likeliest classes, the rest spread evenly or as one bucket",
                       "Shen and Xing 2022 (arXiv 2112.01528), marginal smoothing",
                       TaskKind::kClassification,
                       true,
                       make<SparseLabels>};

}  // namespace apprentice::losses::rows
