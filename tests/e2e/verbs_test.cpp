// SPDX-License-Identifier: Apache-2.0
// new, check, explain, predict, inspect on a run of their own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "program.h"
#include "small_job.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

class Verbs : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    write_waves(scratch_->path());
    write_job(small_job("x86-64-host"), scratch_->path("job.toml"));
    const Finished packed = run_program({"package", "job.toml", "--run", "run"}, scratch_->path());
    ASSERT_EQ(packed.exit_code, 0) << packed.err;
  }
  static void TearDownTestSuite() { delete scratch_; }
  static std::string path(const std::string& name) { return scratch_->path(name); }
  static Finished run(const std::vector<std::string>& arguments) {
    Finished finished = run_program(arguments, scratch_->path());
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return finished;
  }
  static Tensor logits(const std::string& model, const std::string& out) {
    run({"predict", model, "--input", "input=samples.npy", "--output", out});
    return data::read_npy(path(out + "/logits.npy"))->tensor;
  }

  static Scratch* scratch_;
};
Scratch* Verbs::scratch_ = nullptr;

TEST_F(Verbs, ExplainGivesAJobThatExplainsItself) {
  const Finished first = run({"explain", "job.toml"});
  ASSERT_TRUE(write_file(path("explained.toml"), first.out));
  EXPECT_EQ(run({"explain", "explained.toml"}).out, first.out);
  EXPECT_TRUE(nlohmann::json::accept(run({"explain", "job.toml", "--json"}).out));
}

TEST_F(Verbs, CheckTellsDataNetworksAndDevice) {
  const nlohmann::json found = nlohmann::json::parse(run({"check", "job.toml", "--json"}).out);
  EXPECT_EQ(found.at("classes").size(), 3U);
  EXPECT_GT(found.at("student").at("macs"), 0);
  EXPECT_EQ(found.at("device_untrained").at("vectors_equal"), found.at("device_untrained").at("vectors"));
  EXPECT_THAT(run({"check", "job.toml"}).out, HasSubstr("flash"));
}

TEST_F(Verbs, PredictGivesTheSameForWhatShipsAndItsOnnx) {
  Tensor samples(DType::kF32, {5, 2, 32});
  for (int64_t i = 0; i < samples.size(); ++i) {
    const auto wave = static_cast<float>(std::sin(0.3 * static_cast<double>(i)));
    samples.data<float>()[i] = i % 64 < 32 ? wave : 3.0F - 2.0F * wave;  // as in waves.csv
  }
  ASSERT_TRUE(data::write_npy(path("samples.npy"), samples));
  const nlohmann::json choice = nlohmann::json::parse(*read_file(path("run/choice.json"), 1 << 20));
  const std::string arm = choice.at("ships") == "control_int8" ? "control" : "student";
  const Tensor student = logits("run/" + arm + "/model.apnet", "p1");
  const Tensor onnx = logits("run/shipped/model.onnx", "p2");
  const Tensor int8 = logits("run/" + arm + "/int8.apq", "p3");
  ASSERT_EQ(student.shape(), (Shape{5, 3}));
  for (int64_t i = 0; i < student.size(); ++i) {
    EXPECT_NEAR(student.data<float>()[i], onnx.data<float>()[i], 1e-4);
    EXPECT_NEAR(student.data<float>()[i], int8.data<float>()[i], 0.5);
  }
}

TEST_F(Verbs, PredictWritesAndReadsTensorProtos) {
  ASSERT_TRUE(data::write_npy(path("samples.npy"), Tensor(DType::kF32, {1, 2, 32})));
  run({"predict", "run/student/model.apnet", "--input", "input=samples.npy", "--output", "pb", "--format", "pb"});
  EXPECT_TRUE(file_exists(path("pb/logits.pb")));
}

TEST_F(Verbs, PredictRefusesOtherShapesAndNames) {
  ASSERT_TRUE(data::write_npy(path("odd.npy"), Tensor(DType::kF32, {1, 3, 32})));
  const Finished shape =
      run_program({"predict", "run/student/model.apnet", "--input", "input=odd.npy", "--output", "p"}, path(""));
  EXPECT_EQ(shape.exit_code, 2);
  EXPECT_THAT(shape.err, HasSubstr("expected [2, 32]"));
  const Finished name =
      run_program({"predict", "run/student/model.apnet", "--input", "x=odd.npy", "--output", "p"}, path(""));
  EXPECT_EQ(name.exit_code, 2);
  EXPECT_FALSE(file_exists(path("p")));
}

TEST_F(Verbs, PredictRefusesWhatIsNotFiniteUnlessAsked) {
  Tensor samples(DType::kF32, {2, 2, 32});
  samples.data<float>()[64 + 32 + 5] = std::numeric_limits<float>::quiet_NaN();
  ASSERT_TRUE(data::write_npy(path("gap.npy"), samples));
  const std::vector<std::string> words{"predict", "run/student/int8.apq", "--input", "input=gap.npy", "--output", "g"};
  const Finished refused = run_program(words, path(""));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("gap.npy: element [1, 1, 5] of input 'input' is nan"));
  std::vector<std::string> allowed = words;
  allowed.push_back("--allow-nan");
  EXPECT_EQ(run_program(allowed, path("")).exit_code, 0);
}

TEST_F(Verbs, InspectCountsTheSameForTheStudentAndItsInt8Form) {
  const auto student = nlohmann::json::parse(run({"inspect", "run/student/model.apnet", "--json"}).out);
  const auto int8 = nlohmann::json::parse(run({"inspect", "run/student/int8.apq", "--json"}).out);
  const auto onnx = nlohmann::json::parse(run({"inspect", "run/shipped/model.onnx", "--json"}).out);
  EXPECT_EQ(student.at("macs"), int8.at("macs"));
  EXPECT_EQ(student.at("macs"), onnx.at("macs"));
  EXPECT_GT(int8.at("arena_bytes"), 0);
  EXPECT_THAT(run({"inspect", "run/shipped/model.onnx"}).out, HasSubstr("Conv"));
}

TEST_F(Verbs, PackageVerifyAcceptsWhatPackageWroteAndNamesWhatIsChanged) {
  const std::string folder = "run/shipped/package";
  const auto found = nlohmann::json::parse(run({"package", "verify", folder, "--json"}).out);
  EXPECT_EQ(found.at("files").get<size_t>() + 1, list_folder(path(folder)).size());
  EXPECT_THAT(run({"package", "verify", folder}).out, HasSubstr("run/shipped/package: whole; "));
  const std::string file = path(folder + "/example.c"), whole = *read_file(file);
  ASSERT_TRUE(write_file(file, whole + " "));
  const Finished changed = run_program({"package", "verify", folder}, path(""));
  EXPECT_EQ(changed.exit_code, 2);
  EXPECT_THAT(changed.err, HasSubstr("run/shipped/package/example.c: was changed: it has "));
  ASSERT_TRUE(write_file(file, whole));
}

TEST_F(Verbs, NewWritesAJobThatPassesCheck) {
  run({"teach", "run", "--out", "teacher.onnx"});
  // One window of 32 rows per recording line: the shape of the taught teacher.
  std::string index = "file,kind,machine\n";
  for (int i = 0; i < 12; ++i) {
    Tensor recording(DType::kF32, {128, 2});
    for (int64_t v = 0; v < recording.size(); ++v) {
      recording.data<float>()[v] = static_cast<float>((v * (i % 3 + 1) * 37) % 101) - 50.0F;
    }
    ASSERT_TRUE(data::write_npy(path(fmt::format("rec{}.npy", i)), recording));
    index += fmt::format("rec{}.npy,{},m{}\n", i, i % 3 == 0 ? "slow" : i % 3 == 1 ? "fast" : "mixed", i);
  }
  ASSERT_TRUE(write_file(path("recordings.csv"), index));
  const Finished made =
      run({"new", "--teacher", "teacher.onnx", "--data", "recordings.csv", "--device", "x86-64-host"});
  ASSERT_TRUE(write_file(path("new.toml"), made.out));
  EXPECT_THAT(made.out, HasSubstr("length = 32"));
  EXPECT_THAT(run({"check", "new.toml"}).out, HasSubstr("teacher.onnx"));
  const Finished hall = run({"new", "--teacher", "teacher.onnx", "--data", "recordings.csv", "--device", "x86-64-host",
                             "--device", "rp2040"});
  ASSERT_TRUE(write_file(path("new_hall.toml"), hall.out));
  EXPECT_THAT(hall.out, HasSubstr("# [device.relevance]"));
  EXPECT_THAT(run({"explain", "new_hall.toml"}).out, HasSubstr("id = \"device2\"\nname = \"rp2040\""));
}

}  // namespace
}  // namespace apprentice::test
