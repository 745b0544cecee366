// SPDX-License-Identifier: Apache-2.0
#include "tests/report/comparison_sample.h"

#include "apprentice/base/random.h"

namespace apprentice::test {
namespace {

report::ComparedMethod method(const std::string& name, double validation, double test, double seconds) {
  report::ComparedMethod result;
  result.name = name;
  Rng rng(3, name);
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const double luck = 0.01 * rng.normal();
    result.seeds.push_back({seed, 40, 31, validation + luck, test + luck, seconds + rng.uniform()});
  }
  result.score.test = {test, test - 0.03, test + 0.03};
  return result;
}

report::ComparisonData frame() {
  report::ComparisonData data;
  data.job = "waves";
  data.validation_samples = 400;
  data.test_samples = 1200;
  data.unit_name = "group";
  data.units = 24;
  data.rounds = 2000;
  data.job_file = "job.toml";
  data.job_hash = std::string(64, 'a');
  data.split = "by the attribute side";
  data.versions = {{"apprentice", "0.1.0"}};
  return data;
}

}  // namespace

report::ComparisonData comparison_sample(int methods) {
  const char* names[] = {"kd:T=1,hard_weight=0", "dkd", "a<b>&c", "dist"};
  report::ComparisonData data = frame();
  data.teacher = report::ComparedScore{{0.92, 0.9, 0.94}, {}, {}, {}};
  data.methods.push_back(method(report::kControlName, 0.80, 0.80, 11.0));
  data.methods.front().int8 = report::ComparedScore{{0.79, 0.76, 0.82}, {}, {}, {}};
  for (int i = 0; i < methods; ++i) {
    const double gain = 0.03 - 0.012 * i;
    data.methods.push_back(
        method(i < 4 ? names[i] : "method" + std::to_string(i), 0.85 - 0.01 * i, 0.80 + gain, 12.0 + i));
    data.methods.back().loss = {{"name", "kd"}, {"T", 1.0}};
    data.methods.back().score.gain = metrics::Interval{gain, gain - 0.02, gain + 0.02};
  }
  data.winner = names[0];
  data.methods[1].int8 = report::ComparedScore{{0.825, 0.8, 0.85}, metrics::Interval{0.035, 0.012, 0.051}, {}, {}};
  return data;
}

report::ComparisonData regression_comparison() {
  report::ComparisonData data = frame();
  data.task = TaskKind::kRegression;
  data.metric = metrics::Metric::kMae;
  data.target_name = "remaining cycles";
  data.target_unit = "cycles";
  data.teacher = report::ComparedScore{{9.0, 8.0, 10.0}, {}, 12.5, 250.0};
  for (const char* name : {report::kControlName, "mse", "bounded_mse"}) {
    data.methods.push_back(method(name, 14.0, 15.0, 20.0));
    data.methods.back().score = {{11.0, 9.9, 12.1}, {}, 15.0, 420.0};
    if (std::string(name) != report::kControlName) data.methods.back().score.gain = metrics::Interval{-0.8, -1.6, -0.1};
  }
  data.winner = "mse";
  return data;
}

}  // namespace apprentice::test
