// SPDX-License-Identifier: Apache-2.0
// A build without libtorch: what it knows all the same, and how it refuses what it cannot do.
#include <gmock/gmock.h>

#include "apprentice/base/files.h"
#include "apprentice/layers/layer.h"
#include "apprentice/onnx/write/export.h"
#include "apprentice/pipeline/run.h"
#include "apprentice/teacher/known_teacher.h"
#include "tests/pipeline/whole_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

class WithoutLibtorch : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string rows = "side,kind,a\n";
    for (const char* side : {"train", "validation", "test"})
      rows += fmt::format("{0},low,1.0\n{0},high,9.0\n{0},low,2.0\n{0},high,8.0\n", side);
    ASSERT_TRUE(write_file(scratch_.path("rows.csv"), rows));
  }
  pipeline::Job job(const std::string& teacher) const {
    auto job = pipeline::Job::parse(teacher + R"(
[data]
format = "csv"
path = "rows.csv"
label = "kind"
attributes = ["side"]
inputs = ["a"]
)" + kSplitBySide + R"([student]
family = "mlp"
[loss]
T = 2.0
)",
                                    scratch_.path("job.toml"));
    EXPECT_TRUE(job) << job.error().text();
    return std::move(*job);
  }
  // A network as ONNX, and what a build with libtorch would know of it.
  void write_teacher(const pipeline::Inputs& inputs) const {
    model::Model model{inputs.student, *layers::initial_weights(inputs.student, 1)};
    ASSERT_TRUE(
        write_file(scratch_.path("big.onnx"), *onnx::write::export_onnx(model, onnx::write::Normalise::kInside)));
    teacher::TeacherInfo info;
    info.sample_shape = {1};
    info.class_names = {"high", "low"};
    info.features = {{"relu_1", {16}}};
    info.fingerprint = "abc";
    info.parameters = 12;
    info.description = "big.onnx";
    ASSERT_TRUE(make_folder(scratch_.path("run/teacher")));
    ASSERT_TRUE(write_file(scratch_.path("run/teacher/known.json"),
                           teacher::known_json(info, {scratch_.path("big.onnx")})->dump()));
  }

  const Scratch scratch_;
  const std::string onnx_ = "[teacher]\npath = \"big.onnx\"\n", taught_ = "[teach]\nfamily = \"mlp\"\n";
};

TEST_F(WithoutLibtorch, AJobIsReadWithAllItsDefaults) {
  const auto inputs = pipeline::load_inputs(job(taught_));
  ASSERT_TRUE(inputs) << inputs.error().text();
  const nlohmann::ordered_json made_by = pipeline::identity(inputs->devices.front());
  EXPECT_EQ(made_by.at("[loss]").dump(), R"({"name":"kd","T":2.0,"hard_weight":0.1,"soft_weight":0.9})");
  EXPECT_EQ(made_by.at("[train]").at("batch_size"), 64);
}

TEST_F(WithoutLibtorch, NothingIsTrained) {
  const auto refused = train::train({"student"}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text(),
            "student: this build has no libtorch, which trains networks; a build with APPRENTICE_TORCH=ON has");
}

TEST_F(WithoutLibtorch, ATeacherIsWhatIsKnownOfIt) {
  write_teacher(pipeline::load_inputs(job(taught_))->devices.front());
  const auto alone = pipeline::load_inputs(job(onnx_));
  ASSERT_FALSE(alone);
  EXPECT_THAT(alone.error().text(), HasSubstr("this build has no libtorch, which runs ONNX models"));
  const auto inputs = pipeline::load_inputs(job(onnx_), scratch_.path("run"));
  ASSERT_TRUE(inputs) << inputs.error().text();
  teacher::Teacher& teacher = *inputs->devices.front().teacher;
  EXPECT_EQ(teacher.info().fingerprint, "abc");
  EXPECT_EQ(teacher.info().class_names, (std::vector<std::string>{"high", "low"}));
  EXPECT_EQ(*teacher.feature_shape("relu_1"), (Shape{16}));
  EXPECT_THAT(teacher.predict(Tensor(DType::kF32, {1, 1}), {0}).error().text(), HasSubstr("has no libtorch"));
}

TEST_F(WithoutLibtorch, WhatIsKnownIsOfTheSameFiles) {
  write_teacher(pipeline::load_inputs(job(taught_))->devices.front());
  const std::string bytes = *read_file(scratch_.path("big.onnx"), 1 << 20);
  ASSERT_TRUE(write_file(scratch_.path("copy.onnx"), bytes));
  EXPECT_TRUE(pipeline::load_inputs(job("[teacher]\npath = \"copy.onnx\"\n"), scratch_.path("run")));
  model::Model other{pipeline::load_inputs(job(taught_))->devices.front().student, {}};
  other.weights = *layers::initial_weights(other.spec, 2);
  ASSERT_TRUE(write_file(scratch_.path("big.onnx"), *onnx::write::export_onnx(other, onnx::write::Normalise::kInside)));
  EXPECT_FALSE(pipeline::load_inputs(job(onnx_), scratch_.path("run")));
}

}  // namespace
}  // namespace apprentice::test
