// SPDX-License-Identifier: Apache-2.0
// srrl: the student's last vector, projected, shall be the teacher's and, given to the teacher's classifier, its
// logits. The classifier is found from stored answers: it is the linear map from vectors to logits. Logits count less
// their mean over classes, which softmax does not see: so a teacher that gives probabilities has a classifier, too.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "apprentice/losses/feature_loss.h"
#include "apprentice/losses/loss_rows.h"

namespace apprentice::losses::rows {
namespace {

class RegressionRepresentation final : public FeatureLoss {
 public:
  explicit RegressionRepresentation(const LossKeys& keys) : FeatureLoss(keys, "srrl") {}
  Status prepare(const LossSetting& setting, Adapters& adapters) override {
    Rng rng(setting.seed, "loss/srrl");
    const int64_t from = setting.student.back()[0], to = setting.teacher.back()[0];
    weight_ = adapters.weight({to, from}, rng);
    scale_ = adapters.constant({to}, 1.0);
    offset_ = adapters.constant({to}, 0.0);
    fit_classifier(setting.teacher_vectors, setting.teacher_logits, weight_.scalar_type());
    return {};
  }

 protected:
  at::Tensor term(const std::vector<at::Tensor>& student, const Targets& targets) const override {
    const at::Tensor guess = normalise_batch(project(student.back(), weight_), scale_, offset_).relu();
    const at::Tensor logits = at::linear(guess, classifier_, classifier_offset_);
    return at::mse_loss(guess, targets.features.back()) + at::mse_loss(logits, centred(targets.teacher_logits));
  }

 private:
  static at::Tensor centred(const at::Tensor& logits) { return logits - logits.mean(1, true); }

  // Least squares, by the normal equations with a touch of ridge: dead channels have no say.
  void fit_classifier(const at::Tensor& vectors, const at::Tensor& logits, at::ScalarType type) {
    const at::NoGradGuard no_grad;
    const at::Tensor x = at::cat({vectors, at::ones({vectors.size(0), 1})}, 1).to(at::kDouble);
    const at::Tensor square = at::mm(x.t(), x), right = at::mm(x.t(), centred(logits.to(at::kDouble)));
    const at::Tensor ridge =
        at::eye(x.size(1), at::kDouble) * (square.trace() * (1e-9 / static_cast<double>(x.size(1))));
    const at::Tensor solution = at::linalg_solve(square + ridge, right).t().to(type);
    classifier_ = solution.narrow(1, 0, vectors.size(1)).contiguous();
    classifier_offset_ = solution.select(1, vectors.size(1)).contiguous();
  }

  at::Tensor weight_, scale_, offset_, classifier_, classifier_offset_;
};

}  // namespace

std::unique_ptr<Loss> srrl(const LossKeys& keys) { return std::make_unique<RegressionRepresentation>(keys); }

}  // namespace apprentice::losses::rows
