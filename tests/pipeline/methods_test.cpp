// SPDX-License-Identifier: Apache-2.0
// Methods of the command line: what is read, what is left out, what is refused.
#include "apprentice/pipeline/methods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apprentice/losses/loss_kind.h"
#include "tests/pipeline/whole_job.h"

namespace apprentice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

pipeline::Job job_with(const std::string& text) {
  auto job = pipeline::Job::parse(test::whole_job(text), "job.toml");
  EXPECT_TRUE(job) << job.error().text();
  return std::move(*job);
}
pipeline::Job classifier() { return job_with("[teach]\nfamily = \"mlp\"\n[loss]\nname = \"kd\"\nT = 1.0\n"); }
pipeline::Job regressor() { return job_with(test::kRegressionData + "[teach]\nfamily = \"mlp\"\n"); }

std::string refusal(const std::string& method, const pipeline::Job& job) {
  const auto read = pipeline::read_methods({method}, job);
  return read ? "accepted" : read.error().text();
}

TEST(Methods, SplitAtCommasThatStartNoKnob) {
  EXPECT_THAT(pipeline::split_methods("ce,kd,dkd"), ElementsAre("ce", "kd", "dkd"));
  EXPECT_THAT(pipeline::split_methods("kd:T=1,hard_weight=0,dkd,lskd:T=2"),
              ElementsAre("kd:T=1,hard_weight=0", "dkd", "lskd:T=2"));
}

TEST(Methods, ReadKeysAndKeepDefaultsForTheRest) {
  const auto method = pipeline::read_method("kd:T=1,hard_weight=0", classifier());
  ASSERT_TRUE(method) << method.error().text();
  EXPECT_EQ(method->loss.keys.number("T"), 1.0);
  EXPECT_EQ(method->loss.keys.number("hard_weight"), 0.0);
  EXPECT_EQ(method->loss.keys.number("soft_weight"), 0.9);
  EXPECT_EQ(method->slug, "kd-T=1-hard_weight=0");
}

TEST(Methods, JobIsTheLossOfTheJob) {
  const auto method = pipeline::read_method("job", classifier());
  ASSERT_TRUE(method);
  EXPECT_EQ(method->loss.name, "kd");
  EXPECT_EQ(method->loss.keys.number("T"), 1.0);
}

TEST(Methods, LeaveOutTheControlArmAndWhatStandsTwice) {
  const auto methods = pipeline::read_methods({"ce", "kd", "kd:T=4", "job"}, classifier());
  ASSERT_TRUE(methods) << methods.error().text();
  ASSERT_EQ(methods->size(), 2U);  // kd:T=4 is kd with its defaults
  EXPECT_EQ(methods->at(0).name, "kd");
  EXPECT_EQ(methods->at(1).name, "job");
}

TEST(Methods, WithoutNamesAreAllThatLearnFromATeachersOutputs) {
  const auto of_classes = pipeline::read_methods({}, classifier());
  ASSERT_TRUE(of_classes) << of_classes.error().text();
  size_t teachable = 0;
  for (const losses::LossKind& kind : losses::loss_kinds()) {
    teachable +=
        kind.needs_teacher && kind.task == TaskKind::kClassification && kind.taps == losses::Taps::kNone ? 1 : 0;
  }
  EXPECT_EQ(of_classes->size(), teachable + 1);
  const auto of_values = pipeline::read_methods({}, regressor());
  ASSERT_TRUE(of_values) << of_values.error().text();
  for (const pipeline::Method& method : *of_values) {
    EXPECT_EQ(losses::find_loss_kind(method.loss.name)->task, TaskKind::kRegression) << method.name;
  }
}

TEST(Methods, RefuseWhatNoTrainingCouldUse) {
  EXPECT_THAT(refusal("kll", classifier()), HasSubstr("--methods kll: unknown loss 'kll'; known losses: "));
  EXPECT_THAT(refusal("kd:Q=1", classifier()), HasSubstr("unknown key 'Q'"));
  EXPECT_THAT(refusal("kd:T=-1", classifier()), HasSubstr("'T' is -1"));
  EXPECT_THAT(refusal("kd:T", classifier()), HasSubstr("'T' in 'kd:T' has no value"));
  EXPECT_THAT(refusal("mse", classifier()),
              HasSubstr("loss 'mse' is for regression, but the job's task is classification"));
  EXPECT_THAT(refusal("ce", classifier()), HasSubstr("there is nothing to compare"));
  EXPECT_THAT(refusal("kd", job_with("[loss]\nname = \"ce\"\n")), HasSubstr("has neither [teacher] nor [teach]"));
  EXPECT_THAT(refusal("", classifier()), HasSubstr("unknown loss ''"));
}

}  // namespace
}  // namespace apprentice
