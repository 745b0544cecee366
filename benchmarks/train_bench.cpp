// SPDX-License-Identifier: Apache-2.0
// Training of small students: how many samples per second go through, and what the teacher's stored answers cost.
// Arguments of the former: batch size, threads.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <memory>

#include "apprentice/base/heap.h"
#include "apprentice/families/family.h"
#include "apprentice/train/distiller.h"
#include "tests/support/memory_dataset.h"
#include "tests/support/real_data.h"

namespace apprentice {
namespace {

constexpr int32_t kClasses = 10;

class RandomTeacher final : public teacher::Teacher {
 public:
  explicit RandomTeacher(const data::DatasetInfo& data) {
    info_.sample_shape = data.sample_shape;
    info_.class_names = data.class_names;
    info_.fingerprint = "random";
  }
  const teacher::TeacherInfo& info() const override { return info_; }
  Result<teacher::TeacherAnswers> predict(const Tensor& batch, const std::vector<int64_t>&) override {
    teacher::TeacherAnswers answers{Tensor(DType::kF32, {batch.shape().front(), kClasses}), {}};
    for (int64_t i = 0; i < answers.logits.size(); ++i) {
      answers.logits.data<float>()[i] = static_cast<float>(3.0 * rng_.normal());
    }
    return answers;
  }

 private:
  teacher::TeacherInfo info_;
  Rng rng_{3, "answers"};
};

enum class Arm { kControl, kDistilled };

// A student with its data, and the answers to them in a store on disk.
class Bench {
 public:
  Bench(const char* student, const Shape& shape, int64_t samples, int64_t epochs, const char* views = "") {
    task_.title = student;
    Config keys = *Config::parse(student, "bench"), faces = *Config::parse(views, "bench");
    task_.spec = *families::read_net_spec(keys, shape, kClasses);
    task_.train = make_memory_dataset(TaskKind::kClassification, shape, kClasses, samples, 1);
    task_.validation = make_memory_dataset(TaskKind::kClassification, shape, kClasses, 16, 2);
    task_.views = *views::Views::create(faces, task_.train, 1);
    task_.options.epochs = epochs;
    task_.options.least_steps = task_.options.validations = 0;
    RandomTeacher teacher(task_.train->info());
    targets::TargetOptions options;
    options.views = task_.views;
    store_ = *targets::TargetStore::build(scratch_.path("targets"), teacher, *task_.train, options, {});
  }
  // Samples per second of the last epoch; negative when the training failed.
  double train_once(Arm arm, int64_t batch, int threads) {
    train::TrainTask task = task_;
    task.options.batch_size = batch;
    task.options.threads = threads;
    task.loss = arm == Arm::kControl ? "ce" : "kd";
    if (arm == Arm::kDistilled) task.targets = store_;
    const auto result = train::train(task, {});
    return result ? result->report.points.back().samples_per_second : -1.0;
  }

 private:
  test::Scratch scratch_;
  train::TrainTask task_;
  std::shared_ptr<const targets::TargetStore> store_;
};

void train_epoch(benchmark::State& state, const char* student, const Shape& shape, Arm arm) {
  Bench bench(student, shape, 8000, 8);
  double speed = 0.0;
  for (auto _ : state) {
    speed = std::max(speed, bench.train_once(arm, state.range(0), static_cast<int>(state.range(1))));
  }
  state.counters["samples_per_s"] = speed;
}

// Processor time: other programs on the machine disturb it less than the time of day.
double seconds_of_processor(Bench& bench, Arm arm) {
  const std::clock_t start = std::clock();
  bench.train_once(arm, 64, 1);
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// Short trainings in turn, with labels only and from the store, so that what slows the machine slows both of a pair.
// The counters are the median of the pairs' ratios and its 95 % interval by order statistics (binomial, no other
// assumption); the goal is 1.02 at most.
void teacher_cost(benchmark::State& state, const char* student, const Shape& shape, const char* views) {
  Bench bench(student, shape, 640, 2, views);
  std::vector<double> ratios;
  for (auto _ : state) {
    const bool control_first = ratios.size() % 2 == 0;
    const double first = seconds_of_processor(bench, control_first ? Arm::kControl : Arm::kDistilled);
    const double second = seconds_of_processor(bench, control_first ? Arm::kDistilled : Arm::kControl);
    ratios.push_back(control_first ? second / first : first / second);
  }
  std::sort(ratios.begin(), ratios.end());
  const size_t middle = ratios.size() / 2;
  const auto reach = static_cast<size_t>(std::ceil(0.98 * std::sqrt(static_cast<double>(ratios.size()))));
  state.counters["ratio_low"] = ratios[middle - reach];
  state.counters["ratio_median"] = ratios[middle];
  state.counters["ratio_high"] = ratios[middle + reach];
}

void arguments(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"batch", "threads"})->Unit(benchmark::kMillisecond)->Iterations(2)->UseRealTime();
  bench->Args({64, 1})->Args({64, 2})->Args({128, 1});
}
void pairs(benchmark::internal::Benchmark* bench) {
  bench->Unit(benchmark::kMillisecond)->Iterations(201)->UseRealTime();
}

constexpr const char* kDscnn1d = "family = \"dscnn1d\"";
constexpr const char* kConv1d = "family = \"conv1d\"";
constexpr const char* kMlp = "family = \"mlp\"";
constexpr const char* kKeywords = "family = \"dscnn2d\"\nwidth = 32\ndepth = 4";
constexpr const char* kBearings = "family = \"dscnn1d\"\nwidth = 16\ndepth = 2\nstem_kernel = 15\nstem_stride = 2";

// Those of examples/kws, fewer.
constexpr const char* kKeywordViews = R"(count = 8
augment = [{name = "shift", most = 0.12}, {name = "jitter", deviation = 0.1}, {name = "scale", deviation = 0.1},
           {name = "time_warp"}, {name = "cutout", chance = 0.5}, {name = "mixup"}])";

BENCHMARK_CAPTURE(train_epoch, dscnn1d_5x256_control, kDscnn1d, Shape{5, 256}, Arm::kControl)->Apply(arguments);
BENCHMARK_CAPTURE(train_epoch, dscnn1d_5x256_distilled, kDscnn1d, Shape{5, 256}, Arm::kDistilled)->Apply(arguments);
BENCHMARK_CAPTURE(train_epoch, conv1d_5x256_control, kConv1d, Shape{5, 256}, Arm::kControl)->Apply(arguments);
BENCHMARK_CAPTURE(train_epoch, mlp_64_control, kMlp, Shape{64}, Arm::kControl)->Apply(arguments);

// The students of examples/kws (on its views, too) and examples/cwru, and the default one. The smaller the student, the
// more the loss counts.
BENCHMARK_CAPTURE(teacher_cost, keywords_49x10, kKeywords, Shape{1, 49, 10}, "")->Apply(pairs);
BENCHMARK_CAPTURE(teacher_cost, keywords_49x10_views, kKeywords, Shape{1, 49, 10}, kKeywordViews)->Apply(pairs);
BENCHMARK_CAPTURE(teacher_cost, dscnn1d_5x256, kDscnn1d, Shape{5, 256}, "")->Apply(pairs);
BENCHMARK_CAPTURE(teacher_cost, bearings_1x128, kBearings, Shape{1, 128}, "")->Apply(pairs);

}  // namespace
}  // namespace apprentice

int main(int argc, char** argv) {
  apprentice::keep_freed_memory();  // as the program does
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
