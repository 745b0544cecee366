// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/answer_check.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace apprentice::teacher {
namespace {

// Below this many samples per class the counts say little about an order.
constexpr int64_t kSamplesPerClass = 5;
constexpr double kNoticeableGain = 0.1;
constexpr double kDeviations = 3.0;
constexpr double kSumTolerance = 1e-3;
constexpr double kCloseCorrelation = 0.9;

int64_t largest(const float* row, int64_t width) { return std::max_element(row, row + width) - row; }

// What the outputs of a classifier of several classes look like, when they are no logits.
enum class Looks { kLogits, kProbabilities, kPercent, kSigmoid };

// A softmax that was taken for logits: every row sums to 1 (or 100). Values in 0..1 that do not are sigmoids.
Looks looks_of(const Tensor& logits) {
  const int64_t width = logits.shape()[1];
  bool sums_to_one = true, sums_to_hundred = true, inside = true;
  for (int64_t n = 0; n < logits.shape()[0]; ++n) {
    double sum = 0.0;
    for (int64_t c = 0; c < width; ++c) {
      const double value = static_cast<double>(logits.data<float>()[n * width + c]);
      if (!(value >= 0.0)) return Looks::kLogits;
      inside = inside && value <= 1.0;
      sum += value;
    }
    sums_to_one = sums_to_one && std::abs(sum - 1.0) <= kSumTolerance;
    sums_to_hundred = sums_to_hundred && std::abs(sum - 100.0) <= 100.0 * kSumTolerance;
  }
  if (inside && sums_to_one) return Looks::kProbabilities;
  if (sums_to_hundred) return Looks::kPercent;
  return inside ? Looks::kSigmoid : Looks::kLogits;
}

// One value in 0..1 read as the logit of the second of two classes: a sigmoid that was taken for a logit.
bool is_single_probability(const Tensor& logits) {
  if (logits.shape()[1] != 2) return false;
  for (int64_t n = 0; n < logits.shape()[0]; ++n) {
    const float first = logits.data<float>()[2 * n], second = logits.data<float>()[2 * n + 1];
    if (first != 0.0F || !(second >= 0.0F && second <= 1.0F)) return false;
  }
  return true;
}

// No better than the commonest class; where none is in the majority, luck is allowed for, too.
bool is_chance(double accuracy, double chance, int64_t samples) {
  if (chance >= 0.5) return accuracy <= chance;
  const double luck = kDeviations * std::sqrt(chance * (1.0 - chance) / static_cast<double>(samples));
  return accuracy <= chance + std::min(luck, kNoticeableGain);
}

void warn(const Tensor& logits, const std::vector<std::string>& names, TeacherFindings& found) {
  const auto samples = logits.shape()[0], classes = logits.shape()[1];
  const Looks looks = classes > 1 ? looks_of(logits) : Looks::kLogits;
  if (looks == Looks::kProbabilities)
    found.warnings.push_back(
        "the teacher's outputs lie between 0 and 1 and sum to 1: it seems to give probabilities; "
        "say output = \"probabilities\"");
  if (looks == Looks::kPercent)
    found.warnings.push_back(
        "the teacher's outputs sum to 100: it seems to give percentages; say output = \"percent\"");
  if (looks == Looks::kSigmoid && samples >= kSamplesPerClass && !is_single_probability(logits))
    found.warnings.push_back(
        "the teacher's outputs lie between 0 and 1 for every sample and do not sum to 1: each class seems to have a "
        "sigmoid of its own; say output = \"sigmoid\"");
  if (samples >= kSamplesPerClass && is_single_probability(logits))
    found.warnings.push_back(
        "the teacher's one output lies between 0 and 1 for every sample: it seems to be the probability of the second "
        "class; say output = \"probabilities\"");
  const bool enough = samples >= kSamplesPerClass * classes;
  if (enough && found.best_order_accuracy >= found.accuracy + kNoticeableGain &&
      beats_chance(found.best_order_accuracy, found.chance))
    found.other_order =
        fmt::format("the teacher's accuracy is {:.3f}, but {:.3f} in another class order: say classes = {}",
                    found.accuracy, found.best_order_accuracy, class_order_text(found.best_order, names));
  else if (is_chance(found.accuracy, found.chance, samples))
    found.warnings.push_back(fmt::format(
        "the teacher's accuracy is {:.3f}, {} better than always naming the commonest class ({:.3f}): check "
        "its scale, mean, std, layout and channel_order, and the order of columns and classes",
        found.accuracy, found.accuracy > found.chance ? "hardly" : "no", found.chance));
}

}  // namespace

bool beats_chance(double accuracy, double chance) {
  return accuracy > chance + std::min(kNoticeableGain, (1.0 - chance) / 2.0);
}

std::string class_order_text(const std::vector<int64_t>& best_order, const std::vector<std::string>& class_names) {
  std::vector<std::string> by_output(best_order.size());
  for (size_t c = 0; c < best_order.size(); ++c) by_output[static_cast<size_t>(best_order[c])] = class_names[c];
  std::string text;
  for (const std::string& name : by_output) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return "[" + text + "]";
}

std::vector<int64_t> best_assignment(const std::vector<std::vector<double>>& gains) {
  const size_t n = gains.size();
  const double infinite = std::numeric_limits<double>::infinity();
  std::vector<double> row_price(n + 1, 0.0), column_price(n + 1, 0.0);
  std::vector<size_t> row_of(n + 1, 0), came_from(n + 1, 0);  // columns from 1; column 0 is the start
  for (size_t row = 1; row <= n; ++row) {
    row_of[0] = row;
    size_t column = 0;
    std::vector<double> least(n + 1, infinite);
    std::vector<bool> seen(n + 1, false);
    do {
      seen[column] = true;
      const size_t at = row_of[column];
      double step = infinite;
      size_t next = 0;
      for (size_t j = 1; j <= n; ++j) {
        if (seen[j]) continue;
        const double cost = -gains[at - 1][j - 1] - row_price[at] - column_price[j];
        if (cost < least[j]) least[j] = cost, came_from[j] = column;
        if (least[j] < step) step = least[j], next = j;
      }
      for (size_t j = 0; j <= n; ++j) {
        if (seen[j])
          row_price[row_of[j]] += step, column_price[j] -= step;
        else
          least[j] -= step;
      }
      column = next;
    } while (row_of[column] != 0);
    for (; column != 0; column = came_from[column]) row_of[column] = row_of[came_from[column]];
  }
  std::vector<int64_t> out(n);
  for (size_t j = 1; j <= n; ++j) out[row_of[j] - 1] = static_cast<int64_t>(j) - 1;
  return out;
}

TeacherFindings check_answers(const Tensor& logits, const std::vector<int32_t>& labels,
                              const std::vector<std::string>& class_names) {
  promise(logits.shape().size() == 2 && !labels.empty() && logits.shape()[0] == static_cast<int64_t>(labels.size()) &&
              logits.shape()[1] == static_cast<int64_t>(class_names.size()),
          "check_answers gets one row of logits per label");
  const auto classes = static_cast<size_t>(logits.shape()[1]);
  std::vector<std::vector<double>> counts(classes, std::vector<double>(classes, 0.0));  // [label][answer]
  for (size_t n = 0; n < labels.size(); ++n) {
    const float* row = logits.data<float>() + static_cast<int64_t>(n) * logits.shape()[1];
    counts.at(static_cast<size_t>(labels[n]))[static_cast<size_t>(largest(row, logits.shape()[1]))] += 1.0;
  }
  TeacherFindings found;
  const auto samples = static_cast<double>(labels.size());
  found.best_order = best_assignment(counts);
  for (size_t c = 0; c < classes; ++c) {
    double of_class = 0.0;
    for (const double count : counts[c]) of_class += count;
    found.accuracy += counts[c][c] / samples;
    found.chance = std::max(found.chance, of_class / samples);
    found.best_order_accuracy += counts[c][static_cast<size_t>(found.best_order[c])] / samples;
  }
  if (!all_finite(logits)) found.warnings.emplace_back("some of the teacher's answers are not finite numbers");
  warn(logits, class_names, found);
  return found;
}

std::vector<std::string> check_values(const Tensor& values, const std::vector<float>& targets) {
  promise(!targets.empty() && values.size() == static_cast<int64_t>(targets.size()),
          "check_values gets one value per target");
  if (!all_finite(values)) return {"some of the teacher's answers are not finite numbers"};
  const auto count = static_cast<double>(targets.size());
  const float* given = values.data<float>();
  double mean_x = 0.0, mean_y = 0.0, xx = 0.0, yy = 0.0, xy = 0.0, squares = 0.0;
  for (size_t n = 0; n < targets.size(); ++n) {
    mean_x += static_cast<double>(given[n]) / count;
    mean_y += static_cast<double>(targets[n]) / count;
  }
  for (size_t n = 0; n < targets.size(); ++n) {
    const double x = static_cast<double>(given[n]) - mean_x, y = static_cast<double>(targets[n]) - mean_y;
    xx += x * x, yy += y * y, xy += x * y;
    squares += std::pow(static_cast<double>(given[n]) - static_cast<double>(targets[n]), 2);
  }
  if (!(yy > 0.0) || squares < yy) return {};
  const double correlation = xx > 0.0 ? xy / std::sqrt(xx * yy) : 0.0;
  std::string text =
      fmt::format("the teacher's RMSE is {:.4g}, no better than always naming the mean of the targets ({:.4g})",
                  std::sqrt(squares / count), std::sqrt(yy / count));
  if (std::abs(correlation) >= kCloseCorrelation)
    return {text + fmt::format("; yet its answers follow the targets (correlation {:.3f}): they are in another unit, "
                               "target = {:.4g} * answer + {:.4g}",
                               correlation, xy / xx, mean_y - xy / xx * mean_x)};
  return {text + ": check its scale, mean, std and layout"};
}

}  // namespace apprentice::teacher
