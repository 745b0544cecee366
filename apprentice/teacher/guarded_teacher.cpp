// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/guarded_teacher.h"

namespace apprentice::teacher {
namespace {

std::string fingerprint_of(const GuardedFacts& facts) {
  Hasher hasher;
  hasher.add("guarded teacher 1").add(facts.model.fingerprint);
  add_to(hasher, facts.keys.how);
  hasher.add(to_string(facts.prepared)).add(facts.keys.answers.kind);
  hasher.add(static_cast<int64_t>(facts.keys.answers.classes.size()));
  for (const std::string& name : facts.keys.answers.classes) hasher.add(name);
  for (const std::string& name : facts.data.class_names) hasher.add(name);
  return hasher.hex();
}

class GuardedTeacher : public Teacher, public ForeignCode {
 public:
  GuardedTeacher(GuardedFacts facts, StartModel start) : facts_(std::move(facts)), start_(std::move(start)) {
    info_.task = facts_.data.task;
    info_.sample_shape = facts_.data.sample_shape;
    info_.class_names = facts_.data.class_names;
    info_.names_classes = !facts_.keys.answers.classes.empty();
    info_.fingerprint = fingerprint_of(facts_);
    info_.description = facts_.model.description;
  }

  const TeacherInfo& info() const override { return info_; }
  const Preprocessing* preprocessing() const override { return &facts_.keys.how; }

  Status is_allowed() const override {
    if (started_ != nullptr) return {};
    return fail(ErrorKind::kUnsupported, facts_.place,
                "the teacher is {}, which can do whatever you can do; it is run only where --allow-programs is given",
                facts_.what);
  }

  Status allow() override {
    auto made = make();
    if (!made) {
      Error error = std::move(made).error();
      error.place = facts_.place + (error.place.empty() ? "" : ": " + error.place);
      return tl::unexpected<Error>(std::move(error));
    }
    started_ = std::move(*made);
    const std::string fingerprint = info_.fingerprint;
    info_ = started_->info();
    info_.fingerprint = fingerprint;
    return {};
  }

  Result<TeacherAnswers> predict(const Tensor& batch, const std::vector<int64_t>& rows) override {
    APPRENTICE_CHECK(is_allowed());
    return started_->predict(batch, rows);
  }

  Result<TeacherAnswers> predict_prepared(const Preprocessing& how, const Tensor& batch) override {
    APPRENTICE_CHECK(is_allowed());
    return started_->predict_prepared(how, batch);
  }

 private:
  Result<std::unique_ptr<Teacher>> make() {
    ModelFacts model = facts_.model;
    APPRENTICE_TRY(std::unique_ptr<RawModel> raw, start_(model));
    return prepared_teacher(std::move(raw), std::move(model), facts_.keys, facts_.prepared, facts_.data);
  }

  GuardedFacts facts_;
  StartModel start_;
  TeacherInfo info_;
  std::unique_ptr<Teacher> started_;  // null until it is allowed
};

}  // namespace

std::unique_ptr<Teacher> guarded_teacher(GuardedFacts facts, StartModel start) {
  return std::make_unique<GuardedTeacher>(std::move(facts), std::move(start));
}

}  // namespace apprentice::teacher
