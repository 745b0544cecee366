// SPDX-License-Identifier: Apache-2.0
// Teacher that averages others, their logits or their probabilities, with weights.
#include <algorithm>
#include <cmath>
#include <map>

#include "apprentice/teacher/answers.h"
#include "apprentice/teacher/foreign_code.h"
#include "apprentice/teacher/source.h"

namespace apprentice::teacher {
namespace {

enum class Mean { kLogits, kProbabilities };

void softmax_row(const float* from, int64_t count, double weight, double* to) {
  const float largest = *std::max_element(from, from + count);
  double sum = 0.0;
  for (int64_t i = 0; i < count; ++i) sum += std::exp(static_cast<double>(from[i] - largest));
  for (int64_t i = 0; i < count; ++i) to[i] += weight * std::exp(static_cast<double>(from[i] - largest)) / sum;
}

constexpr size_t kNamed = 3;  // members in the description

class EnsembleTeacher : public Teacher, public ForeignCode {
 public:
  EnsembleTeacher(std::vector<std::unique_ptr<Teacher>> members, std::vector<double> weights, Mean mean)
      : members_(std::move(members)), weights_(std::move(weights)), mean_(mean) {
    describe();
  }

  const TeacherInfo& info() const override { return info_; }

  Status is_allowed() const override {
    for (const auto& member : members_) APPRENTICE_CHECK(may_answer(member.get()));
    return {};
  }

  Status allow() override {
    for (const auto& member : members_) APPRENTICE_CHECK(allow_code(member.get()));
    describe();
    return {};
  }

  Status covers(const std::vector<int64_t>& rows) const override {
    for (const auto& member : members_) APPRENTICE_CHECK(member->covers(rows));
    return {};
  }

  std::vector<Teacher*> members() override {
    std::vector<Teacher*> out;
    for (const auto& member : members_) out.push_back(member.get());
    return out;
  }

  Result<Shape> feature_shape(const std::string& name) override {
    APPRENTICE_TRY(const MemberFeature feature, find(name));
    return members_[feature.member]->feature_shape(feature.name);
  }

  Result<TeacherAnswers> predict(const Tensor& batch, const std::vector<int64_t>& rows) override {
    return observe(batch, rows, {});
  }

  Result<TeacherAnswers> observe(const Tensor& batch, const std::vector<int64_t>& rows,
                                 const std::vector<std::string>& features) override {
    std::vector<std::vector<std::string>> wanted(members_.size());
    for (const std::string& name : features) {
      APPRENTICE_TRY(MemberFeature feature, find(name));
      wanted[feature.member].push_back(std::move(feature.name));
    }
    std::map<std::string, Tensor> seen;
    std::vector<double> sums;
    Shape shape;
    for (size_t m = 0; m < members_.size(); ++m) {
      APPRENTICE_TRY(TeacherAnswers given, members_[m]->observe(batch, rows, wanted[m]));
      for (auto& [name, value] : given.features) seen[fmt::format("{}/{}", m, name)] = std::move(value);
      shape = given.logits.shape();
      sums.resize(static_cast<size_t>(given.logits.size()), 0.0);
      add(given.logits, weights_[m], sums);
    }
    TeacherAnswers out;
    out.logits = Tensor(DType::kF32, shape);
    const double least = static_cast<double>(kLeastProbability);
    for (size_t i = 0; i < sums.size(); ++i)
      out.logits.data<float>()[i] =
          static_cast<float>(mean_ == Mean::kLogits ? sums[i] : std::log(std::max(sums[i], least)));
    for (const std::string& name : features) out.features.emplace_back(name, seen.at(name));
    return out;
  }

 private:
  void describe() {
    info_ = members_[0]->info();
    info_.macs = info_.parameters = 0;
    for (TeacherFeature& feature : info_.features) feature.name.insert(0, "0/");  // the first stands for all
    info_.description = fmt::format("ensemble of {}:", members_.size());
    Hasher hasher;
    hasher.add("ensemble teacher 1").add(static_cast<int64_t>(mean_));
    for (size_t i = 0; i < members_.size(); ++i) {
      const TeacherInfo& member = members_[i]->info();
      info_.macs += member.macs;
      info_.parameters += member.parameters;
      info_.names_classes = info_.names_classes && member.names_classes;
      if (i < kNamed) info_.description += (i == 0 ? " " : ", ") + member.description;
      hasher.add(member.fingerprint).add(fmt::format("{}", weights_[i]));
    }
    if (members_.size() > kNamed) info_.description += fmt::format(" and {} more", members_.size() - kNamed);
    info_.fingerprint = hasher.hex();
  }

  struct MemberFeature {
    size_t member = 0;
    std::string name;
  };
  // "0/relu_3" is relu_3 of the first member.
  Result<MemberFeature> find(const std::string& name) const {
    for (size_t m = 0; m < members_.size(); ++m) {
      const std::string prefix = fmt::format("{}/", m);
      if (name.rfind(prefix, 0) == 0) return MemberFeature{m, name.substr(prefix.size())};
    }
    return bad_input(info_.description, "has no feature '{}'; those of members are named '0/...' to '{}/...'", name,
                     members_.size() - 1);
  }

  void add(const Tensor& logits, double weight, std::vector<double>& sums) const {
    const int64_t width = logits.shape()[1];
    const float* from = logits.data<float>();
    if (mean_ == Mean::kLogits)
      for (size_t i = 0; i < sums.size(); ++i) sums[i] += weight * static_cast<double>(from[i]);
    else
      for (int64_t n = 0; n < logits.shape()[0]; ++n)
        softmax_row(from + n * width, width, weight, &sums[static_cast<size_t>(n * width)]);
  }

  std::vector<std::unique_ptr<Teacher>> members_;
  std::vector<double> weights_;  // sum to 1
  Mean mean_;
  TeacherInfo info_;
};

Result<std::vector<double>> normal_weights(Config& teacher, size_t members) {
  std::vector<double> weights(members, 1.0);
  teacher.read("weights", weights);
  double sum = 0.0;
  for (const double weight : weights) sum += weight;
  const bool negative = std::any_of(weights.begin(), weights.end(), [](double weight) { return weight < 0.0; });
  if (weights.size() != members || negative || !(sum > 0.0))
    return bad_input(teacher.place("weights"),
                     "weights has {} entries for {} members; one number of at least 0 for each, not all 0, is expected",
                     weights.size(), members);
  for (double& weight : weights) weight /= sum;
  return weights;
}

}  // namespace

Result<std::unique_ptr<Teacher>> make_ensemble_teacher(Config& teacher, const data::DatasetInfo& data,
                                                       const std::string& folder) {
  std::string average = data.task == TaskKind::kRegression ? "logits" : "probabilities";
  teacher.read_choice("average", average, {"logits", "probabilities"});
  std::vector<Config>& tables = teacher.tables("member");
  if (tables.empty())
    return bad_input(teacher.place("member"), "an ensemble needs at least one [[teacher.member]] table");
  // All keys of all members are read before anything is refused, so that none is reported as unknown.
  std::vector<Result<std::unique_ptr<Teacher>>> made;
  for (Config& table : tables) made.push_back(make_any_teacher(table, data, folder));
  APPRENTICE_TRY(std::vector<double> weights, normal_weights(teacher, tables.size()));
  if (data.task == TaskKind::kRegression && average == "probabilities")
    return bad_input(teacher.place("average"), "probabilities cannot be averaged in regression; use \"logits\"");
  std::vector<std::unique_ptr<Teacher>> members;
  for (auto& each : made) {
    APPRENTICE_TRY(std::unique_ptr<Teacher> member, std::move(each));
    members.push_back(std::move(member));
  }
  return std::make_unique<EnsembleTeacher>(std::move(members), std::move(weights),
                                           average == "logits" ? Mean::kLogits : Mean::kProbabilities);
}

}  // namespace apprentice::teacher
