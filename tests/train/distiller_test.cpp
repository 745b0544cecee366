// SPDX-License-Identifier: Apache-2.0
// The training loop: it learns, repeats to the bit, picks by validation, and refuses what cannot work.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <thread>

#include "apprentice/layers/layer.h"
#include "apprentice/losses/loss.h"
#include "apprentice/train/evaluate.h"
#include "apprentice/train/torch_session.h"
#include "tests/losses/read_loss.h"
#include "tests/train/training_task.h"

namespace apprentice {

using train::TrainTask;

namespace {

using test::KnowingStore;
using test::repeatable;
using test::same_bits;
using test::small_task;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

double accuracy(const Tensor& logits, const data::Dataset& data) {
  const int64_t classes = logits.shape()[1];
  int64_t right = 0;
  for (int64_t i = 0; i < data.size(); ++i) {
    const float* row = logits.data<float>() + i * classes;
    right += std::max_element(row, row + classes) - row == data.sample_info(i).label ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(data.size());
}

TEST(Train, LearnsFromTeacherAndLabels) {
  TrainTask task = small_task();
  task.options.epochs = 25;
  const auto result = train::train(task, {});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_GT(result->report.best_metric, 0.9);
  EXPECT_LT(result->report.points.back().train_loss, 0.5 * result->report.points.front().train_loss);
  const auto logits = train::predict_float(result->model, *task.validation, 1);
  ASSERT_TRUE(logits) << logits.error().text();
  EXPECT_DOUBLE_EQ(accuracy(*logits, *task.validation), result->report.best_metric);
  ASSERT_EQ(result->report.points[0].parts.size(), 2U);
  EXPECT_EQ(result->report.points[0].parts[0].first, "ce");
  EXPECT_EQ(result->report.points[0].parts[1].first, "kd");
}

TEST(Train, LearnsFromLabelsAloneInTheControlArm) {
  TrainTask task = small_task();
  task.targets = nullptr;
  task.loss = "ce";
  task.options.epochs = 25;
  const auto result = train::train(task, {});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_GT(result->report.best_metric, 0.9);
}

TEST(Train, FollowsTheTeacherWhereItContradictsTheLabels) {
  TrainTask task = small_task();
  auto store = std::make_shared<KnowingStore>(*task.train, 4);
  std::vector<float>& answers = store->answers();
  for (size_t i = 0; i < answers.size(); i += 4)
    std::rotate(answers.data() + i, answers.data() + i + 3, answers.data() + i + 4);
  task.targets = store;
  task.loss_keys = test::read_keys("kd", "hard_weight = 0.0\nsoft_weight = 1.0");
  task.options.epochs = 10;
  const auto result = train::train(task, {});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_LT(result->report.points.back().validation_metric, 0.1);  // every answer is the next class
}

TEST(Train, LearnsRealTargetsInTheirUnit) {
  TrainTask task = small_task(TaskKind::kRegression, "conv1d");
  task.options.epochs = 20;
  const auto result = train::train(task, {});
  ASSERT_TRUE(result) << result.error().text();
  double mean = 0.0, squares = 0.0, errors = 0.0;
  for (int64_t i = 0; i < task.train->size(); ++i) mean += double{task.train->sample_info(i).target} / 203.0;
  EXPECT_NEAR(result->model.spec.output_mean, mean, 1e-3);
  const auto values = train::predict_float(result->model, *task.validation, 1);
  ASSERT_TRUE(values);
  for (int64_t i = 0; i < 60; ++i) {
    const double target = double{task.validation->sample_info(i).target};
    squares += (target - mean) * (target - mean);
    errors += std::pow(double{values->data<float>()[i]} - target, 2.0);
  }
  EXPECT_LT(errors, 0.5 * squares);
  EXPECT_NEAR(result->report.best_metric, -std::sqrt(errors / 60.0), 1e-3);
}

TEST(Train, RepeatsToTheBitWithTheSameSeedOnly) {
  TrainTask task = small_task();
  task.options.weight_average = 0.99;
  const auto first = train::train(task, {}), second = train::train(task, {});
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(same_bits(first->model.weights, second->model.weights));
  EXPECT_EQ(repeatable(first->report), repeatable(second->report));
  task.options.seed = 2;
  EXPECT_FALSE(same_bits(first->model.weights, train::train(task, {})->model.weights));
}

TEST(Train, GivesTheSameBitsBesideAnotherTraining) {
  const TrainTask task = small_task();
  const auto alone = train::train(task, {});
  Result<train::TrainResult> left = bad_input("", "not run"), right = bad_input("", "not run");
  std::thread other([&] { left = train::train(small_task(), {}); });  // its own task: a Config is not thread-safe
  right = train::train(task, {});
  other.join();
  ASSERT_TRUE(alone && left && right);
  EXPECT_TRUE(same_bits(alone->model.weights, left->model.weights));
  EXPECT_TRUE(same_bits(alone->model.weights, right->model.weights));
}

TEST(Train, LearnsWithSgdToo) {
  TrainTask task = small_task();
  task.options.optimizer = "sgd";
  task.options.learning_rate = 0.05;
  task.options.epochs = 25;
  const auto result = train::train(task, {});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_GT(result->report.best_metric, 0.9);
}

TEST(Train, ReturnsTheBestPointByValidation) {
  TrainTask task = small_task();
  task.options.epochs = 12;
  const auto result = train::train(task, {});
  ASSERT_TRUE(result);
  const auto& points = result->report.points;
  ASSERT_EQ(points.size(), 12U);
  const train::TrainPoint& best = train::best_point(result->report);
  for (const train::TrainPoint& point : points) {
    EXPECT_LE(point.validation_metric, best.validation_metric);
    const bool as_good = point.validation_metric == best.validation_metric;
    EXPECT_TRUE(!as_good || point.validation_loss >= best.validation_loss) << point.step;
  }
  const auto logits = train::predict_float(result->model, *task.validation, 1);
  EXPECT_DOUBLE_EQ(accuracy(*logits, *task.validation), best.validation_metric);
}

TEST(Train, StopsWhenOutOfPatience) {
  TrainTask task = small_task();
  task.options.epochs = 200;
  task.options.patience = 3;
  task.options.learning_rate = 1e-9;  // nothing gets better
  task.options.warmup_epochs = 0.0;
  task.options.optimizer = "sgd";
  const auto result = train::train(task, {});
  ASSERT_TRUE(result);
  EXPECT_LT(result->report.points.size(), 100U);
  EXPECT_EQ(result->report.points.back().step, result->report.best_step + 3 * result->report.steps_per_epoch);
  EXPECT_EQ(result->report.end, train::TrainEnd::kOutOfPatience);
}

TEST(Train, StopsWhenOutOfTime) {
  TrainTask task = small_task();
  task.options.epochs = 100000;
  task.options.max_seconds = 0.3;
  const auto result = train::train(task, {});
  ASSERT_TRUE(result);
  EXPECT_LT(result->report.points.size(), 5000U);
  EXPECT_EQ(result->report.end, train::TrainEnd::kOutOfTime);
}

TEST(Train, SaysWhereTheLossCeasedToBeFinite) {
  TrainTask task = small_task();
  auto store = std::make_shared<KnowingStore>(*task.train, 4);
  store->answers()[400] = std::numeric_limits<float>::quiet_NaN();
  task.targets = store;
  const auto result = train::train(task, {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr("student: the loss is no longer finite in step "));
  EXPECT_THAT(result.error().text(), HasSubstr("kd nan)"));
}

TEST(Train, RefusesWhatCannotWork) {
  const auto message = [](const TrainTask& task) {
    const auto result = train::train(task, {});
    return result ? std::string("no error") : result.error().text();
  };
  TrainTask task = small_task();
  task.targets = nullptr;
  EXPECT_THAT(message(task), HasSubstr("loss 'kd' needs a teacher's answers"));
  task = small_task();
  task.loss = "mse";
  EXPECT_THAT(message(task), HasSubstr("loss 'mse' is for regression; for labels alone use 'ce'"));
  task = small_task();
  task.loss = "kll";
  EXPECT_THAT(message(task), HasSubstr("unknown loss 'kll'"));
  task = small_task();
  task.targets = std::make_shared<KnowingStore>(*task.validation, 4);
  EXPECT_THAT(message(task), HasSubstr("holds 60 answers of 4 values; the data has 203 samples"));
  task = small_task();
  const auto data = make_memory_dataset(TaskKind::kClassification, {3, 32}, 4, 20, 3);
  data->infos()[7].label = 4;
  task.validation = data;
  EXPECT_THAT(message(task), HasSubstr("the label of sample 7 is 4"));
  task = small_task();
  task.validation = make_memory_dataset(TaskKind::kClassification, {3, 33}, 4, 20, 3);
  EXPECT_THAT(message(task), HasSubstr("takes samples of shape [3, 32], but the data has [3, 33]"));
  task = small_task();
  task.validation = make_memory_dataset(TaskKind::kClassification, {3, 32}, 4, 0, 3);
  EXPECT_THAT(message(task), HasSubstr("validation split is empty"));
}

TEST(Train, LearnsWithEveryRemainderOfSamplesByBatches) {
  for (int64_t count : {2, 3, 31, 32, 33, 34, 65}) {
    TrainTask task = small_task();
    task.targets = nullptr;
    task.loss = "ce";
    task.options.epochs = 1;
    task.train = make_memory_dataset(TaskKind::kClassification, {3, 32}, 4, count, 1);
    const auto result = train::train(task, {});
    ASSERT_TRUE(result) << count << " " << result.error().text();
    EXPECT_TRUE(std::isfinite(result->report.points[0].train_loss));
  }
}

TEST(Train, ReportsProgressInOneLine) {
  std::vector<Progress> seen;
  RunControl control;
  control.on_progress = [&](const Progress& progress) { seen.push_back(progress); };
  ASSERT_TRUE(train::train(small_task(), control));
  ASSERT_GE(seen.size(), 6U);
  EXPECT_EQ(seen.back().task, "train student");
  EXPECT_EQ(seen.back().done, seen.back().total);
  EXPECT_THAT(seen.back().detail,
              MatchesRegex("step 42/42 loss [0-9.]+ ce [0-9.]+ kd [0-9.]+ val [0-9.]+  [0-9]+ samples/s"));
}

TEST(Train, PutsLibtorchsSwitchesBack) {
  const int threads = at::get_num_threads();
  at::globalContext().setDeterministicAlgorithms(false, false);
  {
    const train::TorchSession outer(1);
    const train::TorchSession inner(2);
    EXPECT_TRUE(at::globalContext().deterministicAlgorithms());
    EXPECT_EQ(at::get_num_threads(), 2);
  }
  EXPECT_FALSE(at::globalContext().deterministicAlgorithms());
  EXPECT_EQ(at::get_num_threads(), threads);
}

TEST(Samples, AreTheSameWhetherResidentOrGatheredByBatch) {
  const TrainTask task = small_task();
  const auto student = train::Student::create(task.spec, *layers::initial_weights(task.spec, 1));
  const auto resident = train::Samples::create({task.train, task.targets, nullptr, {}}, *student);
  const auto gathered = train::Samples::create({task.train, task.targets, nullptr, {}}, *student, 0);
  ASSERT_TRUE(resident && gathered);
  const at::Tensor indices = at::tensor(std::vector<int64_t>{5, 0, 202, 5, 77}, at::kLong);
  EXPECT_TRUE(resident->rows(*student, indices).equal(gathered->rows(*student, indices)));
  EXPECT_TRUE(resident->batch(*student, indices, 1)
                  .targets.teacher_logits.equal(gathered->batch(*student, indices, 1).targets.teacher_logits));
}

TEST(TrainOptions, UseOneThreadForSmallNetsUnlessTold) {
  const TrainTask task = small_task();
  train::TrainOptions options;
  EXPECT_EQ(train::choose_threads(options, task.spec), 1);
  options.threads = 3;
  EXPECT_EQ(train::choose_threads(options, task.spec), 3);
  options.threads = 0;
  Config keys = *Config::parse("family = \"conv1d\"\nwidth = 128", "test");
  const model::NetSpec large = *families::read_net_spec(keys, {16, 4096}, 4);
  EXPECT_EQ(train::choose_threads(options, large), static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
}

TEST(TrainOptions, AreReadAndBounded) {
  Config good = *Config::parse("epochs = 3\noptimizer = \"sgd\"\nseed = 9", "job.toml");
  const auto options = train::read_train_options(good);
  ASSERT_TRUE(options) << options.error().text();
  EXPECT_EQ(options->epochs, 3);
  EXPECT_EQ(options->optimizer, "sgd");
  EXPECT_EQ(options->seed, 9U);
  for (const char* bad :
       {"epochs = 0", "steps = 0", "steps = 9\nepochs = 3", "steps = 9\nleast_steps = 3", "least_steps = -1",
        "patience = 3\npatience_steps = 9", "warmup = 1.1", "warmup = 0.1\nwarmup_epochs = 2.0", "validations = -1",
        "batch_size = 0", "optimizer = \"adam\"", "learning_rate = 0.0", "weight_average = 1.0", "momentum = -0.1",
        "patience = -1", "threads = -1", "max_seconds = -1.0", "rate = 1.0"}) {
    Config config = *Config::parse(bad, "job.toml");
    const auto refused = train::read_train_options(config);
    ASSERT_FALSE(refused) << bad;
    EXPECT_THAT(refused.error().text(), HasSubstr("job.toml:")) << bad;
  }
}

}  // namespace
}  // namespace apprentice
