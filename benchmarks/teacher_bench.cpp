// SPDX-License-Identifier: Apache-2.0
// How fast teachers answer, side by side with ONNX Runtime (all optimisations, the same threads) in one run. For each
// engine its best batch counts. Both are measured in turns and the shortest run counts, for what else the machine does
// only ever adds time.
//   teacher_bench [--threads 2] [--rounds 5] [--seconds 0.1] [--cpu-time 1] [NAME...]
// Only models whose name holds one of NAME. --cpu-time counts processor time, which a busy machine hardly changes: with
// --threads 1, for threads also use it up while they wait for each other.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <limits>

#include "benchmarks/must.h"
#include "benchmarks/onnx_runtime.h"
#include "benchmarks/teacher_models.h"

namespace apprentice::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kClockTick = 1e-6;  // seconds
constexpr double kLongestRun = 0.2;  // seconds; a larger batch is not tried after it

struct Request {
  int threads = 2, rounds = 5;
  double seconds = 0.1;
  CountedTime counted = CountedTime::kWall;
  std::vector<std::string> names;
};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// The shortest of the runs that fill `seconds`.
double time_ours(const onnx::run::OnnxModel& model, const onnx::run::NamedTensors& inputs, double seconds,
                 CountedTime counted) {
  double least = std::numeric_limits<double>::max();
  const auto start = Clock::now();
  do {
    const auto begin = Clock::now();
    const std::clock_t used = std::clock();
    must(model.run_samples(inputs));
    const double processor = static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC;
    least = std::min(least, counted == CountedTime::kWall ? seconds_since(begin) : processor);
  } while (seconds_since(start) < seconds);
  return std::max(least, kClockTick);
}

// Samples per second at the best batch, and how much longer than the shortest run the middle round's was.
struct Speed {
  double per_second = 0.0, noise = 0.0;
  int64_t batch = 0;
};

void keep_best(Speed& best, int64_t batch, std::vector<double> seconds) {
  if (seconds.empty()) return;
  std::sort(seconds.begin(), seconds.end());
  const double least = seconds.front(), speed = static_cast<double>(batch) / least;
  if (speed > best.per_second) best = {speed, seconds[seconds.size() / 2] / least - 1.0, batch};
}

// Largest difference between the engines' float outputs, relative to the largest value.
double difference(const onnx::run::OnnxModel& model, const onnx::run::NamedTensors& inputs, OnnxRuntime& referee) {
  double largest = 1e-30, apart = 0.0;
  for (const auto& [name, ours] : must(model.run(inputs))) {
    if (ours.dtype() != DType::kF32) continue;
    const std::vector<float> theirs = referee.output(name);
    if (static_cast<int64_t>(theirs.size()) != ours.size()) stop("output " + name + " differs in size");
    for (size_t i = 0; i < theirs.size(); ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(theirs[i])));
      apart = std::max(apart, std::abs(static_cast<double>(theirs[i] - ours.data<float>()[i])));
    }
  }
  return apart / largest;
}

struct Comparison {
  Speed ours, theirs;
  double apart = 0.0;
};

// ONNX Runtime gets a batch only where the model takes any; ours also runs together what was exported for one sample.
// Gives the seconds of one run of ours.
double compare_at(int64_t batch, const onnx::run::OnnxModel& model, const Request& request, OnnxRuntime& referee,
                  Comparison& out) {
  const onnx::run::NamedTensors inputs = random_inputs(model.graph(), batch);
  const bool both = batch == 1 || takes_any_batch(model.graph());
  if (both) {
    referee.give(inputs);
    out.apart = std::max(out.apart, difference(model, inputs, referee));
  }
  time_ours(model, inputs, 0.0, request.counted);
  std::vector<double> ours, theirs;
  for (int round = 0; round < request.rounds; ++round) {
    ours.push_back(time_ours(model, inputs, request.seconds, request.counted));
    if (both) theirs.push_back(referee.time(request.seconds, request.counted));
  }
  keep_best(out.ours, batch, ours);
  keep_best(out.theirs, batch, theirs);
  return *std::min_element(ours.begin(), ours.end());
}

void compare(const BenchModel& each, const Request& request, OnnxRuntime& referee) {
  const auto start = Clock::now();
  const onnx::run::OnnxModel model = must(onnx::run::OnnxModel::load(each.path));
  const double load_ms = 1e3 * seconds_since(start);
  if (!referee.load(each.path, request.threads)) {
    fmt::print("{:<26} ONNX Runtime refuses it\n", each.name);
    return;
  }
  Comparison found;
  for (const int64_t batch : {1, 8, 32, 128, 512})
    if (compare_at(batch, model, request, referee, found) > kLongestRun) break;
  const auto column = [](const Speed& speed) {
    return fmt::format("{:>10.0f} {:>4} {:>4.0f}%", speed.per_second, speed.batch, 1e2 * speed.noise);
  };
  fmt::print("{:<26} {}  {}  {:>6.2f}  {:>8.1e}  {:>6.0f}\n", each.name, column(found.ours), column(found.theirs),
             found.ours.per_second / found.theirs.per_second, found.apart, load_ms);
  std::fflush(stdout);
}

Request read_request(int count, char** arguments) {
  Request request;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument.rfind("--", 0) != 0) {
      request.names.push_back(argument);
      continue;
    }
    if (i + 1 >= count) stop(argument + " needs a number");
    const double value = std::atof(arguments[++i]);
    if (argument == "--threads")
      request.threads = static_cast<int>(value);
    else if (argument == "--rounds")
      request.rounds = static_cast<int>(value);
    else if (argument == "--seconds")
      request.seconds = value;
    else if (argument == "--cpu-time")
      request.counted = value != 0.0 ? CountedTime::kProcessor : CountedTime::kWall;
    else
      stop("unknown option " + argument + "; known: --threads, --rounds, --seconds, --cpu-time");
  }
  return request;
}

bool wanted(const Request& request, const std::string& name) {
  return request.names.empty() || std::any_of(request.names.begin(), request.names.end(), [&](const std::string& part) {
           return name.find(part) != std::string::npos;
         });
}

void run(const Request& request) {
  onnx::run::set_compute_threads(request.threads);
  const test::Scratch scratch;
  OnnxRuntime referee;
  fmt::print("{} threads, {}, best batch of each engine, shortest run of {} rounds of {} s in turns\n", request.threads,
             request.counted == CountedTime::kWall ? "wall time" : "processor time", request.rounds, request.seconds);
  fmt::print("{:<26} {:>21}  {:>21}  {:>6}  {:>8}  {:>6}\n", "model", "ours/s batch noise", "ORT/s batch noise",
             "ratio", "apart", "load ms");
  for (const BenchModel& each : bench_models(scratch))
    if (wanted(request, each.name)) compare(each, request, referee);
}

}  // namespace
}  // namespace apprentice::bench

int main(int count, char** arguments) {
  using namespace apprentice::bench;
  run(read_request(count, arguments));
  return 0;
}
