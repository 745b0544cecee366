// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/terms.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace apprentice::losses {
namespace {

// hard * cross entropy + soft * T^2 KL: each value, and the gradient of their sum, in one pass. With small students,
// recording each of these operations costs more than doing them (train_bench, teacher_cost).
template <typename Real>
struct HardSoftPass {
  int64_t samples, classes;
  HardSoftWeights weights;
  // [samples, classes]: probabilities and their logarithms; `own` are the student's at T = 1.
  const Real *own = nullptr, *log_own = nullptr, *student = nullptr, *log_student = nullptr, *teacher = nullptr,
             *log_teacher = nullptr;
  Real* gradient = nullptr;
  double hard = 0.0, soft = 0.0;  // means over the samples

  void softened(int64_t sample) {
    const int64_t row = sample * classes;
    const double scale = weights.soft * weights.temperature / static_cast<double>(samples);
    double sum = 0.0;
    for (int64_t i = row; i < row + classes; ++i) {
      sum += static_cast<double>(teacher[i] * (log_teacher[i] - log_student[i]));
      // T^2 KL differentiates to T (student - teacher).
      gradient[i] = static_cast<Real>(scale) * (student[i] - teacher[i]);
    }
    soft += sum * weights.temperature * weights.temperature / static_cast<double>(samples);
  }
  void labelled(int64_t sample, int64_t label, double share) {
    const int64_t row = sample * classes;
    const auto scale = static_cast<Real>(weights.hard * share / static_cast<double>(samples));
    for (int64_t i = row; i < row + classes; ++i) gradient[i] += scale * own[i];
    gradient[row + label] -= scale;
    hard -= share * static_cast<double>(log_own[row + label]) / static_cast<double>(samples);
  }
};

// Logarithms of softmax of every row: the student's logits, the same at the temperature unless that is 1, and the
// teacher's at the temperature, below each other in one tensor.
template <typename Real>
at::Tensor stacked_log_softmax(const at::Tensor& logits, const at::Tensor& teacher_logits, double temperature) {
  const at::Tensor student = logits.contiguous(), teacher = teacher_logits.to(student.scalar_type()).contiguous();
  const int64_t values = student.numel();
  const bool warm = temperature != 1.0;
  const at::Tensor stacked = at::empty({(warm ? 3 : 2) * student.size(0), student.size(1)}, student.options());
  Real* out = stacked.data_ptr<Real>();
  const auto add = [&](const at::Tensor& from, double divisor) {
    const Real* const first = from.data_ptr<Real>();
    out = std::transform(first, first + values, out, [&](Real logit) { return logit / static_cast<Real>(divisor); });
  };
  add(student, 1.0);
  if (warm) add(student, temperature);
  add(teacher, temperature);
  return at::log_softmax(stacked, 1);
}

class HardSoftKl : public torch::autograd::Function<HardSoftKl> {
 public:
  // -> total, hard, soft; without `targets` hard is zero.
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& logits,
                                                const at::Tensor& teacher_logits, const Targets* targets,
                                                const HardSoftWeights& weights) {
    const at::Tensor gradient = at::empty(logits.sizes(), logits.options()), values = at::empty({3}, logits.options());
    AT_DISPATCH_FLOATING_TYPES(logits.scalar_type(), "hard_soft_kl", [&] {
      const at::Tensor logs = stacked_log_softmax<scalar_t>(logits, teacher_logits, weights.temperature);
      const at::Tensor probabilities = logs.exp();
      HardSoftPass<scalar_t> pass{logits.size(0), logits.size(1), weights};
      const scalar_t* const log_first = logs.data_ptr<scalar_t>();
      const scalar_t* const first = probabilities.data_ptr<scalar_t>();
      const int64_t teacher = logs.numel() - logits.numel(), student = teacher - logits.numel();
      pass.own = first, pass.log_own = log_first;
      pass.student = first + student, pass.log_student = log_first + student;
      pass.teacher = first + teacher, pass.log_teacher = log_first + teacher;
      pass.gradient = gradient.data_ptr<scalar_t>();
      run(pass, targets);
      scalar_t* const out = values.data_ptr<scalar_t>();
      out[0] = static_cast<scalar_t>(weights.hard * pass.hard + weights.soft * pass.soft);
      out[1] = static_cast<scalar_t>(pass.hard);
      out[2] = static_cast<scalar_t>(pass.soft);
    });
    context->save_for_backward({gradient});
    torch::autograd::variable_list made = {values.select(0, 0), values.select(0, 1), values.select(0, 2)};
    context->mark_non_differentiable({made[1], made[2]});
    return made;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list outer) {
    return {context->get_saved_variables().front() * outer.front(), {}, {}, {}};
  }

 private:
  template <typename Pass>
  static void run(Pass& pass, const Targets* targets) {
    const bool mixed = targets != nullptr && targets->other_labels.defined();
    const at::Tensor shares = mixed ? targets->own_shares.to(at::kDouble) : at::Tensor();
    for (int64_t b = 0; b < pass.samples; ++b) {
      pass.softened(b);
      if (targets == nullptr) continue;
      const double share = mixed ? shares.data_ptr<double>()[b] : 1.0;
      pass.labelled(b, targets->labels.data_ptr<int64_t>()[b], share);
      if (mixed) pass.labelled(b, targets->other_labels.data_ptr<int64_t>()[b], 1.0 - share);
    }
  }
};

}  // namespace

HardSoftWeights::HardSoftWeights(const LossKeys& keys)
    : hard(keys.number("hard_weight")),
      soft(keys.number("soft_weight")),
      temperature(keys.has("T") ? keys.number("T") : 1.0) {}

LabelApartWeights::LabelApartWeights(const LossKeys& keys)
    : temperature(keys.number("T")),
      hard_weight(keys.number("hard_weight")),
      target_weight(keys.number("target_weight")),
      other_weight(keys.number("other_weight")) {}

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
  return HardSoftKl::apply(student_logits, teacher_logits.detach(), nullptr, HardSoftWeights{0.0, 1.0, temperature})
      .front();
}

HardSoft hard_and_soft_kl(const at::Tensor& logits, const Targets& targets, const HardSoftWeights& weights) {
  const auto made = HardSoftKl::apply(logits, targets.teacher_logits.detach(), &targets, weights);
  return {made[0], made[1], made[2]};
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
                        const LabelApartWeights& weights) {
  const double temperature = weights.temperature;
  const at::Tensor student = student_logits / temperature, teacher = teacher_logits.detach() / temperature;
  const auto term = [&](const at::Tensor& labels) {
    // Logarithms of [q, 1 - q] and of the distribution over the other classes.
    const auto halves = [&](const at::Tensor& logits) {
      const at::Tensor others = at::logsumexp(beside_label(logits, labels), 1);
      return at::stack({at_label(logits, labels), others}, 1) - at::logsumexp(logits, 1, true);
    };
    const auto others = [&](const at::Tensor& logits) { return at::log_softmax(beside_label(logits, labels), 1); };
    return kl_rows(halves(teacher), halves(student)) * weights.target_weight +
           kl_rows(others(teacher), others(student)) * weights.other_weight;
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

}  // namespace apprentice::losses
