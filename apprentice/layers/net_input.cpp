// SPDX-License-Identifier: Apache-2.0
#include "apprentice/layers/net_input.h"

#include <algorithm>
#include <vector>

#include "apprentice/layers/layer.h"

namespace apprentice::layers {
namespace {

Status check_shape(const Shape& shape, const char* what) {
  const int64_t elements = checked_element_count(shape);
  if (!shape.empty() && shape.size() <= 3 && elements >= 1 && elements <= kMaxElements) return {};
  return bad_input("", "the net's {} shape {} must have 1 to 3 sizes and 1 to {} elements", what, to_string(shape),
                   kMaxElements);
}

}  // namespace

Result<NetInput> NetInput::create(const model::NetSpec& spec) {
  NetInput input;
  APPRENTICE_CHECK(check_shape(spec.input_shape, "input"));
  input.shape_ = spec.input_shape;
  if (spec.frontend) {
    APPRENTICE_TRY(frontend::Frontend frontend, frontend::Frontend::create(*spec.frontend, spec.input_shape));
    input.shape_ = frontend.feature_shape();
    input.frontend_ = std::make_shared<const frontend::Frontend>(std::move(frontend));
    APPRENTICE_CHECK(check_shape(input.shape_, "feature"));
  }
  const size_t pairs = spec.input_mean.size();
  if (pairs == 0 || static_cast<int64_t>(pairs) == input.shape_[0]) return input;
  return bad_input("", "the net normalises {} channels, but its first layers read {}", pairs, to_string(input.shape_));
}

void NetInput::run(const float* sample, float* values) const {
  const auto size = static_cast<size_t>(element_count(shape_));
  if (frontend_ == nullptr) {
    std::copy(sample, sample + size, values);
    return;
  }
  std::vector<int16_t> features(size);
  frontend_->run(sample, features.data());
  const size_t frames = size / frontend_->feature_scales().size();
  for (size_t i = 0; i < size; ++i)
    values[i] = static_cast<float>(features[i] * frontend_->feature_scales()[i / frames]);
}

}  // namespace apprentice::layers
