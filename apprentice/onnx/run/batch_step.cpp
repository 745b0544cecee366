// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/batch_step.h"

#include "apprentice/onnx/run/sequence.h"

namespace apprentice::onnx::run {

bool BatchStep::are_fixed(size_t first) const {
  for (size_t i = first; i < inputs(); ++i)
    if (!is_fixed(i)) return false;
  return true;
}

std::optional<BatchAxis> BatchStep::axis(size_t input) const {
  if (!is_sample(input) || !is_plain(in(input))) return std::nullopt;
  return axis_of(state(input).stride, in(input).sizes());
}

// At most one axis can hold all samples: those before it have more elements behind them than a sample has places.
std::optional<BatchAxis> BatchStep::axis_of(int64_t stride, at::IntArrayRef sizes) const {
  int64_t behind = 1;
  for (auto axis = static_cast<int64_t>(sizes.size()); axis-- > 0;) {
    const int64_t size = sizes[static_cast<size_t>(axis)];
    if (size == 0 || stride % behind != 0) return std::nullopt;
    const int64_t inner = stride / behind;
    if (inner > 0 && size % (inner * samples_) == 0) return BatchAxis{axis, inner};
    behind *= size;
  }
  return std::nullopt;
}

bool BatchStep::broadcasts_along(size_t input, int64_t axis, int64_t rank) const {
  if (!is_fixed(input)) return false;
  if (!has(input)) return true;
  const int64_t own = axis - (rank - in(input).dim());
  return own < 0 || in(input).size(own) == 1;
}

BatchState BatchStep::along(size_t output, BatchAxis axis) const {
  const at::Tensor& value = out(output);
  if (!is_plain(value) || axis.axis < 0 || axis.axis >= value.dim()) return mixed();
  int64_t behind = 1;
  for (int64_t i = axis.axis + 1; i < value.dim(); ++i) behind *= value.size(i);
  const std::optional<BatchAxis> found = axis_of(axis.inner * behind, value.sizes());
  if (!found || found->axis != axis.axis) return mixed();
  return with_stride(output, axis.inner * behind);
}

BatchState BatchStep::with_stride(size_t output, int64_t stride) const {
  if (!is_plain(out(output)) || !axis_of(stride, out(output).sizes())) return mixed();
  BatchState state;
  state.on = Depends::kSample;
  state.stride = stride;
  return state;
}

BatchState BatchStep::mixed() const {
  BatchState state;
  state.on = Depends::kMixed;
  state.blame = describe(call.node());
  return state;
}

}  // namespace apprentice::onnx::run
