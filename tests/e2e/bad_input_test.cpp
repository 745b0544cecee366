// SPDX-License-Identifier: Apache-2.0
// Bad input ends in one clear sentence and exit code 2.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "program.h"
#include "small_job.h"
#include "tests/data/seeds.h"
#include "tests/support/real_data.h"

namespace apprentice::test {
namespace {

using ::testing::HasSubstr;

const char* kTeacherTable = "source = \"onnx\"\npath = \"teacher.onnx\"\n";

JobTables with_teacher(const std::string& teacher_table) {
  JobTables tables = small_job("x86-64-host");
  tables.erase("[teach]");
  tables["[teacher]"] = teacher_table;
  return tables;
}

// A folder with waves.csv and a taught teacher.onnx, shared by all tests.
class BadInput : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    write_waves(scratch_->path());
    write_job(taught_job(), scratch_->path("teach.toml"));
    const Finished taught =
        run_program({"teach", "teach.toml", "--run", "taught", "--out", "teacher.onnx"}, scratch_->path());
    ASSERT_EQ(taught.exit_code, 0) << taught.err;
  }
  static void TearDownTestSuite() { delete scratch_; }

  static JobTables taught_job() {
    JobTables tables = small_job("x86-64-host");
    tables["[teach]"] = "family = \"conv1d\"\nwidth = 4\ndepth = 1\n[teach.train]\nepochs = 1\n";
    return tables;
  }

  static std::string path(const std::string& name) { return scratch_->path(name); }
  static void write(const std::string& name, const std::string& bytes) { ASSERT_TRUE(write_file(path(name), bytes)); }

  // The one line of `apprentice explain job.toml` for such a job.
  static std::string refusal(const JobTables& tables) {
    write_job(tables, path("job.toml"));
    const Finished finished = run_program({"explain", "job.toml"}, scratch_->path());
    EXPECT_EQ(finished.exit_code, 2) << finished.err;
    EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
    EXPECT_THAT(finished.err, testing::StartsWith("apprentice: error: "));
    return finished.err;
  }
  static std::string refusal_with(const std::string& table, const std::string& body) {
    JobTables tables = small_job("x86-64-host");
    tables[table] = body;
    return refusal(tables);
  }
  static std::string refusal_of_csv(const std::string& csv) {
    write("waves2.csv", csv);
    JobTables tables = small_job("x86-64-host");
    tables["[data]"].replace(tables["[data]"].find("waves.csv"), 9, "waves2.csv");
    return refusal(tables);
  }

  static Scratch* scratch_;
};
Scratch* BadInput::scratch_ = nullptr;

TEST_F(BadInput, UnknownKey) {
  EXPECT_THAT(refusal_with("[train]", "epoch = 3\n"),
              testing::AllOf(HasSubstr("job.toml:"), HasSubstr("'epoch'"), HasSubstr("epochs")));
}
TEST_F(BadInput, UnknownLoss) {
  EXPECT_THAT(refusal_with("[loss]", "name = \"kll\"\n"),
              testing::AllOf(HasSubstr("job.toml:"), HasSubstr("known losses: ")));
}
TEST_F(BadInput, WrongType) {
  EXPECT_THAT(refusal_with("[train]", "epochs = \"three\"\n"), HasSubstr("expected an integer"));
}
TEST_F(BadInput, NotToml) { EXPECT_THAT(refusal_with("[train]", "epochs = = 3\n"), HasSubstr("not valid TOML")); }
TEST_F(BadInput, MissingJob) {
  const Finished finished = run_program({"check", "absent.toml"}, path(""));
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("absent.toml"));
}
TEST_F(BadInput, MissingDataFile) {
  EXPECT_THAT(refusal_with("[data]", "format = \"csv\"\npath = \"absent.csv\"\nlabel = \"kind\"\n"),
              HasSubstr("absent.csv"));
}
TEST_F(BadInput, RaggedRows) {
  EXPECT_THAT(refusal_of_csv("run,side,kind,a,b\nr1,train,slow,1,2\nr1,train,slow,1\n"), HasSubstr("waves2.csv:3"));
}
TEST_F(BadInput, NotANumber) {
  EXPECT_THAT(refusal_of_csv("run,side,kind,a,b\nr1,train,slow,1,nan\n"), HasSubstr("waves2.csv:2"));
}
TEST_F(BadInput, CsvWithoutRows) { EXPECT_THAT(refusal_of_csv("run,side,kind,a,b\n"), HasSubstr("waves2.csv")); }
TEST_F(BadInput, TruncatedNpy) {
  ASSERT_TRUE(data::write_npy(path("x.npy"), Tensor(DType::kF32, {20, 4})));
  const std::string bytes = *read_file(path("x.npy"));
  write("x.npy", bytes.substr(0, bytes.size() - 7));
  EXPECT_THAT(refusal_with("[data]", "format = \"npy\"\npath = \"x.npy\"\nlabels = \"y.npy\"\n"), HasSubstr("x.npy"));
}
TEST_F(BadInput, TruncatedWav) {
  write("x.wav", std::string("RIFF\x24\0\0\0WAVEfmt \x10\0\0", 19));
  EXPECT_THAT(refusal_with("[data]", "format = \"wav\"\npath = \"x.wav\"\n[data.window]\nlength = 8\n"),
              HasSubstr("x.wav"));
}
TEST_F(BadInput, TruncatedNpz) {
  write("x.npz", seed_npz().substr(0, 200));
  EXPECT_THAT(refusal_with("[data]", "format = \"npz\"\npath = \"x.npz\"\nlabels = \"labels\"\n"), HasSubstr("x.npz"));
}
TEST_F(BadInput, TruncatedCifar) {
  write("x.bin", seed_cifar().substr(0, 5000));
  EXPECT_THAT(refusal_with("[data]", "format = \"cifar\"\npath = \"x.bin\"\n"),
              testing::AllOf(HasSubstr("x.bin"), HasSubstr("5000")));
}
TEST_F(BadInput, CsvInAnotherEncoding) {
  EXPECT_THAT(refusal_of_csv("run,side,kind,a,b\nr1,train,l\xFC"
                             "fter,1,2\n"),
              testing::AllOf(HasSubstr("waves2.csv:2: "), HasSubstr("0xFC"), HasSubstr("UTF-8")));
}
TEST_F(BadInput, LabelOfTwoLinesIsShownInOne) {
  EXPECT_THAT(refusal_of_csv("run,side,kind,a,b\nr1,train,\"up\ndown\",\"1\n\",2\n"), HasSubstr("'1\\n'"));
}
TEST_F(BadInput, FolderOrPipeInPlaceOfAFile) {
  ASSERT_TRUE(make_folder(path("folder.csv")));
  ASSERT_TRUE(::mkfifo(path("pipe.csv").c_str(), 0600) == 0 || errno == EEXIST);
  const auto refusal_of = [this](const char* name) {
    return refusal_with("[data]", fmt::format("format = \"csv\"\npath = \"{}\"\nlabel = \"kind\"\n", name));
  };
  EXPECT_THAT(refusal_of("folder.csv"), HasSubstr("folder.csv: no .csv file lies in this folder"));
  for (const char* name : {"pipe.csv", "/dev/zero"}) {
    EXPECT_THAT(refusal_of(name), testing::AllOf(HasSubstr(name), HasSubstr("is not a regular file")));
  }
}
TEST_F(BadInput, TruncatedTeacher) {
  const std::string bytes = *read_file(path("teacher.onnx"));
  write("cut.onnx", bytes.substr(0, bytes.size() / 2));
  EXPECT_THAT(refusal(with_teacher("source = \"onnx\"\npath = \"cut.onnx\"\n")), HasSubstr("cut.onnx"));
}
TEST_F(BadInput, LabelTheTeacherDoesNotHave) {
  EXPECT_THAT(refusal(with_teacher(std::string(kTeacherTable) + "classes = [\"slow\", \"fast\", \"other\"]\n")),
              HasSubstr("mixed"));
}
TEST_F(BadInput, TeacherInputThatDoesNotFit) {
  JobTables tables = with_teacher(kTeacherTable);
  tables["[data]"].replace(tables["[data]"].find("\"a\", \"b\""), 8, "\"a\"");
  EXPECT_THAT(refusal(tables), HasSubstr("teacher.onnx"));
}
// The answers are right, but their columns stand in another order than the classes of the data.
TEST_F(BadInput, ClassOrderThatDiffers) {
  Tensor answers(DType::kF32, {24 * 64, 3});
  for (int64_t row = 0; row < 24 * 64; ++row) {
    const int64_t kind = row / 64 % 3;                        // slow, fast, mixed, as write_waves() goes round
    const int64_t label = kind == 0 ? 2 : kind == 1 ? 0 : 1;  // fast, mixed, slow: the order of names
    answers.data<float>()[row * 3 + (label + 1) % 3] = 5.0F;
  }
  ASSERT_TRUE(data::write_npy(path("answers.npy"), answers));
  write_job(with_teacher("source = \"recorded\"\npath = \"answers.npy\"\n"), path("job.toml"));
  const Finished refused = run_program({"check", "job.toml"}, path(""));
  EXPECT_EQ(refused.exit_code, 2) << refused.out;
  EXPECT_THAT(refused.err, testing::AllOf(HasSubstr("job.toml:"), HasSubstr("in another class order"),
                                          HasSubstr("classes = [\"slow\", \"fast\", \"mixed\"]")));
  write_job(with_teacher("source = \"recorded\"\npath = \"answers.npy\"\nclasses = [\"slow\", \"fast\", \"mixed\"]\n"),
            path("job.toml"));
  const Finished told = run_program({"check", "job.toml"}, path(""));
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.out, HasSubstr("accuracy 1.0000"));
}
TEST_F(BadInput, ClassOrderThatContradictsTheAnswersHeader) {
  write("answers.csv", "slow,fast,mixed\n1,2,3\n");
  EXPECT_THAT(refusal(with_teacher("source = \"recorded\"\npath = \"answers.csv\"\n"
                                   "classes = [\"fast\", \"mixed\", \"slow\"]\n")),
              testing::AllOf(HasSubstr("answers.csv"), HasSubstr("order")));
}
TEST_F(BadInput, SingleClass) {
  std::string csv = "run,side,kind,a,b\n";
  for (int row = 0; row < 120; ++row) {
    csv += fmt::format("r{},{},slow,{},{}\n", row / 40,
                       row < 40   ? "train"
                       : row < 80 ? "validation"
                                  : "test",
                       row, -row);
  }
  EXPECT_THAT(refusal_of_csv(csv), HasSubstr("class"));
}
TEST_F(BadInput, TargetThatIsConstant) {
  JobTables tables = small_job("x86-64-host");
  tables["[data]"] =
      "task = \"regression\"\nformat = \"csv\"\npath = \"waves3.csv\"\ntarget = \"b\"\ninputs = [\"a\"]\n"
      "attributes = [\"side\"]\n";
  tables["[loss]"] = "name = \"mse\"\n";
  write("waves3.csv", "side,a,b\ntrain,1,7\ntrain,2,7\nvalidation,3,7\ntest,4,7\n");
  EXPECT_THAT(refusal(tables), testing::AllOf(HasSubstr("all 2 training samples"), HasSubstr("7")));
}
TEST_F(BadInput, EmptySideOfTheSplit) {
  EXPECT_THAT(refusal_with("[split]",
                           "by = \"attribute\"\ncolumn = \"side\"\ntrain = \"train\"\nvalidation = "
                           "\"validation\"\ntest = \"nowhere\"\n"),
              HasSubstr("test"));
}
TEST_F(BadInput, LeakySplit) {
  EXPECT_THAT(
      refusal_with("[split]", "by = \"time\"\ntrain = [0.0, 0.5]\nvalidation = [0.5, 0.7]\ntest = [0.7, 1.0]\n"),
      HasSubstr("allow_leak"));
}
TEST_F(BadInput, UnknownDevice) {
  EXPECT_THAT(refusal_with("[device]", "name = \"stm33\"\n"),
              testing::AllOf(HasSubstr("stm33"), HasSubstr("stm32l4r5")));
}
TEST_F(BadInput, MissingCrossCompiler) {
  write_job(small_job("stm32l4r5"), path("job.toml"));
  Limits limits;
  limits.search_path = "/nonexistent";
  const Finished finished = run_program({"check", "job.toml"}, path(""), limits);
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("gcc-arm-none-eabi"));
}
TEST_F(BadInput, StudentOverItsBudget) {
  JobTables tables = small_job("stm32l4r5");
  tables["[device]"] += "flash_bytes = 1000\nram_bytes = 100\n";
  write_job(tables, path("job.toml"));
  const Finished refused = run_program({"distill", "job.toml", "--run", "over"}, path(""));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, testing::ContainsRegex("flash.*1000.*RAM.*100"));
  EXPECT_FALSE(file_exists(path("over/teacher")));
}
TEST_F(BadInput, RunDirectoryMadeByOtherInputs) {
  JobTables other = taught_job();
  other[""] = "name = \"waves\"\nseed = 4\nthreads = 1\n";
  write_job(other, path("job.toml"));
  const Finished refused = run_program({"distill", "job.toml", "--run", "taught"}, path(""));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("seed: 3 there, 4 here"));
}
TEST_F(BadInput, RunDirectoryOfAnotherProcess) {
  const int lock = ::open(path("taught/lock").c_str(), O_RDWR);
  ASSERT_EQ(::flock(lock, LOCK_EX | LOCK_NB), 0);
  const Finished refused = run_program({"teach", "teach.toml", "--run", "taught"}, path(""));
  ::close(lock);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("another process is working in this run directory"));
}
TEST_F(BadInput, RunDirectoryThatHoldsOtherFiles) {
  write_job(small_job("x86-64-host"), path("job.toml"));
  const Finished refused = run_program({"distill", "job.toml", "--run", "."}, path(""));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("no run directory"));
  EXPECT_FALSE(file_exists(path("run.json")));
}
// Before training, not after it.
TEST_F(BadInput, OneFileForATaughtEnsemble) {
  JobTables tables = small_job("x86-64-host");
  tables["[teach]"] = "family = \"conv1d\"\nmembers = 2\n";
  write_job(tables, path("job.toml"));
  const Finished refused = run_program({"teach", "job.toml", "--run", "two", "--out", "two.onnx"}, path(""));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("cannot hold the 2 members"));
  EXPECT_FALSE(file_exists(path("two")));
}
TEST_F(BadInput, ResultThatCannotBeWritten) {
  Limits limits;
  limits.output = "/dev/full";
  for (const std::vector<std::string>& words : {std::vector<std::string>{"list", "devices"}, {"--help"}}) {
    const Finished finished = run_program(words, path(""), limits);
    EXPECT_EQ(finished.exit_code, 2);
    EXPECT_THAT(finished.err, HasSubstr("standard output: cannot write the result: No space left on device"));
  }
}
TEST_F(BadInput, FullDiskForARun) {
  write_job(small_job("x86-64-host"), path("job.toml"));
  Limits limits;
  limits.file_bytes = 300;
  const Finished finished = run_program({"distill", "job.toml", "--run", "full"}, path(""), limits);
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("full/run.json: cannot write the file"));
  EXPECT_THAT(list_folder(path("full")), testing::ElementsAre("lock"));
}
TEST_F(BadInput, RelevanceThatTheDataDoesNotHave) {
  EXPECT_THAT(refusal_with("[relevance]", "classes = [\"slow\", \"sluggish\"]\n"),
              testing::AllOf(HasSubstr("job.toml:"), HasSubstr("no class 'sluggish'"), HasSubstr("fast, mixed, slow")));
  EXPECT_THAT(refusal_with("[relevance]", "channels = [\"c\"]\n"), HasSubstr("no channel 'c'; known channels: a, b"));
  EXPECT_THAT(refusal_with("[relevance]", "where = { sides = \"train\" }\n"), HasSubstr("no recording or group has"));
  EXPECT_THAT(refusal_with("[relevance]", "where = { side = \"train\" }\n"),
              HasSubstr("selects none of the 15 validation samples"));
}
TEST_F(BadInput, DevicesOfAHall) {
  JobTables hall = small_hall("x86-64-host");
  hall["[[device]]"].replace(hall["[[device]]"].find("\"right\""), 7, "\"left\"");
  EXPECT_THAT(refusal(hall), testing::AllOf(HasSubstr("job.toml:"), HasSubstr("two devices 'left'")));
  hall = small_hall("x86-64-host");
  hall["[[device]]"] += "[device.relevance.where]\nside = \"nowhere\"\n";
  EXPECT_THAT(refusal(hall), testing::AllOf(HasSubstr("device 'right'"), HasSubstr("selects none of the 75 training")));
}
TEST_F(BadInput, FullDisk) {
  Limits limits;
  limits.file_bytes = 40'000;
  const Finished finished = run_program({"factory", "--out", "hall", "--machines", "3"}, path(""), limits);
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("cannot"));
  EXPECT_FALSE(file_exists(path("hall/index.csv")));
}
TEST_F(BadInput, ReadOnlyOutput) {
  write_job(small_job("x86-64-host"), path("job.toml"));
  const Finished finished = run_program({"distill", "job.toml", "--run", "/proc/apprentice"}, path(""));
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("/proc/apprentice"));
}
TEST_F(BadInput, WrongCommandLine) {
  const Finished finished = run_program({"list", "planets"}, path(""));
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.err, HasSubstr("planets"));
  EXPECT_THAT(run_program({"explain",
                           "L\xFC"
                           "fter.toml"},
                          path(""))
                  .err,
              HasSubstr("argument 2: 'L\\xFCfter.toml' is not UTF-8"));
  EXPECT_EQ(run_program({"teleport"}, path("")).exit_code, 2);
  EXPECT_EQ(run_program({}, path("")).exit_code, 2);
}

}  // namespace
}  // namespace apprentice::test
