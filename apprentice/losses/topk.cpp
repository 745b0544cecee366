// SPDX-License-Identifier: Apache-2.0
// topk: learns the teacher's k likeliest classes; what is left of its probability is spread evenly, or is one bucket.
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "apprentice/losses/knobs.h"
#include "apprentice/losses/rows.h"
#include "apprentice/losses/terms.h"

namespace apprentice::loss_rows {
namespace {

class SparseLabels final : public Loss {
 public:
  explicit SparseLabels(Config& options) {
    read_temperature(options, temperature_);
    read_bounded<int64_t>(options, "k", 1, 1'000'000, k_);
    options.read_choice("rest", rest_, {"spread", "bucket"});
    read_hard_soft(options, hard_weight_, soft_weight_);
  }
  LossValue operator()(const StudentOutput& student, const Targets& targets) const override {
    const at::Tensor ce = cross_entropy(student.logits, targets);
    const at::Tensor own = at::log_softmax(student.logits / temperature_, 1);
    const at::Tensor given = at::log_softmax(targets.teacher_logits.detach() / temperature_, 1);
    const auto [sorted, order] = given.sort(1, true);
    const at::Tensor divergence = kl_rows(sparse(sorted), seen(own.gather(1, order)));
    const at::Tensor soft = divergence.mean() * (temperature_ * temperature_);
    return {mix(hard_weight_, ce, soft_weight_, soft), {{"ce", ce.detach()}, {"topk", soft.detach()}}};
  }
  bool needs_teacher() const override { return true; }

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
  double temperature_ = 1.0, hard_weight_ = 0.0, soft_weight_ = 1.0;
};

}  // namespace

const LossKind topk = {
    "topk",
    "the teacher's k likeliest classes, the rest spread evenly or as one bucket; T, k, rest, "
    "hard_weight, soft_weight",
    "Shen and Xing 2022 (arXiv 2112.01528), marginal smoothing",
    TaskKind::kClassification,
    true,
    [](Config& options) -> Result<std::unique_ptr<Loss>> { return std::make_unique<SparseLabels>(options); }};

}  // namespace apprentice::loss_rows
