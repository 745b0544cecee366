// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/evaluate.h"

#include <algorithm>
#include <functional>
#include <thread>
#include <vector>

#include "apprentice/base/cores.h"
#include "apprentice/base/random.h"
#include "apprentice/base/thread_pool.h"
#include "apprentice/layers/float_net.h"
#include "apprentice/train/distiller.h"

namespace apprentice::pipeline {
namespace {

constexpr int64_t kFloatBlock = 64;  // samples for one copy of a float net

// Calls `work` with every index below `count`, from several threads; `title` leads the progress.
Status for_each_sample(const std::string& title, int64_t count, int threads, const RunControl& control,
                       const std::function<void(int64_t)>& work) {
  const std::thread::id caller = std::this_thread::get_id();
  ThreadPool pool;
  pool.share(count, threads > 0 ? threads : core_count(), [&](int64_t i) {
    if (control.stop_requested()) return;
    work(i);
    if (i % 64 == 0 && std::this_thread::get_id() == caller) control.report({title, i, count, ""});
  });
  if (control.stop_requested()) return interrupted(title);
  control.report({title, count, count, ""});
  return {};
}

using Fetch = std::function<void(int64_t, float*)>;

Result<Tensor> predict(const quant::QuantNet& net, int64_t count, const Fetch& fetch, int threads,
                       const RunControl& control) {
  const int64_t outputs = net.output_tensor().size();
  const auto size = static_cast<size_t>(element_count(net.spec.input_shape));
  Tensor out(DType::kF32, {count, outputs});
  const auto work = [&](int64_t i) {
    std::vector<float> sample(size);
    fetch(i, sample.data());
    const std::vector<int8_t> answer = net.run(net.quantize_sample(sample.data()).data());
    const std::vector<float> values = net.dequantize_output(answer.data());
    std::copy(values.begin(), values.end(), out.data<float>() + i * outputs);
  };
  APPRENTICE_CHECK(for_each_sample("predict int8", count, threads, control, work));
  return out;
}

// Values of `samples` from `first` on: over all of what the front end takes, each channel in its own unit.
void fill_with_noise(const model::FrontendSpec& spec, int64_t first, Rng& rng, Tensor& samples) {
  const int64_t steps = samples.shape().back(), channels = static_cast<int64_t>(spec.mean.size());
  for (int64_t i = first; i < samples.size(); ++i) {
    const auto c = static_cast<size_t>(i / steps % channels);
    const auto reading = static_cast<float>(static_cast<int64_t>(rng.below(65536)) - 32768);
    samples.data<float>()[i] = spec.mean[c] + reading / spec.scale[c];
  }
}

}  // namespace

Result<Tensor> predict_float(const model::Model& model, const data::Dataset& data, int threads,
                             const RunControl& control) {
  const model::NetSpec& spec = model.spec;
  if (!train::libtorch_version().empty()) return train::predict_float(model, data, threads);
  if (data.info().sample_shape != spec.input_shape) {
    return bad_input(spec.name, "takes samples of shape {}, but the data has {}", to_string(spec.input_shape),
                     to_string(data.info().sample_shape));
  }
  APPRENTICE_TRY(const layers::FloatNet net, layers::FloatNet::create(model));
  const auto outputs = static_cast<int64_t>(net.output().size());
  const bool values = spec.task == TaskKind::kRegression;
  const double scale = values ? double{spec.output_scale} : 1.0, mean = values ? double{spec.output_mean} : 0.0;
  Tensor out(DType::kF32, {data.size(), outputs});
  const auto work = [&](int64_t block) {
    layers::FloatNet own = *layers::FloatNet::create(model);
    std::vector<float> sample(static_cast<size_t>(element_count(spec.input_shape)));
    for (int64_t i = block * kFloatBlock; i < std::min(data.size(), (block + 1) * kFloatBlock); ++i) {
      data.get(i, sample.data());
      own.run(sample.data());
      std::transform(own.output().begin(), own.output().end(), out.data<float>() + i * outputs,
                     [&](double value) { return static_cast<float>(value * scale + mean); });
    }
  };
  const int64_t blocks = (data.size() + kFloatBlock - 1) / kFloatBlock;
  APPRENTICE_CHECK(for_each_sample("predict float", blocks, threads, control, work));
  return out;
}

Result<Tensor> predict_int8(const quant::QuantNet& net, const data::Dataset& data, int threads,
                            const RunControl& control) {
  return predict(
      net, data.size(), [&](int64_t index, float* out) { data.get(index, out); }, threads, control);
}

Result<Tensor> predict_int8(const quant::QuantNet& net, const Tensor& samples, int threads, const RunControl& control) {
  const int64_t size = element_count(net.spec.input_shape);
  const float* values = samples.data<float>();
  const auto fetch = [&](int64_t index, float* out) { std::copy_n(values + index * size, size, out); };
  return predict(net, samples.shape().front(), fetch, threads, control);
}

Tensor spread_samples(const data::Dataset& data, int64_t count) {
  const int64_t taken = std::min(count, data.size());
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < taken; ++i) indices.push_back(i * data.size() / taken);
  return data::gather(data, indices);
}

Tensor proof_samples(const quant::QuantNet& net, const data::Dataset& data, int64_t count, uint64_t seed) {
  const int64_t real = (count + 1) / 2;
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < real; ++i) {
    indices.push_back(real <= data.size() ? i * data.size() / real : i % data.size());
  }
  const Tensor taken = data::gather(data, indices);
  Shape shape = taken.shape();
  shape.front() = count;
  Tensor samples(DType::kF32, shape);
  std::copy_n(taken.data<float>(), taken.size(), samples.data<float>());
  Rng rng(seed, "measure/random inputs");
  if (net.frontend != nullptr) {
    fill_with_noise(*net.spec.frontend, taken.size(), rng, samples);
    return samples;
  }
  const int64_t plane = taken.size() / (real * static_cast<int64_t>(net.input.mean.size()));
  for (int64_t i = taken.size(); i < samples.size(); ++i) {
    const auto c = static_cast<size_t>(i / plane) % net.input.mean.size();
    const auto byte = static_cast<float>(static_cast<int64_t>(rng.below(256)) - 128 - net.input.zero_point);
    samples.data<float>()[i] = net.input.mean[c] + byte / net.input.factor[c];
  }
  return samples;
}

Result<device::ProofVectors> proof_vectors(const quant::QuantNet& net, const Tensor& samples,
                                           const RunControl& control) {
  const int64_t count = samples.shape().front();
  const int64_t size = element_count(net.spec.input_shape), outputs = net.output_tensor().size();
  const bool raw = net.frontend != nullptr;
  device::ProofVectors vectors{Tensor(raw ? DType::kF32 : DType::kI8, {count, size}),
                               Tensor(DType::kI8, {count, outputs})};
  const auto work = [&](int64_t i) {
    const float* sample = samples.data<float>() + i * size;
    const std::vector<int8_t> bytes = net.quantize_sample(sample);
    const std::vector<int8_t> answer = net.run(bytes.data());
    if (raw)
      quant::to_channel_last(sample, net.spec.input_shape, vectors.inputs.data<float>() + i * size);
    else
      std::copy(bytes.begin(), bytes.end(), vectors.inputs.data<int8_t>() + i * size);
    std::copy(answer.begin(), answer.end(), vectors.answers.data<int8_t>() + i * outputs);
  };
  APPRENTICE_CHECK(for_each_sample("predict int8", count, 0, control, work));
  return vectors;
}

codegen::PackageOptions package_options(const Inputs& inputs) {
  const Job& job = inputs.job;
  codegen::PackageOptions options;
  options.hop = inputs.hop;
  options.prefix = job.package.prefix.empty() ? codegen::safe_prefix(job.name) : job.package.prefix;
  return options;
}

}  // namespace apprentice::pipeline
