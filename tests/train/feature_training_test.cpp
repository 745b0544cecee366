// SPDX-License-Identifier: Apache-2.0
// Training with losses that look at features: taps found from shapes or by name, adapters trained and resumed.
#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include "apprentice/layers/layer.h"
#include "apprentice/model/stages.h"
#include "apprentice/train/objective.h"
#include "apprentice/train/samples.h"
#include "tests/losses/read_loss.h"
#include "tests/support/real_data.h"
#include "tests/train/training_task.h"

namespace apprentice {

using train::TrainTask;

namespace {

using test::KnowingStore;
using test::repeatable;
using test::same_bits;
using test::Scratch;
using test::small_task;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Knows the label, and gives features that depend on it: two maps and a vector.
class FeatureStore final : public targets::TargetStore {
 public:
  FeatureStore(const data::Dataset& data, int64_t classes)
      : knowing_(data, classes), features_{{"early", {6, 1, 16}}, {"late", {5, 1, 4}}, {"vector", {5}}} {
    Rng rng(8, "features");
    for (const teacher::TeacherFeature& feature : features_) {
      const int64_t size = element_count(feature.shape);
      std::vector<float>& values = values_.emplace_back();
      for (int64_t i = 0; i < data.size() * size; ++i) {
        const auto label = static_cast<double>(data.sample_info(i / size).label);
        values.push_back(
            static_cast<float>(std::abs(std::sin(label + static_cast<double>(i % size))) + 0.1 * rng.normal()));
      }
    }
  }
  int64_t size() const override { return knowing_.size(); }
  int64_t classes() const override { return knowing_.classes(); }
  int views() const override { return 1; }
  const float* logits(int64_t index, int view) const override { return knowing_.logits(index, view); }
  const std::vector<teacher::TeacherFeature>& features() const override { return features_; }
  const float* feature(size_t which, int64_t index, int) const override {
    return values_[which].data() + index * element_count(features_[which].shape);
  }
  const std::string& folder() const override { return knowing_.folder(); }
  const std::string& identity() const override { return knowing_.identity(); }

 private:
  KnowingStore knowing_;
  std::vector<teacher::TeacherFeature> features_;
  std::vector<std::vector<float>> values_;
};

TrainTask feature_task(const std::string& loss) {
  const losses::LossKind& kind = *losses::find_loss_kind(loss);
  const bool regression = kind.task == TaskKind::kRegression;
  TrainTask task = small_task(kind.task, regression ? "conv1d" : "dscnn1d");
  task.loss = loss;
  if (!regression) task.targets = std::make_shared<FeatureStore>(*task.train, 4);
  return task;
}

// Those that train something beside the student.
std::vector<std::string> losses_with_auxiliaries() {
  std::vector<std::string> names{"dml"};
  for (const losses::LossKind& kind : losses::loss_kinds()) {
    if (kind.taps != losses::Taps::kNone) names.emplace_back(kind.name);
  }
  return names;
}

class FeatureTraining : public ::testing::TestWithParam<std::string> {};

TEST_P(FeatureTraining, LearnsAndResumesToTheSameBits) {
  const Scratch scratch;
  TrainTask task = feature_task(GetParam());
  task.options.epochs = 4;
  const auto straight = train::train(task, {});
  ASSERT_TRUE(straight) << straight.error().text();
  // The first part is the labels': reviewkd's term gains weight as it warms up.
  const auto of_labels = [](const train::TrainPoint& point) { return point.parts.front().second; };
  EXPECT_LT(of_labels(straight->report.points.back()), of_labels(straight->report.points.front()));
  task.checkpoint_folder = scratch.path("checkpoints");
  std::atomic<bool> stop{false};
  RunControl control;
  control.stop = &stop;
  control.on_progress = [&](const Progress& progress) { stop = progress.detail.find("val") != std::string::npos; };
  ASSERT_FALSE(train::train(task, control));
  const auto resumed = train::train(task, {});
  ASSERT_TRUE(resumed) << resumed.error().text();
  EXPECT_TRUE(same_bits(resumed->model.weights, straight->model.weights));
  EXPECT_EQ(repeatable(resumed->report), repeatable(straight->report));
}

TEST_P(FeatureTraining, ShipsTheStudentAlone) {
  TrainTask task = feature_task(GetParam());
  task.options.epochs = 1;
  const auto result = train::train(task, {});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_TRUE(layers::check_weights(task.spec, result->model.weights));
  EXPECT_EQ(result->model.spec.layers, task.spec.layers);
}

INSTANTIATE_TEST_SUITE_P(Every, FeatureTraining, ::testing::ValuesIn(losses_with_auxiliaries()),
                         [](const auto& each) { return each.param; });

TEST(MutualLearning, TeachesThePeersAndTheStudentByThem) {
  TrainTask task = small_task();
  task.targets = nullptr;
  task.loss = "dml";
  const train::Student student = *train::Student::create(task.spec, *layers::initial_weights(task.spec, 1));
  const train::Objective objective = *train::prepare_objective(task, student);
  ASSERT_EQ(objective.peers.state().size(), 4U);
  const at::Tensor peer = objective.peers.state()[0];
  EXPECT_FALSE(peer.equal(student.state().parameters)) << "it starts elsewhere";
  const at::Tensor before = peer.clone(), own = student.state().parameters.clone();
  const train::Samples samples = *train::Samples::create({task.train, nullptr, nullptr, {}}, student);
  train::Batch batch = samples.batch(student, at::arange(20, at::kLong), 1);
  batch.targets.peers = objective.peers.answer(batch.rows);
  const at::Tensor logits = student.forward(batch.rows, layers::ForwardMode::kTrain);
  objective.peers.learn(*objective.loss, logits, batch.targets.peers, batch.targets, 0.1, 1);
  EXPECT_FALSE(peer.equal(before)) << "it learns";
  EXPECT_TRUE(student.state().parameters.equal(own)) << "by its own loss alone";
}

train::FeaturePlan plan_of(const TrainTask& task, const std::string& options = "") {
  const losses::LossKeys keys = test::read_keys(task.loss, options);
  return *train::plan_features(task.spec, task.loss, keys, train::features_of(*task.targets));
}

std::vector<std::string> layer_names(const TrainTask& task, const train::FeaturePlan& plan) {
  std::vector<std::string> names;
  for (int layer : plan.layers) names.push_back(task.spec.layers[static_cast<size_t>(layer)].name);
  return names;
}

std::vector<std::string> names(const train::FeaturePlan& plan) {
  std::vector<std::string> list;
  for (const teacher::TeacherFeature& feature : plan.teacher) list.push_back(feature.name);
  return list;
}

TEST(Taps, AreTheEndsOfStagesDeepestWithDeepest) {
  const TrainTask task = feature_task("fitnet");
  const train::FeaturePlan plan = plan_of(task);
  EXPECT_THAT(names(plan), ElementsAre("early", "late"));
  ASSERT_EQ(plan.student.size(), 2U);  // of the four stages of the student, the last two
  const auto shapes = *layers::infer_shapes(task.spec);
  EXPECT_EQ(model::feature_shape(shapes[static_cast<size_t>(plan.layers[1])]), plan.student[1]);
  EXPECT_EQ(layer_names(task, plan)[1].substr(0, 4), "relu");
  // The next layer makes the maps smaller.
  EXPECT_LT(shapes[static_cast<size_t>(plan.layers[1]) + 1].back(), plan.student[1].back());
}

TEST(Taps, AreTheVectorBeforeTheLastDenseLayer) {
  const TrainTask task = feature_task("pkt");
  const train::FeaturePlan plan = plan_of(task);
  EXPECT_THAT(layer_names(task, plan), ElementsAre("globalavgpool_1"));
  EXPECT_THAT(names(plan), ElementsAre("vector"));
  EXPECT_THAT(plan.student, ElementsAre(Shape{8}));
}

TEST(Taps, FollowNames) {
  const TrainTask task = feature_task("fitnet");
  const train::FeaturePlan plan = plan_of(task, "student_taps = [\"relu_1\"]\nteacher_taps = [\"late\"]");
  EXPECT_THAT(layer_names(task, plan), ElementsAre("relu_1"));
  EXPECT_THAT(names(plan), ElementsAre("late"));
}

TEST(Taps, RefuseWhatIsNotThere) {
  const auto refusal = [](TrainTask task, const std::string& options) {
    task.loss_keys = test::read_keys(task.loss, options);
    const auto result = train::train(task, {});
    return result ? std::string("no error") : result.error().text();
  };
  const TrainTask task = feature_task("fitnet");
  EXPECT_THAT(refusal(task, "student_taps = [\"relu_99\"]\nteacher_taps = [\"late\"]"),
              HasSubstr("has no layer 'relu_99'; did you mean 'relu_1'? known layers: "));
  EXPECT_THAT(refusal(task, "teacher_taps = [\"middle\"]"),
              HasSubstr("has no feature 'middle'; known features: early, "));
  EXPECT_THAT(refusal(task, "student_taps = [\"relu_1\", \"relu_2\", \"relu_3\"]"),
              HasSubstr("pairs 3 features of the student with 2 of the teacher; name as many of both"));
  EXPECT_THAT(refusal(task, "teacher_taps = [\"vector\"]"),
              HasSubstr("feature 'vector' is [5]; the loss looks at maps"));
  TrainTask plain = task;
  plain.targets = std::make_shared<KnowingStore>(*plain.train, 4);
  EXPECT_THAT(refusal(plain, ""), HasSubstr("looks at maps at the ends of stages, but there are none here"));
}

TEST(Taps, StoreMapsNoLargerThanTheyAreCompared) {
  const TrainTask task = feature_task("fitnet");
  const train::FeatureSource large{"teacher", {{"a", {7, 4, 100}}, {"b", {9, 30}}, {"c", {9}}}, nullptr};
  const train::FeaturePlan plan = *train::plan_features(task.spec, "fitnet", test::read_keys("fitnet", ""), large);
  ASSERT_EQ(plan.teacher.size(), 2U);
  EXPECT_EQ(plan.teacher[0].shape, (Shape{7, 1, plan.student[0][2]}));
  EXPECT_EQ(plan.teacher[1].shape, (Shape{9, 1, std::min<int64_t>(30, plan.student[1][2])}));
}

TEST(Taps, AverageTheLastMapsWhereTheTeacherHasNoVector) {
  const TrainTask task = feature_task("pkt");
  const train::FeatureSource maps{"teacher", {{"a", {7, 4, 100}}, {"b", {9, 30}}}, nullptr};
  const train::FeaturePlan plan = *train::plan_features(task.spec, "pkt", test::read_keys("pkt", ""), maps);
  EXPECT_THAT(names(plan), ElementsAre("b"));
  EXPECT_EQ(plan.teacher[0].shape, (Shape{9}));
}

}  // namespace
}  // namespace apprentice
