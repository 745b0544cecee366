// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/student_input.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "apprentice/layers/net_input.h"

namespace apprentice::pipeline {
namespace {

constexpr double kLargestInput = 32767.0;

// A data set as the front end hands it on.
class FeatureData : public data::Dataset {
 public:
  FeatureData(const data::Dataset& raw, const layers::NetInput& input) : raw_(raw), input_(input) {
    info_ = raw.info();
    info_.sample_shape = input.shape();
    info_.channel_names.clear();
  }
  const data::DatasetInfo& info() const override { return info_; }
  int64_t size() const override { return raw_.size(); }
  data::SampleInfo sample_info(int64_t index) const override { return raw_.sample_info(index); }
  const std::string& group_name(int32_t group) const override { return raw_.group_name(group); }
  const std::map<std::string, std::string>& group_attributes(int32_t group) const override {
    return raw_.group_attributes(group);
  }
  void get(int64_t index, float* out) const override {
    std::vector<float> sample(static_cast<size_t>(element_count(raw_.info().sample_shape)));
    raw_.get(index, sample.data());
    input_.run(sample.data(), out);
  }

 private:
  const data::Dataset& raw_;
  const layers::NetInput& input_;
  data::DatasetInfo info_;
};

// Of each channel, the largest distance from `mean`.
std::vector<double> largest_values(const data::Dataset& data, const std::vector<float>& mean) {
  std::vector<double> largest(mean.size(), 0.0);
  const auto size = static_cast<size_t>(element_count(data.info().sample_shape)), plane = size / mean.size();
  std::vector<float> sample(size);
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample.data());
    for (size_t at = 0; at < size; ++at) {
      const double distance = std::abs(double{sample[at]} - double{mean[at / plane]});
      largest[at / plane] = std::max(largest[at / plane], distance);
    }
  }
  return largest;
}

float input_scale(double largest) {
  if (!(largest > 0.0)) return 1.0F;
  return static_cast<float>(std::exp2(std::floor(std::log2(kLargestInput / largest))));
}

}  // namespace

Result<StudentInput> fit_student_input(const data::Dataset& train, std::optional<model::FrontendSpec> frontend,
                                       data::ConstantChannels constant) {
  StudentInput input;
  APPRENTICE_TRY(input.norm, data::fit_normalisation(train, constant));
  input.shape = train.info().sample_shape;
  if (!frontend) return input;
  frontend->mean = input.norm.mean;
  frontend->scale.clear();
  for (const double largest : largest_values(train, frontend->mean)) frontend->scale.push_back(input_scale(largest));
  model::NetSpec reader;
  reader.input_shape = input.shape;
  reader.frontend = input.frontend = std::move(frontend);
  APPRENTICE_TRY(const layers::NetInput features, layers::NetInput::create(reader));
  APPRENTICE_TRY(input.norm, data::fit_normalisation(FeatureData(train, features), data::ConstantChannels::kAllow));
  input.shape = features.shape();
  return input;
}

void fill_spec(const std::string& name, const data::DatasetInfo& raw, const StudentInput& input, model::NetSpec& spec) {
  spec.name = name;
  spec.task = raw.task;
  spec.class_names = raw.class_names;
  spec.input_shape = raw.sample_shape;
  spec.frontend = input.frontend;
  spec.input_mean = input.norm.mean;
  spec.input_scale = input.norm.scale;
}

}  // namespace apprentice::pipeline
