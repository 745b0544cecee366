// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/answers.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "apprentice/base/nearest.h"

namespace apprentice::teacher {
namespace {

constexpr double kAnswerSumTolerance = 1e-2;

const std::vector<std::string> kKinds = {"logits", "probabilities", "sigmoid", "percent"};  // as in AnswerKind

float log_probability(float p) { return std::log(std::max(p, kLeastProbability)); }

// How far from their sum values are that were rounded to as few digits as these have; 0 for those with many.
double rounding_of_sum(const float* row, int64_t width, double whole) {
  for (const double digit : {0.1, 0.01, 0.001}) {
    const double unit = digit * whole;
    const auto is_rounded = [&](float value) {
      const double units = static_cast<double>(value) / unit;
      return std::abs(units - std::round(units)) < 1e-4;
    };
    if (std::all_of(row, row + width, is_rounded)) return 0.5 * unit * static_cast<double>(width) * (1.0 + 1e-6);
  }
  return 0.0;
}

// What else the numbers of a sample may be: the job's word for it.
std::string other_kind(const float* row, int64_t width, AnswerKind now) {
  double sum = 0.0;
  float least = row[0], most = row[0];
  for (int64_t i = 0; i < width; ++i) {
    sum += static_cast<double>(row[i]);
    least = std::min(least, row[i]);
    most = std::max(most, row[i]);
  }
  const bool inside = least >= 0.0F && most <= 1.0F;
  if (now != AnswerKind::kPercent && least >= 0.0F && most > 1.0F &&
      std::abs(sum - 100.0) <= 100.0 * kAnswerSumTolerance)
    return "they sum to 100: say output = \"percent\"";
  if (inside && now != AnswerKind::kSigmoid && std::abs(sum - 1.0) > kAnswerSumTolerance)
    return "where each class has a sigmoid of its own, say output = \"sigmoid\"";
  if (inside && now != AnswerKind::kProbabilities) return "is it output = \"probabilities\"?";
  return "is it output = \"logits\"?";
}

Status check_shares(const float* row, int64_t width, AnswerKind kind, bool single, const std::string& place) {
  const double whole = kind == AnswerKind::kPercent ? 100.0 : 1.0;
  const std::string& name = kKinds[static_cast<size_t>(kind)];
  double sum = 0.0;
  for (int64_t i = 0; i < width; ++i) {
    const double value = static_cast<double>(row[i]);
    if (!(value >= -1e-6 * whole && value <= (1.0 + 1e-3) * whole))
      return bad_input(place, "output = \"{}\", but the teacher gives {}; {}", name, row[i],
                       other_kind(row, width, kind));
    sum += value;
  }
  if (single || kind == AnswerKind::kSigmoid) return {};
  if (std::abs(sum - whole) <= std::max(kAnswerSumTolerance * whole, rounding_of_sum(row, width, whole))) return {};
  return bad_input(place, "output = \"{}\", but a sample's outputs sum to {:.4f}; {}", name, sum,
                   other_kind(row, width, kind));
}

constexpr const char* kNameThem = "; labels that are numbers get names by classes = [...] in [data]";

bool are_numbers(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(),
                     [](const std::string& name) { return name.find_first_not_of("0123456789") == std::string::npos; });
}

Result<std::vector<int64_t>> picks_by_name(const std::vector<std::string>& teacher,
                                           const std::vector<std::string>& data, const std::string& place) {
  std::vector<int64_t> picks;
  for (const std::string& name : data) {
    const auto found = std::find(teacher.begin(), teacher.end(), name);
    if (found == teacher.end())
      return bad_input(
          place, "the data has the class '{}', which the teacher lacks; {}; {}{}", name,
          known_names("classes", teacher, name), known_names("classes of the data", data),
          are_numbers(data) && !are_numbers(teacher) ? kNameThem : "; classes = [...] in [teacher] names its own anew");
    picks.push_back(found - teacher.begin());
  }
  return picks;
}

}  // namespace

AnswerOptions read_answer_options(Config& teacher) {
  AnswerOptions options;
  teacher.read_choice("output", options.kind, kKinds).read("classes", options.classes);
  if (std::set<std::string>(options.classes.begin(), options.classes.end()).size() != options.classes.size())
    teacher.reject("classes", "classes names a class twice");
  return options;
}

Result<AnswerMap> AnswerMap::make(const AnswerOptions& options, const data::DatasetInfo& data, int64_t width,
                                  const std::string& place) {
  AnswerMap map;
  map.place_ = place;
  map.width_ = width;
  map.kind_ = static_cast<AnswerKind>(std::find(kKinds.begin(), kKinds.end(), options.kind) - kKinds.begin());
  map.regression_ = data.task == TaskKind::kRegression;
  if (map.regression_) {
    if (width != 1 || map.kind_ != AnswerKind::kLogits || !options.classes.empty())
      return bad_input(place,
                       "a regression teacher gives 1 value per sample, no classes and no probabilities; this "
                       "one gives {} values",
                       width);
    map.picks_ = {0};
    return map;
  }
  const std::vector<std::string>& teacher = options.classes.empty() ? data.class_names : options.classes;
  const auto count = static_cast<int64_t>(teacher.size());
  map.single_ = width == 1 && count == 2;
  if (width != count && !map.single_)
    return bad_input(place,
                     "the teacher gives {} values per sample, but {} {} classes; classes = [...] names the "
                     "teacher's in its own order",
                     width, options.classes.empty() ? "the data has" : "the job lists", count);
  APPRENTICE_TRY(map.picks_, picks_by_name(teacher, data.class_names, place));
  return map;
}

Result<Tensor> AnswerMap::apply(const Tensor& raw, int64_t samples) const {
  const Tensor values = raw.to_f32();
  if (values.size() != samples * width_)
    return bad_input(place_, "the teacher gives an output of shape {} for {} samples; {} values for each were expected",
                     to_string(raw.shape()), samples, width_);
  const auto classes = static_cast<int64_t>(picks_.size());
  const bool shares = kind_ != AnswerKind::kLogits;
  Tensor out(DType::kF32, {samples, classes});
  for (int64_t n = 0; n < samples; ++n) {
    const float* row = values.data<float>() + n * width_;
    float* to = out.data<float>() + n * classes;
    if (shares) APPRENTICE_CHECK(check_shares(row, width_, kind_, single_, place_));
    for (int64_t c = 0; c < classes; ++c) {
      const int64_t pick = picks_[static_cast<size_t>(c)];
      float value = row[single_ ? 0 : pick] / (kind_ == AnswerKind::kPercent ? 100.0F : 1.0F);
      if (single_ && pick == 0) value = shares ? 1.0F - value : 0.0F;
      to[c] = shares ? log_probability(value) : value;
    }
  }
  return out;
}

void AnswerMap::add_to(Hasher& hasher) const {
  hasher.add(fmt::format("{} {} {} {}", kind_ != AnswerKind::kLogits, single_, regression_, width_));
  if (kind_ == AnswerKind::kPercent) hasher.add("percent");  // a sigmoid's numbers are kept as probabilities are
  for (const int64_t pick : picks_) hasher.add(pick);
}

}  // namespace apprentice::teacher
