// SPDX-License-Identifier: Apache-2.0
// What a front end's int reference takes per frame: training on changed views runs it once per view and step.
#include <benchmark/benchmark.h>

#include "tests/frontend/chains.h"

namespace apprentice {
namespace {

void frames(benchmark::State& state, const model::FrontendSpec& spec) {
  const Shape raw = {2, test::steps_for(spec, 8)};
  const frontend::Frontend frontend = test::made(spec, raw[1]);
  Rng rng(1, "samples");
  std::vector<float> sample(static_cast<size_t>(element_count(raw)));
  for (float& value : sample) value = static_cast<float>(rng.uniform(-3000.0, 3000.0));
  std::vector<int16_t> features(static_cast<size_t>(element_count(frontend.feature_shape())));
  for (auto _ : state) {
    frontend.run(sample.data(), features.data());
    benchmark::DoNotOptimize(features.data());
  }
  state.SetItemsProcessed(state.iterations() * raw[0] * frontend.feature_shape()[1]);
}

}  // namespace
}  // namespace apprentice

int main(int count, char** arguments) {
  for (const auto& [name, spec] : apprentice::test::chains())
    benchmark::RegisterBenchmark(name.c_str(), apprentice::frames, spec);
  benchmark::Initialize(&count, arguments);
  benchmark::RunSpecifiedBenchmarks();
}
