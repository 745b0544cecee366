// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/answers.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "apprentice/base/nearest.h"

namespace apprentice {
namespace {

constexpr double kSumTolerance = 1e-2;

float log_probability(float p) { return std::log(std::max(p, kLeastProbability)); }

Status check_probabilities(const float* row, int64_t width, bool single, const std::string& place) {
  double sum = 0.0;
  for (int64_t i = 0; i < width; ++i) {
    if (!(row[i] >= -1e-6F && row[i] <= 1.0F + 1e-3F))
      return bad_input(place, "output = \"probabilities\", but the teacher gives {}; is it output = \"logits\"?",
                       row[i]);
    sum += static_cast<double>(row[i]);
  }
  if (single || std::abs(sum - 1.0) <= kSumTolerance) return {};
  return bad_input(place,
                   "output = \"probabilities\", but a sample's outputs sum to {:.4f}; is it output = \"logits\"?", sum);
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
      return bad_input(place, "the data has the class '{}', which the teacher lacks; {}{}", name,
                       known_names("classes", teacher, name),
                       are_numbers(data) && !are_numbers(teacher) ? kNameThem : "");
    picks.push_back(found - teacher.begin());
  }
  return picks;
}

}  // namespace

AnswerOptions read_answer_options(Config& teacher) {
  AnswerOptions options;
  teacher.read_choice("output", options.kind, {"logits", "probabilities"}).read("classes", options.classes);
  if (std::set<std::string>(options.classes.begin(), options.classes.end()).size() != options.classes.size())
    teacher.reject("classes", "classes names a class twice");
  return options;
}

Result<AnswerMap> AnswerMap::make(const AnswerOptions& options, const DatasetInfo& data, int64_t width,
                                  const std::string& place) {
  AnswerMap map;
  map.place_ = place;
  map.width_ = width;
  map.probabilities_ = options.kind == "probabilities";
  map.regression_ = data.task == TaskKind::kRegression;
  if (map.regression_) {
    if (width != 1 || map.probabilities_ || !options.classes.empty())
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
  Tensor out(DType::kF32, {samples, classes});
  for (int64_t n = 0; n < samples; ++n) {
    const float* row = values.data<float>() + n * width_;
    float* to = out.data<float>() + n * classes;
    if (probabilities_) APPRENTICE_CHECK(check_probabilities(row, width_, single_, place_));
    for (int64_t c = 0; c < classes; ++c) {
      const int64_t pick = picks_[static_cast<size_t>(c)];
      float value = row[single_ ? 0 : pick];
      if (single_ && pick == 0) value = probabilities_ ? 1.0F - value : 0.0F;
      to[c] = probabilities_ ? log_probability(value) : value;
    }
  }
  return out;
}

void AnswerMap::add_to(Hasher& hasher) const {
  hasher.add(fmt::format("{} {} {} {}", probabilities_, single_, regression_, width_));
  for (const int64_t pick : picks_) hasher.add(pick);
}

}  // namespace apprentice
