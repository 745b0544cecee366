// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/terms.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace apprentice {
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

struct Softmax {
  explicit Softmax(const at::Tensor& logits) : logs(at::log_softmax(logits, 1).contiguous()), values(logs.exp()) {}
  at::Tensor logs, values;
};

class HardSoftKl : public torch::autograd::Function<HardSoftKl> {
 public:
  // -> total, hard, soft; without `targets` hard is zero.
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& logits,
                                                const at::Tensor& teacher_logits, const Targets* targets,
                                                const HardSoftWeights& weights) {
    const bool warm = weights.temperature != 1.0;
    const Softmax own(logits), teacher(warm ? teacher_logits / weights.temperature : teacher_logits);
    const Softmax student = warm ? Softmax(logits / weights.temperature) : own;
    const at::Tensor gradient = at::empty_like(own.logs), values = at::empty({3}, own.logs.options());
    AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "hard_soft_kl", [&] {
      const auto numbers = [](const at::Tensor& tensor) { return tensor.data_ptr<scalar_t>(); };
      HardSoftPass<scalar_t> pass{logits.size(0), logits.size(1), weights};
      pass.own = numbers(own.values), pass.log_own = numbers(own.logs);
      pass.student = numbers(student.values), pass.log_student = numbers(student.logs);
      pass.teacher = numbers(teacher.values), pass.log_teacher = numbers(teacher.logs);
      pass.gradient = numbers(gradient);
      run(pass, targets);
      scalar_t* const out = numbers(values);
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
