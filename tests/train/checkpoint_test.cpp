// SPDX-License-Identifier: Apache-2.0
// Exact resume: whenever a training ends early, by request or by kill -9, the next run comes to the same final bits.
#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apprentice/base/files.h"
#include "tests/losses/read_loss.h"
#include "tests/support/real_data.h"
#include "tests/train/training_task.h"

namespace apprentice {

using train::TrainTask;

namespace {

using test::repeatable;
using test::same_bits;
using test::Scratch;
using test::small_task;
using ::testing::HasSubstr;

TrainTask resumable_task(const Scratch& scratch) {
  TrainTask task = small_task();
  task.options.weight_average = 0.9;
  task.checkpoint_folder = scratch.path("checkpoints");
  return task;
}

std::string checkpoint_path(const TrainTask& task) { return task.checkpoint_folder + "/checkpoint.apck"; }

Result<train::TrainResult> train_uninterrupted(TrainTask task) {
  task.checkpoint_folder.clear();
  return train::train(task, {});
}

// Stops the training at its `count`-th progress report.
Result<train::TrainResult> train_until(const TrainTask& task, int count) {
  std::atomic<bool> stop{false};
  RunControl control;
  control.stop = &stop;
  control.on_progress = [&](const Progress&) { stop = --count <= 0; };
  return train::train(task, control);
}

TEST(Checkpoint, ResumesToTheSameBitsAfterAStopInEveryEpoch) {
  for (const char* optimizer : {"adamw", "sgd"}) {
    const Scratch scratch;
    TrainTask task = resumable_task(scratch);
    task.options.optimizer = optimizer;
    const auto straight = train_uninterrupted(task);
    int stops = 0;
    auto result = train_until(task, 2);
    for (; !result && stops < 50; ++stops) {
      ASSERT_EQ(result.error().kind, ErrorKind::kInterrupted) << result.error().text();
      result = train_until(task, 2);
    }
    ASSERT_TRUE(result) << result.error().text();
    EXPECT_GE(stops, 2);
    EXPECT_TRUE(same_bits(result->model.weights, straight->model.weights));
    EXPECT_EQ(repeatable(result->report), repeatable(straight->report));
  }
}

TEST(Checkpoint, ResumesToTheSameBitsInTheMidstOfAnEpoch) {
  const Scratch scratch;
  TrainTask task = resumable_task(scratch);
  task.options.steps = 40;  // of 7 an epoch
  task.options.validations = 8;
  const auto straight = train_uninterrupted(task);
  ASSERT_TRUE(straight) << straight.error().text();
  EXPECT_EQ(straight->report.points.front().step, 5);
  ASSERT_FALSE(train_until(task, 3));
  const auto resumed = train::train(task, {});
  ASSERT_TRUE(resumed) << resumed.error().text();
  EXPECT_TRUE(same_bits(resumed->model.weights, straight->model.weights));
  EXPECT_EQ(repeatable(resumed->report), repeatable(straight->report));
}

TEST(Checkpoint, SurvivesKillAtRandomMoments) {
  const Scratch scratch;
  const TrainTask task = resumable_task(scratch);
  const auto straight = train_uninterrupted(task);
  ASSERT_TRUE(straight);
  Rng rng(3, "kills");
  for (int kills = 0; kills < 8; ++kills) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(train::train(task, {}) ? 0 : 1);
    ::usleep(static_cast<useconds_t>(20000 + rng.below(80000)));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
  }
  const auto result = train::train(task, {});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_TRUE(same_bits(result->model.weights, straight->model.weights));
  EXPECT_EQ(repeatable(result->report), repeatable(straight->report));
}

TEST(Checkpoint, OfAFinishedTrainingAnswersWithoutTraining) {
  const Scratch scratch;
  const TrainTask task = resumable_task(scratch);
  const auto first = train::train(task, {});
  ASSERT_TRUE(first);
  std::atomic<bool> stop{true};
  RunControl control;
  control.stop = &stop;
  const auto again = train::train(task, control);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(same_bits(first->model.weights, again->model.weights));
  EXPECT_EQ(train::to_json(first->report), train::to_json(again->report));
}

TEST(Checkpoint, RefusesThatOfOtherInputs) {
  const Scratch scratch;
  const TrainTask task = resumable_task(scratch);
  ASSERT_TRUE(train::train(task, {}));
  std::vector<TrainTask> others(6, task);
  others[0].options.learning_rate *= 1.0000001;
  others[1].options.seed = 99;
  others[2].loss_keys = test::read_keys("kd", "T = 5.0");
  others[3].train = make_memory_dataset(TaskKind::kClassification, {3, 32}, 4, 203, 9);
  others[4].validation = make_memory_dataset(TaskKind::kClassification, {3, 32}, 4, 60, 9);
  others[5].spec.input_scale[0] = 0.75F;
  for (size_t i = 0; i < others.size(); ++i) {
    others[i].checkpoint_folder = task.checkpoint_folder;
    const auto refused = train::train(others[i], {});
    ASSERT_FALSE(refused) << i;
    EXPECT_THAT(refused.error().text(), HasSubstr("checkpoint.apck: belongs to a training with other inputs")) << i;
  }
}

TEST(Checkpoint, IsOfTheSameTrainingHoweverItsLengthIsSaid) {
  const TrainTask task = small_task();
  TrainTask same = task, other = task;
  same.title = "of another name";
  same.options.steps = 42;  // 6 epochs
  same.options.validations = 6;
  same.options.max_seconds = 60.0;
  EXPECT_EQ(train::describe(same), train::describe(task));
  other.loss_keys = test::read_keys("kd", "T = 5.0");
  EXPECT_NE(train::describe(other), train::describe(task));
}

TEST(Checkpoint, RefusesADamagedFileByName) {
  const Scratch scratch;
  const TrainTask task = resumable_task(scratch);
  ASSERT_TRUE(train::train(task, {}));
  const std::string good = *read_file(checkpoint_path(task));
  for (size_t at : {size_t{0}, size_t{9}, size_t{40}, good.size() / 2, good.size() - 1}) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x04);
    for (const std::string& bytes : {bad, good.substr(0, at)}) {
      ASSERT_TRUE(write_file(checkpoint_path(task), bytes));
      const auto refused = train::train(task, {});
      ASSERT_FALSE(refused) << at;
      EXPECT_THAT(refused.error().text(), HasSubstr("checkpoint.apck")) << at;
    }
  }
}

TEST(Checkpoint, SaysWhenItsFolderCannotBeMade) {
  const Scratch scratch;
  TrainTask task = resumable_task(scratch);
  ASSERT_TRUE(write_file(scratch.path("file"), "x"));
  task.checkpoint_folder = scratch.path("file") + "/checkpoints";
  const auto refused = train::train(task, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kIo);
}

}  // namespace
}  // namespace apprentice
