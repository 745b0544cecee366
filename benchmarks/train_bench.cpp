// SPDX-License-Identifier: Apache-2.0
// One epoch of a small student, with labels only and with a teacher's stored answers: what the teacher's answers cost,
// and how many samples per second go through. Arguments: batch size, threads.
#include <benchmark/benchmark.h>

#include <memory>

#include "apprentice/model/families/family.h"
#include "apprentice/train/distiller.h"
#include "tests/support/memory_dataset.h"

namespace apprentice {
namespace {

constexpr int64_t kSamples = 8000;
constexpr int32_t kClasses = 10;

// Answers held in memory; the time under test is that of training, not of the disk.
class MemoryStore final : public TargetStore {
 public:
  MemoryStore() : answers_(kSamples * kClasses) {
    Rng rng(3, "answers");
    for (float& value : answers_) value = static_cast<float>(3.0 * rng.normal());
  }
  int64_t size() const override { return kSamples; }
  int64_t classes() const override { return kClasses; }
  int views() const override { return 1; }
  const float* logits(int64_t index, int) const override { return answers_.data() + index * kClasses; }
  const std::string& folder() const override { return name_; }
  const std::string& identity() const override { return name_; }

 private:
  std::vector<float> answers_;
  std::string name_ = "memory";
};

enum class Arm { kControl, kDistilled };

void train_epoch(benchmark::State& state, const char* family, const Shape& shape, Arm arm) {
  TrainTask task;
  Config knobs = *Config::parse(fmt::format("family = \"{}\"", family), "bench");
  task.spec = *read_net_spec(knobs, shape, kClasses);
  task.title = family;
  task.train = make_memory_dataset(TaskKind::kClassification, shape, kClasses, kSamples, 1);
  task.validation = make_memory_dataset(TaskKind::kClassification, shape, kClasses, 16, 2);
  task.loss = arm == Arm::kControl ? "ce" : "kd";
  if (arm == Arm::kDistilled) task.targets = std::make_shared<MemoryStore>();
  task.options.epochs = 2;
  task.options.batch_size = state.range(0);
  task.options.threads = static_cast<int>(state.range(1));
  double speed = 0.0;
  for (auto _ : state) {
    const auto result = train(task, {});
    if (!result) return state.SkipWithError(result.error().text().c_str());
    speed = std::max(speed, result->report.epochs.back().samples_per_second);
  }
  state.counters["samples_per_s"] = speed;
}

void arguments(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"batch", "threads"})->Unit(benchmark::kMillisecond)->Iterations(2)->UseRealTime();
  bench->Args({64, 1})->Args({64, 2})->Args({128, 1});
}

BENCHMARK_CAPTURE(train_epoch, dscnn1d_5x256_control, "dscnn1d", Shape{5, 256}, Arm::kControl)->Apply(arguments);
BENCHMARK_CAPTURE(train_epoch, dscnn1d_5x256_distilled, "dscnn1d", Shape{5, 256}, Arm::kDistilled)->Apply(arguments);
BENCHMARK_CAPTURE(train_epoch, conv1d_5x256_control, "conv1d", Shape{5, 256}, Arm::kControl)->Apply(arguments);
BENCHMARK_CAPTURE(train_epoch, mlp_64_control, "mlp", Shape{64}, Arm::kControl)->Apply(arguments);

}  // namespace
}  // namespace apprentice
