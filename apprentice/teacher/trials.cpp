// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/trials.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "apprentice/teacher/answer_check.h"

namespace apprentice::teacher {
namespace {

constexpr double kPixel = 255.0;
constexpr double kUnits[] = {kPixel, 1000.0, 9.80665};  // milli-units; m/s² for g
constexpr double kLargestOfScaled = 4.0;                // raw data within this need no scaling down
constexpr double kNoticeableGain = 0.05;
constexpr double kDeviations = 4.0;
constexpr double kGoodEnough = 0.97;  // accuracy that no trial could raise noticeably

std::string list_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += fmt::format("{}{:.6g}", text.empty() ? "" : ", ", value);
  return values.size() == 1 ? text : "[" + text + "]";
}

std::string keys_of(const Preprocessing& how) {
  std::string text =
      fmt::format("scale = {:.6g}, mean = {}, std = {}", how.scale, list_text(how.mean), list_text(how.std_dev));
  if (how.channel_order != "rgb") text += fmt::format(", channel_order = \"{}\"", how.channel_order);
  return text;
}

Preprocessing scaled(Preprocessing how, double scale, std::vector<double> mean, std::vector<double> std_dev) {
  how.scale = scale;
  how.mean = std::move(mean);
  how.std_dev = std::move(std_dev);
  return how;
}

bool is_pixels(const Tensor& samples) {
  float largest = 0.0F;
  for (int64_t i = 0; i < samples.size(); ++i) largest = std::max(largest, std::abs(samples.data<float>()[i]));
  return static_cast<double>(largest) > kLargestOfScaled;
}

// Each channel to mean 0 and deviation 1, by these samples; empty when a channel is constant.
std::optional<Preprocessing> standardised(const Preprocessing& now, const Tensor& samples) {
  const Shape& shape = samples.shape();
  if (shape.size() < 2) return std::nullopt;
  const int64_t channels = shape[1], plane = samples.size() / (shape[0] * channels);
  std::vector<double> mean(static_cast<size_t>(channels)), deviation(mean.size());
  for (size_t c = 0; c < mean.size(); ++c) {
    const double count = static_cast<double>(shape[0] * plane);
    const auto each = [&](auto&& use) {
      for (int64_t n = 0; n < shape[0]; ++n)
        for (int64_t i = 0; i < plane; ++i)
          use(static_cast<double>(samples.data<float>()[(n * channels + static_cast<int64_t>(c)) * plane + i]));
    };
    each([&](double x) { mean[c] += x / count; });
    each([&](double x) { deviation[c] += (x - mean[c]) * (x - mean[c]) / count; });
    deviation[c] = std::sqrt(deviation[c]);
    if (!(deviation[c] > 0.0)) return std::nullopt;
  }
  if (now.channel_order == "bgr")
    std::reverse(mean.begin(), mean.end()), std::reverse(deviation.begin(), deviation.end());
  return scaled(now, 1.0, mean, deviation);
}

Preprocessing turned_round(Preprocessing how) {
  how.channel_order = how.channel_order == "rgb" ? "bgr" : "rgb";
  return how;
}

bool has_three_channels(const Tensor& samples) { return samples.shape().size() > 2 && samples.shape()[1] == 3; }

struct Outcome {
  std::vector<bool> right;
  double accuracy = 0.0;
  std::string keys;  // what the job would have to say
};

enum class ClassOrder { kGiven, kAny };

// With any order, the best one is taken where it is clearly better than the given one.
Outcome judge(const Tensor& logits, const LabelledSamples& given, ClassOrder order, std::string keys) {
  Outcome out{{}, 0.0, std::move(keys)};
  const std::vector<int32_t>& labels = given.labels;
  const TeacherFindings findings = check_answers(logits, labels, given.class_names);
  const bool other = order == ClassOrder::kAny && !findings.other_order.empty();
  if (other) out.keys += ", classes = " + class_order_text(findings.best_order, given.class_names);
  const int64_t width = logits.shape()[1];
  for (size_t n = 0; n < labels.size(); ++n) {
    const float* row = logits.data<float>() + static_cast<int64_t>(n) * width;
    const int64_t expected = other ? findings.best_order[static_cast<size_t>(labels[n])] : labels[n];
    out.right.push_back(std::max_element(row, row + width) - row == expected);
    out.accuracy += out.right.back() ? 1.0 / static_cast<double>(labels.size()) : 0.0;
  }
  return out;
}

double chance_of(const std::vector<int32_t>& labels) {
  std::map<int32_t, double> share;
  for (const int32_t label : labels) share[label] += 1.0 / static_cast<double>(labels.size());
  double chance = 0.0;
  for (const auto& [label, each] : share) chance = std::max(chance, each);
  return chance;
}

// McNemar 1947: only samples that one of the two gets right count.
bool clearly_better(const Outcome& other, const Outcome& now) {
  double gained = 0.0, lost = 0.0;
  for (size_t n = 0; n < now.right.size(); ++n) {
    if (other.right[n] && !now.right[n]) ++gained;
    if (!other.right[n] && now.right[n]) ++lost;
  }
  return other.accuracy >= now.accuracy + kNoticeableGain && gained - lost > kDeviations * std::sqrt(gained + lost);
}

Result<std::vector<std::string>> check_one(Teacher& teacher, const LabelledSamples& given) {
  APPRENTICE_TRY(const TeacherAnswers answers, teacher.predict(given.samples, given.rows));
  const ClassOrder order = teacher.info().names_classes ? ClassOrder::kGiven : ClassOrder::kAny;
  const Outcome now = judge(answers.logits, given, order, "");
  if (now.accuracy >= kGoodEnough) return std::vector<std::string>{};
  Outcome best = now;
  for (const Trial& trial : preprocessing_trials(*teacher.preprocessing(), given.samples)) {
    const auto tried = teacher.predict_prepared(trial.how, given.samples);
    if (!tried) continue;  // what it cannot take is no better
    Outcome outcome = judge(tried->logits, given, order, trial.keys);
    if (outcome.accuracy > best.accuracy) best = std::move(outcome);
  }
  if (best.keys.empty() || !clearly_better(best, now) || !beats_chance(best.accuracy, chance_of(given.labels)))
    return std::vector<std::string>{};
  return std::vector<std::string>{
      fmt::format("the teacher's accuracy on {} samples is {:.3f} as the job prepares them, but {:.3f} with {}",
                  given.labels.size(), now.accuracy, best.accuracy, best.keys)};
}

}  // namespace

std::vector<Trial> preprocessing_trials(const Preprocessing& now, const Tensor& samples) {
  std::vector<Preprocessing> tried{scaled(now, 1.0, {0.0}, {1.0})};
  if (is_pixels(samples)) {
    tried.push_back(scaled(now, 1.0 / kPixel, {0.0}, {1.0}));
    tried.push_back(scaled(now, 2.0 / kPixel, {1.0}, {1.0}));
    if (has_three_channels(samples))
      tried.push_back(scaled(now, 1.0 / kPixel, {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}));
  }
  if (const auto own = standardised(now, samples)) tried.push_back(*own);
  for (const double unit : kUnits) {
    tried.push_back(scaled(now, now.scale / unit, now.mean, now.std_dev));
    tried.push_back(scaled(now, now.scale * unit, now.mean, now.std_dev));
  }
  if (has_three_channels(samples)) {
    const size_t upright = tried.size();
    tried.push_back(turned_round(now));
    for (size_t i = 0; i < upright; ++i) tried.push_back(turned_round(tried[i]));
  }
  std::vector<Trial> out;
  for (Preprocessing& how : tried) {
    std::string keys = keys_of(how);
    const auto same = [&](const Trial& trial) { return trial.keys == keys; };
    if (keys != keys_of(now) && std::none_of(out.begin(), out.end(), same)) out.push_back({std::move(how), keys});
  }
  return out;
}

Result<std::vector<std::string>> check_preprocessing(Teacher& teacher, const LabelledSamples& given) {
  if (teacher.preprocessing() != nullptr) return check_one(teacher, given);
  std::vector<std::string> all;
  for (Teacher* member : teacher.members()) {
    APPRENTICE_TRY(const std::vector<std::string> found, check_preprocessing(*member, given));
    for (const std::string& sentence : found) all.push_back(member->info().description + ": " + sentence);
  }
  return all;
}

}  // namespace apprentice::teacher
