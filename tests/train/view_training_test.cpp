// SPDX-License-Identifier: Apache-2.0
// Training on views: what the student sees is what the teacher answered, labels are mixed, and all of it repeats.
#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <numeric>

#include "apprentice/layers/layer.h"
#include "apprentice/targets/restricted.h"
#include "apprentice/train/samples.h"
#include "apprentice/views/relevant_views.h"
#include "tests/support/real_data.h"
#include "tests/train/training_task.h"

namespace apprentice {
namespace {

using test::repeatable;
using test::same_bits;
using test::Scratch;
using test::small_task;
using ::testing::HasSubstr;

// A teacher that can be recognised: its answer to a view is the view's first values, or their sum in regression.
class EchoStore final : public targets::TargetStore {
 public:
  EchoStore(const views::Views& views, int64_t classes) : views_(views), classes_(classes) {
    std::vector<float> sample(static_cast<size_t>(element_count(views.data().info().sample_shape)));
    for (int64_t i = 0; i < size(); ++i) {
      for (int64_t view = 0; view < views.count(); ++view) {
        static_cast<void>(views.make(i, view, sample.data()));
        answers_.insert(answers_.end(), sample.begin(), sample.begin() + classes);
      }
    }
  }
  int64_t size() const override { return views_.data().size(); }
  int64_t classes() const override { return classes_; }
  int views() const override { return static_cast<int>(views_.count()); }
  const float* logits(int64_t index, int view) const override {
    return answers_.data() + (index * views_.count() + view) * classes_;
  }
  const std::string& folder() const override { return name_; }
  const std::string& identity() const override { return name_; }

 private:
  const views::Views& views_;
  int64_t classes_;
  std::vector<float> answers_;
  std::string name_ = "echo";
};

std::shared_ptr<const views::Views> make_views(const std::shared_ptr<const data::Dataset>& data,
                                               const std::string& steps) {
  Config table = *Config::parse("count = 3\n" + steps, "job.toml");
  return *views::Views::create(table, data, 7);
}

const std::string kJitter = "[[augment]]\nname = \"jitter\"\ndeviation = 0.3\n";
const std::string kMixup = "[[augment]]\nname = \"mixup\"\n";

train::TrainTask view_task(TaskKind kind = TaskKind::kClassification) {
  train::TrainTask task = small_task(kind, kind == TaskKind::kClassification ? "dscnn1d" : "conv1d");
  task.views = make_views(task.train, kJitter + kMixup);
  task.targets = std::make_shared<EchoStore>(*task.views, kind == TaskKind::kClassification ? 4 : 1);
  return task;
}

std::vector<int64_t> every_index(int64_t size) {
  std::vector<int64_t> indices(static_cast<size_t>(size));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

train::Student make_student(const train::TrainTask& task) {
  return *train::Student::create(task.spec, *layers::initial_weights(task.spec, 1));
}

TEST(ViewTraining, ShowsTheViewThatTheTeacherAnswered) {
  const train::TrainTask task = view_task();
  const train::Student student = make_student(task);
  const auto samples = train::Samples::create({task.train, task.targets, task.views, {}}, student);
  ASSERT_TRUE(samples) << samples.error().text();
  const std::vector<int64_t> drawn{5, 0, 202, 77};
  for (int64_t epoch : {1, 2, 3, 4}) {
    const train::Batch batch = samples->batch(student, at::tensor(drawn, at::kLong), epoch);
    EXPECT_EQ(batch.targets.epoch, epoch);
    for (size_t i = 0; i < drawn.size(); ++i) {
      const at::Tensor raw = at::empty({1, 3, 32});
      const int64_t view = task.views->view_at(drawn[i], epoch);
      const views::ViewMix mix = task.views->make(drawn[i], view, raw.data_ptr<float>());
      const auto at = static_cast<int64_t>(i);
      EXPECT_TRUE(batch.rows[at].equal(student.prepare(raw)[0]));
      EXPECT_TRUE(batch.targets.teacher_logits[at].equal(raw.flatten().narrow(0, 0, 4)));
      const int64_t other = mix.other < 0 ? drawn[i] : mix.other;
      EXPECT_EQ(batch.targets.other_labels[at].item<int64_t>(), task.train->sample_info(other).label);
      EXPECT_EQ(batch.targets.own_shares[at].item<float>(), mix.own_share);
      EXPECT_EQ(batch.targets.labels[at].item<int64_t>(), task.train->sample_info(drawn[i]).label);
    }
  }
}

TEST(ViewTraining, MixesRealTargetsAndNormalisesAnswers) {
  train::TrainTask task = view_task(TaskKind::kRegression);
  task.spec.output_mean = 3.0F;
  task.spec.output_scale = 2.0F;
  const train::Student student = make_student(task);
  const auto samples = train::Samples::create({task.train, task.targets, task.views, {}}, student);
  ASSERT_TRUE(samples) << samples.error().text();
  const train::Batch batch = samples->batch(student, at::arange(20, at::kLong), 2);
  EXPECT_FALSE(batch.targets.other_labels.defined());
  std::vector<float> view(96);
  for (int64_t i = 0; i < 20; ++i) {
    const views::ViewMix mix = task.views->make(i, task.views->view_at(i, 2), view.data());
    const float own = task.train->sample_info(i).target;
    const float other = mix.other < 0 ? own : task.train->sample_info(mix.other).target;
    const float mixed = mix.own_share * own + (1.0F - mix.own_share) * other;
    EXPECT_NEAR(batch.targets.values[i].item<float>(), (mixed - 3.0F) / 2.0F, 1e-4);
    EXPECT_NEAR(batch.targets.teacher_logits[i].item<float>(), (view[0] - 3.0F) / 2.0F, 1e-5);
  }
}

TEST(ViewTraining, LearnsAndRepeatsToTheBit) {
  train::TrainTask task = view_task();
  task.views = make_views(task.train, kJitter);
  task.targets = nullptr;
  task.loss = "ce";
  task.options.epochs = 25;
  const auto first = train::train(task, {}), second = train::train(task, {});
  ASSERT_TRUE(first) << first.error().text();
  ASSERT_TRUE(second);
  EXPECT_GT(first->report.best_metric, 0.9);
  EXPECT_TRUE(same_bits(first->model.weights, second->model.weights));
  task.views = nullptr;
  EXPECT_FALSE(same_bits(first->model.weights, train::train(task, {})->model.weights));
}

TEST(ViewTraining, ResumesToTheSameBits) {
  const Scratch scratch;
  train::TrainTask task = view_task();
  const auto straight = train::train(task, {});
  ASSERT_TRUE(straight) << straight.error().text();
  task.checkpoint_folder = scratch.path("checkpoints");
  std::atomic<bool> stop{false};
  RunControl control;
  control.stop = &stop;
  int reports = 0;
  control.on_progress = [&](const Progress&) { stop = ++reports >= 3; };
  ASSERT_FALSE(train::train(task, control));
  const auto resumed = train::train(task, {});
  ASSERT_TRUE(resumed) << resumed.error().text();
  EXPECT_TRUE(same_bits(resumed->model.weights, straight->model.weights));
  EXPECT_EQ(repeatable(resumed->report), repeatable(straight->report));
  task.views = make_views(task.train, kMixup);
  task.targets = std::make_shared<EchoStore>(*task.views, 4);
  const auto other = train::train(task, {});
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().text(), HasSubstr("belongs to a training with other inputs"));
}

// Sensors 0 and 2, the newest 32 readings of two steps each, class 3 as "other".
TEST(ViewTraining, LetsTheStudentSeeLessThanTheTeacher) {
  train::TrainTask task = view_task();
  const auto full = make_memory_dataset(TaskKind::kClassification, {3, 80}, 4, 203, 1);
  const auto all_views = make_views(full, kJitter + kMixup);
  const auto part = std::make_shared<const data::RelevantDataset>(full, data::KeptClasses{{0, 1}, true, 4},
                                                                  data::KeptValues{{0, 2}, 2, 32}, every_index(203));
  Config keys = *Config::parse("family = \"dscnn1d\"\nwidth = 8", "test");
  task.spec = *families::read_net_spec(keys, {2, 32}, 3);
  task.train = part;
  task.views = *views::make_relevant_views(all_views, part);
  task.targets = targets::restrict_store(std::make_shared<EchoStore>(*all_views, 4), part);
  const train::Student student = make_student(task);
  const auto samples = train::Samples::create({task.train, task.targets, task.views, {}}, student);
  ASSERT_TRUE(samples) << samples.error().text();
  const train::Batch batch = samples->batch(student, at::arange(5, at::kLong), 1);
  for (int64_t i = 0; i < 5; ++i) {
    const at::Tensor raw = at::empty({3, 80});
    static_cast<void>(all_views->make(i, all_views->view_at(i, 1), raw.data_ptr<float>()));
    const at::Tensor newest = raw.narrow(1, 16, 64).to(at::kDouble).reshape({3, 32, 2}).mean(2).to(at::kFloat);
    EXPECT_TRUE(batch.rows[i].allclose(student.prepare(at::stack({newest[0], newest[2]}).unsqueeze(0))[0], 0.0, 1e-6));
    const at::Tensor answer = batch.targets.teacher_logits[i], full_answer = raw.flatten().narrow(0, 0, 4);
    EXPECT_TRUE(answer.narrow(0, 0, 2).equal(full_answer.narrow(0, 0, 2)));
    EXPECT_NEAR(answer[2].item<float>(), at::logsumexp(full_answer.narrow(0, 2, 2), 0).item<float>(), 1e-5);
    EXPECT_EQ(batch.targets.labels[i].item<int64_t>(), std::min(2, full->sample_info(i).label));
  }
}

TEST(ViewTraining, RefusesToMixInSamplesThatTheDeviceDrops) {
  const auto full = make_memory_dataset(TaskKind::kClassification, {3, 32}, 4, 20, 1);
  const auto part = std::make_shared<const data::RelevantDataset>(
      full, data::KeptClasses{{0, 1, 2, 3}, false, 4}, data::KeptValues{{0, 1, 2}, 1, 32}, std::vector<int64_t>{3, 4});
  const auto refused = views::make_relevant_views(make_views(full, kMixup), part);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("drops 18 of 20 training samples, which mixup may mix"));
  EXPECT_TRUE(views::make_relevant_views(make_views(full, kJitter), part));
}

TEST(ViewTraining, RefusesAStoreOfOtherViews) {
  train::TrainTask task = view_task();
  task.targets = std::make_shared<test::KnowingStore>(*task.train, 4);
  const auto refused = train::train(task, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("holds the answers to 1 views of each sample; the student is shown 3"));
}

}  // namespace
}  // namespace apprentice
