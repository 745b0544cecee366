// SPDX-License-Identifier: Apache-2.0
#include "apprentice/baselines/linear.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "apprentice/base/cores.h"
#include "apprentice/base/thread_pool.h"
#include "apprentice/baselines/lbfgs.h"

namespace apprentice::baselines {
namespace {

constexpr int64_t kLanes = 8;   // outputs that are computed together
constexpr int64_t kRows = 4;    // rows that are computed together
constexpr int64_t kParts = 16;  // of the rows; their sums are added in order, whatever thread made them
constexpr double kTolerance = 1e-5;

int64_t round_up(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

// Standardised rows with a last column of ones.
struct Standardised {
  std::vector<float> values;
  int64_t rows = 0, columns = 0;
  const float* row(int64_t index) const { return values.data() + index * columns; }
};

void fit_columns(const Tensor& values, LinearModel* model) {
  const int64_t rows = values.shape()[0], columns = model->columns;
  std::vector<double> mean(static_cast<size_t>(columns), 0.0), square(static_cast<size_t>(columns), 0.0);
  for (int64_t i = 0; i < rows; ++i) {  // Welford 1962
    const float* row = values.data<float>() + i * columns;
    for (size_t j = 0; j < mean.size(); ++j) {
      const double off = double{row[j]} - mean[j];
      mean[j] += off / static_cast<double>(i + 1);
      square[j] += off * (double{row[j]} - mean[j]);
    }
  }
  model->mean.assign(mean.begin(), mean.end());
  model->scale.assign(mean.size(), 0.0F);
  for (size_t j = 0; j < mean.size(); ++j) {
    const double deviation = std::sqrt(square[j] / static_cast<double>(rows));
    if (deviation > 1e-7 * std::abs(mean[j]) && deviation > 1e-30)
      model->scale[j] = static_cast<float>(1.0 / deviation);
  }
}

Standardised standardise(const LinearModel& model, const Tensor& values) {
  const int64_t rows = values.shape()[0], columns = model.columns;
  Standardised out{{}, rows, columns + 1};
  out.values.resize(static_cast<size_t>(rows * (columns + 1)));
  for (int64_t i = 0; i < rows; ++i) {
    const float* from = values.data<float>() + i * columns;
    float* to = out.values.data() + i * (columns + 1);
    for (int64_t j = 0; j < columns; ++j) {
      const auto column = static_cast<size_t>(j);
      to[j] = std::clamp((from[j] - model.mean[column]) * model.scale[column], -50.0F, 50.0F);
    }
    to[columns] = 1.0F;
  }
  return out;
}

// What a row's outputs should be.
struct Wanted {
  int64_t classes = 0;  // 0: values
  const std::vector<int32_t>* labels = nullptr;
  std::vector<float> values;  // standardised targets
};

// Of `padded` outputs, turns those of row `index` into the loss's gradient by them; returns the loss.
double loss_of(const Wanted& wanted, int64_t index, int64_t padded, float* outputs) {
  const auto row = static_cast<size_t>(index);
  if (wanted.classes == 0) {
    const double off = double{outputs[0]} - double{wanted.values[row]};
    std::fill(outputs, outputs + padded, 0.0F);
    outputs[0] = static_cast<float>(off);
    return 0.5 * off * off;
  }
  const int64_t classes = wanted.classes, label = (*wanted.labels)[row];
  const float most = *std::max_element(outputs, outputs + classes), own = outputs[label];
  double sum = 0.0;
  for (int64_t k = 0; k < classes; ++k) sum += double{outputs[k] = std::exp(outputs[k] - most)};
  for (int64_t k = 0; k < classes; ++k) outputs[k] = static_cast<float>(double{outputs[k]} / sum);
  std::fill(outputs + classes, outputs + padded, 0.0F);
  outputs[label] -= 1.0F;
  return std::log(sum) + double{most} - double{own};
}

// outputs[r][k] = sum over columns of rows[r][j] weights[j][k], for kRows rows and kLanes outputs.
void multiply(const float* const* rows, int64_t columns, const float* weights, int64_t padded, float* outputs) {
  float sums[kRows][kLanes] = {};
  for (int64_t j = 0; j < columns; ++j)
    for (int64_t r = 0; r < kRows; ++r)
      for (int64_t k = 0; k < kLanes; ++k) sums[r][k] += rows[r][j] * weights[j * padded + k];
  for (int64_t r = 0; r < kRows; ++r) std::copy_n(sums[r], kLanes, outputs + r * padded);
}

// gradient[j][k] += sum over rows of rows[r][j] outputs[r][k].
void accumulate(const float* const* rows, int64_t columns, const float* outputs, int64_t padded, float* gradient) {
  float factors[kRows][kLanes];
  for (int64_t r = 0; r < kRows; ++r) std::copy_n(outputs + r * padded, kLanes, factors[r]);
  for (int64_t j = 0; j < columns; ++j)
    for (int64_t k = 0; k < kLanes; ++k) {
      float sum = 0.0F;
      for (int64_t r = 0; r < kRows; ++r) sum += rows[r][j] * factors[r][k];
      gradient[j * padded + k] += sum;
    }
}

struct Part {
  double loss = 0.0;
  std::vector<float> gradient;
};

// The loss over rows [first, last) and its gradient.
void sum_part(const Standardised& x, const Wanted& wanted, const std::vector<float>& weights, int64_t padded,
              int64_t first, int64_t last, Part* part) {
  part->loss = 0.0;
  part->gradient.assign(weights.size(), 0.0F);
  std::vector<float> outputs(static_cast<size_t>(kRows * padded));
  const std::vector<float> nothing(static_cast<size_t>(x.columns), 0.0F);
  for (int64_t begin = first; begin < last; begin += kRows) {
    const float* rows[kRows];
    for (int64_t r = 0; r < kRows; ++r) rows[r] = begin + r < last ? x.row(begin + r) : nothing.data();
    for (int64_t k = 0; k < padded; k += kLanes)
      multiply(rows, x.columns, weights.data() + k, padded, outputs.data() + k);
    for (int64_t r = 0; r < kRows && begin + r < last; ++r)
      part->loss += loss_of(wanted, begin + r, padded, outputs.data() + r * padded);
    for (int64_t k = 0; k < padded; k += kLanes)
      accumulate(rows, x.columns, outputs.data() + k, padded, part->gradient.data() + k);
  }
}

class MeanLoss {
 public:
  MeanLoss(const Standardised& x, const Wanted& wanted, int threads)
      : x_(x), wanted_(wanted), threads_(threads > 0 ? threads : core_count()), parts_(kParts) {}

  // weights [columns][outputs]
  double operator()(const std::vector<double>& weights, int64_t outputs, std::vector<double>* gradient) {
    const int64_t padded = round_up(outputs, kLanes);
    std::vector<float> wide(static_cast<size_t>(x_.columns * padded), 0.0F);
    for (int64_t j = 0; j < x_.columns; ++j)
      for (int64_t k = 0; k < outputs; ++k)
        wide[static_cast<size_t>(j * padded + k)] = static_cast<float>(weights[static_cast<size_t>(j * outputs + k)]);
    sum_parts(wide, padded);
    double loss = 0.0;
    for (const Part& part : parts_) loss += part.loss;
    const auto rows = static_cast<double>(x_.rows);
    for (int64_t j = 0; gradient != nullptr && j < x_.columns; ++j)
      for (int64_t k = 0; k < outputs; ++k) {
        double sum = 0.0;
        for (const Part& part : parts_) sum += double{part.gradient[static_cast<size_t>(j * padded + k)]};
        (*gradient)[static_cast<size_t>(j * outputs + k)] = sum / rows;
      }
    return loss / rows;
  }

 private:
  void sum_parts(const std::vector<float>& wide, int64_t padded) {
    pool_.share(kParts, threads_, [&](int64_t p) {
      sum_part(x_, wanted_, wide, padded, x_.rows * p / kParts, x_.rows * (p + 1) / kParts,
               &parts_[static_cast<size_t>(p)]);
    });
  }

  const Standardised& x_;
  const Wanted& wanted_;
  int threads_;
  std::vector<Part> parts_;
  ThreadPool pool_;
};

struct TargetScale {
  double mean = 0.0, deviation = 1.0;
};

TargetScale scale_of(const std::vector<float>& targets) {
  TargetScale scale;
  double square = 0.0;
  const auto count = static_cast<double>(targets.size());
  for (const float target : targets) scale.mean += double{target} / count;
  for (const float target : targets) square += (double{target} - scale.mean) * (double{target} - scale.mean) / count;
  if (square > 0.0) scale.deviation = std::sqrt(square);
  return scale;
}

Wanted wanted_of(const LinearRows& rows, int64_t classes, const TargetScale& scale) {
  const auto count = static_cast<size_t>(rows.values.shape().at(0));
  promise((classes > 0 ? rows.labels.size() : rows.targets.size()) == count, "every row has its label or target");
  for (const int32_t label : rows.labels) promise(classes == 0 || (label >= 0 && label < classes), "a known class");
  Wanted wanted{classes, &rows.labels, {}};
  for (const float target : rows.targets)
    wanted.values.push_back(static_cast<float>((double{target} - scale.mean) / scale.deviation));
  return wanted;
}

// The penalty does not touch the last row, which is added as it is.
double penalise(double penalty, int64_t free, const std::vector<double>& weights, std::vector<double>* gradient) {
  double sum = 0.0;
  for (size_t i = 0; i + static_cast<size_t>(free) < weights.size(); ++i) {
    sum += weights[i] * weights[i];
    (*gradient)[i] += penalty * weights[i];
  }
  return 0.5 * penalty * sum;
}

void keep(const std::vector<double>& weights, const TargetScale& scale, LinearModel* model) {
  model->weights.clear();
  for (const double weight : weights) model->weights.push_back(static_cast<float>(weight * scale.deviation));
  model->weights.back() += static_cast<float>(scale.mean);
}

}  // namespace

Result<LinearModel> fit_linear(const LinearRows& train, const LinearRows& validation, int64_t classes,
                               const LinearOptions& options, const RunControl& control) {
  promise(classes == 0 || classes >= 2, "a classifier has at least two classes");
  LinearModel model;
  model.columns = train.values.shape().at(1);
  model.outputs = std::max<int64_t>(1, classes);
  fit_columns(train.values, &model);
  const TargetScale scale = classes == 0 ? scale_of(train.targets) : TargetScale{};
  const Standardised learnt = standardise(model, train.values), judged = standardise(model, validation.values);
  const Wanted wanted = wanted_of(train, classes, scale), expected = wanted_of(validation, classes, scale);
  MeanLoss train_loss(learnt, wanted, options.threads), validation_loss(judged, expected, options.threads);
  std::vector<double> weights(static_cast<size_t>(learnt.columns * model.outputs), 0.0);
  model.validation_loss = std::numeric_limits<double>::infinity();
  int worse = 0;
  for (const double penalty : options.penalties) {
    if (worse == 2) break;
    if (control.stop_requested()) return interrupted("linear baselines");
    const Objective objective = [&](const std::vector<double>& at, std::vector<double>* gradient) {
      const double loss = train_loss(at, model.outputs, gradient);
      return loss + penalise(penalty, model.outputs, at, gradient);
    };
    minimise(objective, options.iterations, kTolerance, &weights);
    const double loss = validation_loss(weights, model.outputs, nullptr);
    worse = loss < model.validation_loss ? 0 : worse + 1;
    if (worse > 0 && !model.weights.empty()) continue;
    model.validation_loss = loss;
    model.penalty = penalty;
    keep(weights, scale, &model);
  }
  return model;
}

Tensor predict_linear(const LinearModel& model, const Tensor& values) {
  promise(values.shape().size() == 2 && values.shape()[1] == model.columns, "a linear model is asked on its columns");
  const Standardised x = standardise(model, values);
  Tensor out(DType::kF32, {x.rows, model.outputs});
  std::vector<double> sums(static_cast<size_t>(model.outputs));
  for (int64_t i = 0; i < x.rows; ++i) {
    std::fill(sums.begin(), sums.end(), 0.0);
    const float* weights = model.weights.data();
    for (int64_t j = 0; j < x.columns; ++j, weights += model.outputs)
      for (size_t k = 0; k < sums.size(); ++k) sums[k] += double{x.row(i)[j]} * double{weights[k]};
    std::copy(sums.begin(), sums.end(), out.data<float>() + i * model.outputs);
  }
  return out;
}

}  // namespace apprentice::baselines
