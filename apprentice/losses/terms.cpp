// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/terms.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace apprentice {
namespace {

// Value and gradient in one pass: with small students, recording each of these operations costs more than doing them
// (train_bench, teacher_cost).
class SoftKl : public torch::autograd::Function<SoftKl> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& student_logits,
                            const at::Tensor& teacher_logits, double temperature) {
    const double samples = static_cast<double>(student_logits.size(0));
    const at::Tensor log_student = at::log_softmax(student_logits / temperature, 1);
    const at::Tensor log_teacher = at::log_softmax(teacher_logits / temperature, 1);
    const at::Tensor teacher = log_teacher.exp();
    // T^2 KL differentiates to T (student - teacher).
    context->save_for_backward({log_student.exp().sub_(teacher).mul_(temperature / samples)});
    return log_teacher.sub_(log_student).mul_(teacher).sum().mul_(temperature * temperature / samples);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list outer) {
    return {context->get_saved_variables().front() * outer.front(), {}, {}};
  }
};

}  // namespace

at::Tensor over_labels(const Targets& targets, const LabelTerm& term) {
  const at::Tensor own = term(targets.labels);
  if (!targets.other_labels.defined()) return own;
  return own * targets.own_shares + term(targets.other_labels) * (1.0 - targets.own_shares);
}

at::Tensor cross_entropy(const at::Tensor& logits, const Targets& targets) {
  const at::Tensor log_probabilities = at::log_softmax(logits, 1);
  if (!targets.other_labels.defined()) return at::nll_loss(log_probabilities, targets.labels);
  return -over_labels(targets, [&](const at::Tensor& y) { return at_label(log_probabilities, y); }).mean();
}

at::Tensor soft_kl(const at::Tensor& student_logits, const at::Tensor& teacher_logits, double temperature) {
  return SoftKl::apply(student_logits, teacher_logits.detach(), temperature);
}

at::Tensor kl_rows(const at::Tensor& log_teacher, const at::Tensor& log_student) {
  return (log_teacher.exp() * (log_teacher - log_student)).sum(1);
}

at::Tensor at_label(const at::Tensor& rows, const at::Tensor& labels) {
  return rows.gather(1, labels.unsqueeze(1)).squeeze(1);
}

at::Tensor beside_label(const at::Tensor& rows, const at::Tensor& labels) {
  const at::Tensor others = at::arange(rows.size(1) - 1, labels.options()).unsqueeze(0);
  return rows.gather(1, others + others.ge(labels.unsqueeze(1)).to(at::kLong));
}

at::Tensor decoupled_kl(const at::Tensor& student_logits, const at::Tensor& teacher_logits, const Targets& targets,
                        const LabelApartKnobs& knobs) {
  const double temperature = knobs.temperature;
  const at::Tensor student = student_logits / temperature, teacher = teacher_logits.detach() / temperature;
  const auto term = [&](const at::Tensor& labels) {
    // Logarithms of [q, 1 - q] and of the distribution over the other classes.
    const auto halves = [&](const at::Tensor& logits) {
      const at::Tensor others = at::logsumexp(beside_label(logits, labels), 1);
      return at::stack({at_label(logits, labels), others}, 1) - at::logsumexp(logits, 1, true);
    };
    const auto others = [&](const at::Tensor& logits) { return at::log_softmax(beside_label(logits, labels), 1); };
    return kl_rows(halves(teacher), halves(student)) * knobs.target_weight +
           kl_rows(others(teacher), others(student)) * knobs.other_weight;
  };
  return over_labels(targets, term).mean() * (temperature * temperature);
}

at::Tensor standardise_rows(const at::Tensor& logits) {
  constexpr double kTiny = 1e-14;  // the square of the paper's 1e-7
  const at::Tensor centred = logits - logits.mean(1, true);
  const at::Tensor variance = centred.square().sum(1, true) / static_cast<double>(logits.size(1) - 1);
  return centred / (variance + kTiny).sqrt();
}

double warmth(int64_t epoch, double warmup_epochs) {
  return std::min(1.0, static_cast<double>(epoch) / std::max(warmup_epochs, 1.0));
}

at::Tensor mix(double hard_weight, const at::Tensor& hard, double soft_weight, const at::Tensor& soft) {
  return at::add(hard * hard_weight, soft, soft_weight);
}

}  // namespace apprentice
