// SPDX-License-Identifier: Apache-2.0
// Support vector machines of ai.onnx.ml (Cortes and Vapnik 1995), as libsvm trains them and scikit-learn exports them.
#include <algorithm>
#include <cmath>

#include "apprentice/onnx/run/class_scores.h"

namespace apprentice::onnx::run::ops {
namespace {

constexpr double kLeastShare = 1e-7;
constexpr int64_t kMostClasses = 4096;

at::Tensor matrix_of(const std::vector<double>& values, int64_t rows) {
  return at::tensor(values, at::kDouble).reshape({rows, -1});
}

// How alike samples [n, features] and support vectors [vectors, features] are: [n, vectors].
at::Tensor kernel_values(OpCall& call, int64_t vectors) {
  const std::vector<double> supports = call.reals("support_vectors", {});
  const std::vector<double> parameters = call.reals("kernel_params", {});
  if (vectors < 1 || supports.empty() || static_cast<int64_t>(supports.size()) % vectors != 0 ||
      parameters.size() != 3) {
    call.refuse("needs support vectors and three kernel_params; it has {} values for {} vectors and {} parameters",
                supports.size(), vectors, parameters.size());
    return {};
  }
  const at::Tensor v = matrix_of(supports, vectors), x = sample_rows(call, call[0], v.size(1));
  if (!call.failed() && x.size(1) != v.size(1))
    call.refuse("has support vectors of {} features, but gets {}", v.size(1), x.size(1));
  if (call.failed() || !call.may_grow_to({x.size(0), vectors, v.size(1)})) return {};
  const std::string kernel = call.text("kernel_type", "LINEAR");
  const double gamma = parameters[0], shift = parameters[1], degree = parameters[2];
  const at::Tensor products = at::matmul(x, v.t());
  if (kernel == "LINEAR") return products;
  if (kernel == "POLY") return products.mul(gamma).add(shift).pow(degree);
  if (kernel == "SIGMOID") return products.mul(gamma).add(shift).tanh();
  if (kernel == "RBF") return x.unsqueeze(1).sub(v.unsqueeze(0)).square().sum(Sizes{2}).mul(-gamma).exp();
  call.refuse("kernel_type '{}' is not known; known: LINEAR, POLY, RBF, SIGMOID", kernel);
  return {};
}

// Class i against class j for each pair i < j, above zero for i: [n, pairs].
at::Tensor pair_scores(OpCall& call, const at::Tensor& kernels, const Sizes& per_class) {
  const auto classes = static_cast<int64_t>(per_class.size());
  const int64_t pairs = classes * (classes - 1) / 2;
  const std::vector<double> coefficients = call.reals("coefficients", {}), rho = call.reals("rho", {});
  if (static_cast<int64_t>(coefficients.size()) != (classes - 1) * kernels.size(1) ||
      static_cast<int64_t>(rho.size()) != pairs) {
    call.refuse("has {} coefficients and {} values of rho for {} classes of {} vectors", coefficients.size(),
                rho.size(), classes, kernels.size(1));
    return {};
  }
  const at::Tensor weights = matrix_of(coefficients, classes - 1);
  Sizes first{0};
  for (const int64_t count : per_class) first.push_back(first.back() + count);
  const auto side = [&](int64_t of, int64_t row) {
    const auto begin = first[static_cast<size_t>(of)], count = per_class[static_cast<size_t>(of)];
    return at::matmul(kernels.narrow(1, begin, count), weights.select(0, row).narrow(0, begin, count));
  };
  Values scores;
  for (int64_t i = 0; i < classes; ++i)
    for (int64_t j = i + 1; j < classes; ++j) scores.push_back(side(i, j - 1).add(side(j, i)).add(rho[scores.size()]));
  return at::stack(scores, 1);
}

// The class that wins most pairs; the first of several.
at::Tensor winners(const at::Tensor& scores, int64_t classes) {
  at::Tensor votes = at::zeros({scores.size(0), classes}, at::kLong);
  int64_t pair = 0;
  for (int64_t i = 0; i < classes; ++i)
    for (int64_t j = i + 1; j < classes; ++j, ++pair) {
      const at::Tensor won = scores.select(1, pair).gt(0.0).to(at::kLong);
      votes.select(1, i).add_(won);
      votes.select(1, j).add_(won.neg().add(1));
    }
  return votes.argmax(1);
}

// Probabilities of classes from those of pairs, r[i][j] = P(i | i or j): Wu, Lin and Weng 2004, their second method,
// with the steps and the end of libsvm.
void couple_pairs(const std::vector<std::vector<double>>& r, double* p) {
  const size_t k = r.size();
  std::vector<std::vector<double>> q(k, std::vector<double>(k, 0.0));
  for (size_t t = 0; t < k; ++t)
    for (size_t j = 0; j < k; ++j) {
      if (j == t) continue;
      q[t][t] += r[j][t] * r[j][t];
      q[t][j] = -r[j][t] * r[t][j];
    }
  std::fill(p, p + k, 1.0 / static_cast<double>(k));
  std::vector<double> qp(k);
  for (size_t step = 0; step < std::max<size_t>(100, k); ++step) {
    double pqp = 0.0, error = 0.0;
    for (size_t t = 0; t < k; ++t) {
      qp[t] = 0.0;
      for (size_t j = 0; j < k; ++j) qp[t] += q[t][j] * p[j];
      pqp += p[t] * qp[t];
    }
    for (size_t t = 0; t < k; ++t) error = std::max(error, std::abs(qp[t] - pqp));
    if (error < 0.005 / static_cast<double>(k)) return;
    for (size_t t = 0; t < k; ++t) {
      const double change = (pqp - qp[t]) / q[t][t];
      p[t] += change;
      pqp = (pqp + change * (change * q[t][t] + 2.0 * qp[t])) / (1.0 + change) / (1.0 + change);
      for (size_t j = 0; j < k; ++j) {
        qp[j] = (qp[j] + change * q[t][j]) / (1.0 + change);
        p[j] /= 1.0 + change;
      }
    }
  }
}

// Pairs by sigmoids of their scores (Platt 1999), classes from them.
at::Tensor probabilities(OpCall& call, const at::Tensor& scores, int64_t classes) {
  const std::vector<double> a = call.reals("prob_a", {}), b = call.reals("prob_b", {});
  if (static_cast<int64_t>(a.size()) != scores.size(1) || b.size() != a.size()) {
    call.refuse("has {} and {} values of prob_a and prob_b for {} pairs", a.size(), b.size(), scores.size(1));
    return {};
  }
  const at::Tensor out = at::empty({scores.size(0), classes}, at::kDouble), given = scores.contiguous();
  const auto count = static_cast<size_t>(classes);
  std::vector<std::vector<double>> r(count, std::vector<double>(count, 0.0));
  for (int64_t n = 0; n < scores.size(0); ++n) {
    const double* score = given.data_ptr<double>() + n * scores.size(1);
    size_t pair = 0;
    for (size_t i = 0; i < count; ++i)
      for (size_t j = i + 1; j < count; ++j, ++pair) {
        const double share = 1.0 / (1.0 + std::exp(score[pair] * a[pair] + b[pair]));
        r[i][j] = std::clamp(share, kLeastShare, 1.0 - kLeastShare);
        r[j][i] = 1.0 - r[i][j];
      }
    couple_pairs(r, out.data_ptr<double>() + n * classes);
  }
  return out;
}

}  // namespace

// Without probabilities the score of two classes is given twice, and so, as ONNX Runtime does it, that the second one
// speaks for class 0.
Values svm_classifier(OpCall& call) {
  const at::Tensor labels = class_labels(call, "classlabels_ints", "classlabels_strings");
  const Sizes per_class = call.integers("vectors_per_class", {});
  const auto classes = static_cast<int64_t>(per_class.size());
  if (call.failed()) return {};
  int64_t vectors = 0;
  for (const int64_t count : per_class) {
    if (count < 0 || count > (int64_t{1} << 28)) return call.refuse("has {} vectors of a class", count);
    vectors += count;
  }
  if (classes < 2 || classes != labels.numel() || classes > kMostClasses)
    return call.refuse("has support vectors of {} classes and {} labels; machines without vectors are not supported",
                       classes, labels.numel());
  const at::Tensor kernels = kernel_values(call, vectors);
  if (call.failed()) return {};
  const at::Tensor pairs = pair_scores(call, kernels, per_class);
  if (call.failed()) return {};
  const at::Tensor label = labels.index_select(0, winners(pairs, classes));
  const std::string how = call.text("post_transform", "NONE");
  if (classes == 2 && !call.has_attribute("prob_a")) {
    if (how == "PROBIT") return call.refuse("post_transform PROBIT of a single score is not supported");
    return {label, both_classes(pairs.select(1, 0), how != "NONE", how).to(at::kFloat)};
  }
  const at::Tensor scores = call.has_attribute("prob_a") ? probabilities(call, pairs, classes) : pairs;
  if (call.failed()) return {};
  return {label, transform_scores(call, scores, how).to(at::kFloat)};
}

Values svm_regressor(OpCall& call) {
  const int64_t vectors = call.integer("n_supports", 0);
  const std::vector<double> coefficients = call.reals("coefficients", {}), rho = call.reals("rho", {});
  if (vectors < 1) return call.refuse("machines without support vectors are not supported");
  const at::Tensor kernels = kernel_values(call, vectors);
  if (call.failed()) return {};
  if (static_cast<int64_t>(coefficients.size()) != vectors || rho.size() != 1)
    return call.refuse("has {} coefficients and {} values of rho for {} vectors", coefficients.size(), rho.size(),
                       vectors);
  if (const std::string how = call.text("post_transform", "NONE"); how != "NONE")
    return call.refuse("post_transform {} is not supported", how);
  const at::Tensor sums = at::matmul(kernels, at::tensor(coefficients, at::kDouble)).add(rho[0]).unsqueeze(1);
  if (call.integer("one_class", 0) == 0) return {sums.to(at::kFloat)};
  return {at::where(sums.gt(0.0), at::ones_like(sums), at::full_like(sums, -1.0)).to(at::kFloat)};
}

}  // namespace apprentice::onnx::run::ops
