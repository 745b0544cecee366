// SPDX-License-Identifier: Apache-2.0
#include "tests/losses/reference.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace apprentice {
namespace {

double value_of(const Keys& keys, const std::string& key, double otherwise) {
  const auto found = keys.find(key);
  return found == keys.end() ? otherwise : found->second;
}

// log softmax(z / T)
Row log_softmax(const Row& logits, long double temperature) {
  const long double largest = *std::max_element(logits.begin(), logits.end()) / temperature;
  long double sum = 0;
  for (long double z : logits) sum += std::exp(z / temperature - largest);
  Row result;
  for (long double z : logits) result.push_back(z / temperature - largest - std::log(sum));
  return result;
}

size_t batch_of(const LossCase& input) { return input.student.size(); }

// A term of sample b that looks at the label: mixed by shares where there are two labels.
template <typename Term>
long double over_labels(const LossCase& input, size_t b, const Term& term) {
  if (input.others.empty()) return term(input.labels[b]);
  return input.shares[b] * term(input.labels[b]) + (1 - input.shares[b]) * term(input.others[b]);
}

long double error_of(const LossCase& input, size_t b, const Row& logits) {
  return over_labels(input, b, [&](size_t y) { return -log_softmax(logits, 1)[y]; });
}

long double cross_entropy(const LossCase& input) {
  long double sum = 0;
  for (size_t b = 0; b < batch_of(input); ++b) sum += error_of(input, b, input.student[b]);
  return sum / static_cast<long double>(batch_of(input));
}

// sum_c p (log p - log q)
long double divergence(const Row& log_p, const Row& log_q) {
  long double sum = 0;
  for (size_t c = 0; c < log_p.size(); ++c) sum += std::exp(log_p[c]) * (log_p[c] - log_q[c]);
  return sum;
}

// The same of two yes-or-no variables with these probabilities of yes, given by logarithms of yes and no.
long double divergence2(long double p1, long double p0, long double q1, long double q0) {
  return std::exp(p1) * (p1 - q1) + std::exp(p0) * (p0 - q0);
}

Row without(const Row& row, size_t y) {
  Row rest = row;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(y));
  return rest;
}

long double log_sum(const Row& logarithms) {
  const long double largest = *std::max_element(logarithms.begin(), logarithms.end());
  long double sum = 0;
  for (long double value : logarithms) sum += std::exp(value - largest);
  return largest + std::log(sum);
}

// T^2 times the mean over the batch of term(b).
template <typename Term>
long double softened_mean(const LossCase& input, long double temperature, const Term& term) {
  long double sum = 0;
  for (size_t b = 0; b < batch_of(input); ++b) sum += term(b);
  return sum * temperature * temperature / static_cast<long double>(batch_of(input));
}

// Hinton et al. 2015: T^2/B sum_b sum_c p_t (log p_t - log p_s).
long double softened_kl(const LossCase& input, long double temperature) {
  return softened_mean(input, temperature, [&](size_t b) {
    return divergence(log_softmax(input.teacher[b], temperature), log_softmax(input.student[b], temperature));
  });
}

long double ce(const LossCase& input, const Keys&) { return cross_entropy(input); }

long double kd(const LossCase& input, const Keys& keys) {
  return value_of(keys, "hard_weight", 0.1) * cross_entropy(input) +
         value_of(keys, "soft_weight", 0.9) * softened_kl(input, value_of(keys, "T", 4.0));
}

// Zhang et al. 2018, with one peer, whose answers stand where the teacher's do.
long double dml(const LossCase& input, const Keys& keys) {
  return value_of(keys, "hard_weight", 1.0) * cross_entropy(input) +
         value_of(keys, "soft_weight", 1.0) * softened_kl(input, value_of(keys, "T", 1.0));
}

// Zhao et al. 2022: T^2 mean(target_weight TCKD + other_weight NCKD).
long double decoupled(const LossCase& input, long double temperature, double target_weight, double other_weight) {
  return softened_mean(input, temperature, [&](size_t b) {
    return over_labels(input, b, [&](size_t y) {
      const Row given = log_softmax(input.teacher[b], temperature), own = log_softmax(input.student[b], temperature);
      const long double target = divergence2(given[y], log_sum(without(given, y)), own[y], log_sum(without(own, y)));
      const Row given_rest = log_softmax(without(input.teacher[b], y), temperature);
      const Row own_rest = log_softmax(without(input.student[b], y), temperature);
      return target_weight * target + other_weight * divergence(given_rest, own_rest);
    });
  });
}

long double dkd(const LossCase& input, const Keys& keys) {
  const double warmth = std::min(1.0, input.epoch / std::max(1.0, value_of(keys, "warmup_epochs", 5.0)));
  return value_of(keys, "hard_weight", 1.0) * cross_entropy(input) +
         warmth * decoupled(input, value_of(keys, "T", 4.0), value_of(keys, "target_weight", 1.0),
                            value_of(keys, "other_weight", 2.0));
}

Row probabilities(const Row& logits, long double temperature) {
  Row row = log_softmax(logits, temperature);
  for (long double& value : row) value = std::exp(value);
  return row;
}

// Pearson's correlation; 0 where one side is constant, by the floor that losses/dist.cpp documents.
long double correlation(const Row& a, const Row& b) {
  const auto count = static_cast<long double>(a.size());
  long double mean_a = 0, mean_b = 0, product = 0, squares_a = 1e-16L, squares_b = 1e-16L;
  for (size_t i = 0; i < a.size(); ++i) mean_a += a[i] / count, mean_b += b[i] / count;
  for (size_t i = 0; i < a.size(); ++i) {
    product += (a[i] - mean_a) * (b[i] - mean_b);
    squares_a += (a[i] - mean_a) * (a[i] - mean_a);
    squares_b += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return product / std::sqrt(squares_a * squares_b);
}

std::vector<Row> transposed(const std::vector<Row>& rows) {
  std::vector<Row> columns(rows[0].size());
  for (const Row& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) columns[c].push_back(row[c]);
  }
  return columns;
}

long double decorrelation(const std::vector<Row>& a, const std::vector<Row>& b) {
  long double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += 1 - correlation(a[i], b[i]);
  return sum / static_cast<long double>(a.size());
}

// Huang et al. 2022.
long double dist(const LossCase& input, const Keys& keys) {
  const double temperature = value_of(keys, "T", 1.0);
  std::vector<Row> own, given;
  for (const Row& row : input.student) own.push_back(probabilities(row, temperature));
  for (const Row& row : input.teacher) given.push_back(probabilities(row, temperature));
  long double relations = value_of(keys, "inter_weight", 2.0) * decorrelation(own, given);
  if (own.size() > 1) {
    relations += value_of(keys, "intra_weight", 2.0) * decorrelation(transposed(own), transposed(given));
  }
  return value_of(keys, "hard_weight", 1.0) * cross_entropy(input) + temperature * temperature * relations;
}

// Sun et al. 2024.
LossCase standardised(LossCase input) {
  for (std::vector<Row>* rows : {&input.student, &input.teacher}) {
    for (Row& row : *rows) {
      const auto count = static_cast<long double>(row.size());
      long double mean = 0, squares = 0;
      for (long double z : row) mean += z / count;
      for (long double z : row) squares += (z - mean) * (z - mean);
      for (long double& z : row) z = (z - mean) / std::sqrt(squares / (count - 1) + 1e-14L);
    }
  }
  return input;
}

long double lskd(const LossCase& input, const Keys& keys) {
  return value_of(keys, "hard_weight", 0.1) * cross_entropy(input) +
         value_of(keys, "soft_weight", 9.0) * softened_kl(standardised(input), value_of(keys, "T", 2.0));
}

long double lsdkd(const LossCase& input, const Keys& keys) {
  return value_of(keys, "hard_weight", 0.1) * cross_entropy(input) +
         decoupled(standardised(input), value_of(keys, "T", 2.0), value_of(keys, "target_weight", 9.0),
                   value_of(keys, "other_weight", 18.0));
}

// Yang et al. 2023.
long double nkd(const LossCase& input, const Keys& keys) {
  const double temperature = value_of(keys, "T", 1.0);
  const long double target = softened_mean(input, 1, [&](size_t b) {
    return over_labels(input, b, [&](size_t y) {
      return -std::exp(log_softmax(input.teacher[b], 1)[y]) * log_softmax(input.student[b], 1)[y];
    });
  });
  const long double others = softened_mean(input, temperature, [&](size_t b) {
    return over_labels(input, b, [&](size_t y) {
      const Row given = log_softmax(without(input.teacher[b], y), temperature);
      const Row own = log_softmax(without(input.student[b], y), temperature);
      long double sum = 0;
      for (size_t c = 0; c < own.size(); ++c) sum -= std::exp(given[c]) * own[c];
      return sum;
    });
  });
  return value_of(keys, "hard_weight", 1.0) * cross_entropy(input) + value_of(keys, "target_weight", 1.0) * target +
         value_of(keys, "other_weight", 1.5) * others;
}

// Zhou et al. 2021; the weight is a constant.
long double wsld(const LossCase& input, const Keys& keys) {
  const double temperature = value_of(keys, "T", 2.0);
  const long double soft = softened_mean(input, temperature, [&](size_t b) {
    const Row given = log_softmax(input.teacher[b], temperature), own = log_softmax(input.student[b], temperature);
    long double soft_ce = 0;
    for (size_t c = 0; c < own.size(); ++c) soft_ce -= std::exp(given[c]) * own[c];
    const long double student = error_of(input, b, input.constant_student[b]);
    return (1 - std::exp(-student / (error_of(input, b, input.teacher[b]) + 1e-7L))) * soft_ce;
  });
  return value_of(keys, "hard_weight", 1.0) * cross_entropy(input) + value_of(keys, "soft_weight", 2.5) * soft;
}

// Agarwal et al. 2023: M = (1 - beta) p_s + beta p_t.
long double jsd(const LossCase& input, const Keys& keys) {
  const double temperature = value_of(keys, "T", 1.0), beta = value_of(keys, "beta", 0.5);
  const long double soft = softened_mean(input, temperature, [&](size_t b) {
    const Row given = log_softmax(input.teacher[b], temperature), own = log_softmax(input.student[b], temperature);
    Row middle;
    for (size_t c = 0; c < own.size(); ++c) {
      middle.push_back(log_sum({own[c] + std::log(1.0L - beta), given[c] + std::log(static_cast<long double>(beta))}));
    }
    return beta * divergence(given, middle) + (1 - beta) * divergence(own, middle);
  });
  return value_of(keys, "hard_weight", 0.1) * cross_entropy(input) + value_of(keys, "soft_weight", 0.9) * soft;
}

long double reverse_kl(const LossCase& input, const Keys& keys) {
  const double temperature = value_of(keys, "T", 1.0);
  const long double soft = softened_mean(input, temperature, [&](size_t b) {
    return divergence(log_softmax(input.student[b], temperature), log_softmax(input.teacher[b], temperature));
  });
  return value_of(keys, "hard_weight", 0.1) * cross_entropy(input) + value_of(keys, "soft_weight", 0.9) * soft;
}

// Shen and Xing 2022: the k likeliest keep their probability, the others share the rest evenly.
long double topk(const LossCase& input, const Keys& keys) {
  const double temperature = value_of(keys, "T", 1.0);
  const auto kept = static_cast<size_t>(value_of(keys, "k", 5.0));
  const long double soft = softened_mean(input, temperature, [&](size_t b) {
    Row given = log_softmax(input.teacher[b], temperature);
    std::vector<size_t> order(given.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) { return given[i] > given[j]; });
    Row rest;
    for (size_t i = kept; i < order.size(); ++i) rest.push_back(given[order[i]]);
    for (size_t i = kept; i < order.size(); ++i) {
      given[order[i]] = log_sum(rest) - std::log(static_cast<long double>(rest.size()));
    }
    return divergence(given, log_softmax(input.student[b], temperature));
  });
  return value_of(keys, "hard_weight", 0.0) * cross_entropy(input) + value_of(keys, "soft_weight", 1.0) * soft;
}

long double log_sigmoid(long double z) { return z > 0 ? -std::log1p(std::exp(-z)) : z - std::log1p(std::exp(z)); }

long double bernoulli_kl(const LossCase& input, const Keys& keys) {
  const double temperature = value_of(keys, "T", 1.0);
  const long double hard = softened_mean(input, 1, [&](size_t b) {
    return over_labels(input, b, [&](size_t y) {
      long double sum = 0;
      for (size_t c = 0; c < input.student[b].size(); ++c) {
        const long double z = input.student[b][c];
        sum -= c == y ? log_sigmoid(z) : log_sigmoid(-z);
      }
      return sum;
    });
  });
  const long double soft = softened_mean(input, temperature, [&](size_t b) {
    long double sum = 0;
    for (size_t c = 0; c < input.student[b].size(); ++c) {
      const long double t = input.teacher[b][c] / temperature, s = input.student[b][c] / temperature;
      sum += divergence2(log_sigmoid(t), log_sigmoid(-t), log_sigmoid(s), log_sigmoid(-s));
    }
    return sum;
  });
  return value_of(keys, "hard_weight", 0.1) * hard + value_of(keys, "soft_weight", 0.9) * soft;
}

long double mse(const LossCase& input, const Keys& keys) {
  long double hard = 0, soft = 0;
  for (size_t b = 0; b < batch_of(input); ++b) {
    const long double y = input.student[b][0];
    hard += (y - input.values[b]) * (y - input.values[b]);
    soft += (y - input.teacher[b][0]) * (y - input.teacher[b][0]);
  }
  const auto batch = static_cast<long double>(batch_of(input));
  return (value_of(keys, "hard_weight", 0.5) * hard + value_of(keys, "soft_weight", 0.5) * soft) / batch;
}

long double mae(const LossCase& input, const Keys& keys) {
  long double hard = 0, soft = 0;
  for (size_t b = 0; b < batch_of(input); ++b) {
    hard += std::abs(input.student[b][0] - input.values[b]);
    soft += std::abs(input.student[b][0] - input.teacher[b][0]);
  }
  const auto batch = static_cast<long double>(batch_of(input));
  return (value_of(keys, "hard_weight", 0.5) * hard + value_of(keys, "soft_weight", 0.5) * soft) / batch;
}

// Chen et al. 2017.
long double bounded_mse(const LossCase& input, const Keys& keys) {
  long double sum = 0;
  for (size_t b = 0; b < batch_of(input); ++b) {
    const long double own = std::pow(input.student[b][0] - input.values[b], 2);
    const long double given = std::pow(input.teacher[b][0] - input.values[b], 2);
    sum += value_of(keys, "hard_weight", 1.0) * own;
    if (own + value_of(keys, "margin", 0.0) > given) sum += value_of(keys, "bound_weight", 0.5) * own;
  }
  return sum / static_cast<long double>(batch_of(input));
}

}  // namespace

const std::map<std::string, LossReference>& loss_references() {
  const Keys soft_only = {{"hard_weight", 0.0}, {"soft_weight", 1.0}};
  static const std::map<std::string, LossReference> kReferences = {
      {"ce", {ce, {}, true}},
      {"kd", {kd, soft_only, true}},
      {"dkd", {dkd, {{"hard_weight", 0.0}}, true}},
      {"dist", {dist, {{"hard_weight", 0.0}}, true}},
      {"lskd", {lskd, {{"hard_weight", 0.0}}, true}},
      {"lsdkd", {lsdkd, {{"hard_weight", 0.0}}, true}},
      // Its other half pulls towards the label, beyond the teacher.
      {"nkd", {nkd, {{"hard_weight", 0.0}, {"target_weight", 0.0}}, true}},
      {"wsld", {wsld, {}, true}},  // the weight falls where the student beats the teacher
      {"jsd", {jsd, soft_only, true}},
      {"reverse_kl", {reverse_kl, soft_only, true}},
      {"topk", {topk, {{"k", 6}}, true}},  // with all classes kept
      {"bernoulli_kl", {bernoulli_kl, soft_only, false}},
      {"dml", {dml, soft_only, true}},
      {"mse", {mse, soft_only, false}},
      {"mae", {mae, soft_only, false}},
      {"bounded_mse", {bounded_mse, {}, false}},
  };
  return kReferences;
}

}  // namespace apprentice
