// SPDX-License-Identifier: Apache-2.0
#include "tests/losses/reference.h"

#include <algorithm>
#include <cmath>

namespace apprentice {
namespace {

double knob(const Knobs& knobs, const std::string& key, double otherwise) {
  const auto found = knobs.find(key);
  return found == knobs.end() ? otherwise : found->second;
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

long double cross_entropy(const LossCase& input) {
  long double sum = 0;
  for (size_t b = 0; b < input.student.size(); ++b) sum -= log_softmax(input.student[b], 1)[input.labels[b]];
  return sum / static_cast<long double>(input.student.size());
}

// Hinton et al. 2015: T^2/B sum_b sum_c p_t (log p_t - log p_s).
long double softened_kl(const LossCase& input, long double temperature) {
  long double sum = 0;
  for (size_t b = 0; b < input.student.size(); ++b) {
    const Row student = log_softmax(input.student[b], temperature),
              teacher = log_softmax(input.teacher[b], temperature);
    for (size_t c = 0; c < student.size(); ++c) sum += std::exp(teacher[c]) * (teacher[c] - student[c]);
  }
  return sum * temperature * temperature / static_cast<long double>(input.student.size());
}

long double ce(const LossCase& input, const Knobs&) { return cross_entropy(input); }

long double kd(const LossCase& input, const Knobs& knobs) {
  return knob(knobs, "hard_weight", 0.1) * cross_entropy(input) +
         knob(knobs, "soft_weight", 0.9) * softened_kl(input, knob(knobs, "T", 4.0));
}

long double mse(const LossCase& input, const Knobs& knobs) {
  long double hard = 0, soft = 0;
  for (size_t b = 0; b < input.student.size(); ++b) {
    const long double y = input.student[b][0];
    hard += (y - input.values[b]) * (y - input.values[b]);
    soft += (y - input.teacher[b][0]) * (y - input.teacher[b][0]);
  }
  const auto batch = static_cast<long double>(input.student.size());
  return (knob(knobs, "hard_weight", 0.5) * hard + knob(knobs, "soft_weight", 0.5) * soft) / batch;
}

}  // namespace

const std::map<std::string, LossReference>& loss_references() {
  static const std::map<std::string, LossReference> kReferences = {
      {"ce", {ce, {}, true}},
      {"kd", {kd, {{"hard_weight", 0.0}, {"soft_weight", 1.0}}, true}},
      {"mse", {mse, {{"hard_weight", 0.0}, {"soft_weight", 1.0}}, false}},
  };
  return kReferences;
}

}  // namespace apprentice
