// SPDX-License-Identifier: Apache-2.0
// Large convolutions along one axis, taken apart (fast_fir.h).
#include "apprentice/onnx/run/fused/planner.h"

namespace apprentice::onnx::run {

using dnnl::memory;
using Tag = memory::format_tag;

namespace {

memory::desc laid(Tag tag, int64_t samples, int64_t channels, int64_t positions) {
  return memory::desc({samples, channels, positions}, memory::data_type::f32, tag);
}

// The layout, where it is one that split_phases() and join_phases() can work on.
struct RowLayout {
  Tag tag = Tag::undef;
  Rows rows;
};
RowLayout row_layout(const memory::desc& desc) {
  const Sizes shape = desc.dims();
  const int64_t samples = shape[0], channels = shape[1], positions = shape[2];
  const auto is = [&](Tag tag) { return desc == laid(tag, samples, channels, positions); };
  if (is(Tag::acb)) return {Tag::acb, {samples, positions, channels}};
  if (channels % 16 == 0 && is(Tag::aBc16b)) return {Tag::aBc16b, {samples * channels / 16, positions, 16}};
  if (channels % 8 == 0 && is(Tag::aBc8b)) return {Tag::aBc8b, {samples * channels / 8, positions, 8}};
  return {};
}

}  // namespace

const Planner::Phases& Planner::phases_of(int slot, const memory::desc& desc) {
  const auto [tag, rows] = row_layout(desc);
  const auto [found, is_new] = phases_.try_emplace({slot, tag});
  Phases& phases = found->second;
  if (!is_new) return phases;
  const int64_t samples = desc.dims()[0], channels = desc.dims()[1], half = rows.positions / 2;
  const auto make = [&, tag = tag](int64_t positions) {
    return recording_.make(laid(tag, samples, channels, positions));
  };
  phases = {make(half), make(half + 1), make(half)};
  recording_.call([rows = rows](const auto& at) { split_phases(rows, at[0], at[1], at[2], at[3]); },
                  {recording_.laid_out(place(slot), desc), phases[FastFir::kBoth], phases[FastFir::kLate],
                   phases[FastFir::kEarly]});
  return phases;
}

bool Planner::convolve_apart(const FusedNode& node, const Window& window, const memory::desc& from,
                             const memory::desc& to) {
  const RowLayout source = row_layout(from), target = row_layout(to);
  if (source.tag == Tag::undef || target.tag == Tag::undef) return false;
  const FastFir& apart = weights_.taken_apart(node, window.pad_begin[0]);
  const Phases& phases = phases_of(node.inputs[0], from);
  const int64_t half = target.rows.positions / 2;
  std::vector<Place> places;
  for (size_t i = 0; i < apart.nodes.size(); ++i) {
    const FusedNode& part = apart.nodes[i];
    const int64_t taps = part.weight.size(2), positions = phases[i].shape()[2];
    Window aligned = window;
    aligned.kernel = {taps};
    aligned.pad_begin = {apart.pad_begin[i]};
    aligned.pad_end = {half - 1 + taps - positions - apart.pad_begin[i]};
    const Sizes kernel = part.weight.sizes().vec();
    const auto wanted =
        convolution(part, kernel, aligned, phases[i].desc, laid(target.tag, from.dims()[0], kernel[0], half));
    const dnnl::convolution_forward::primitive_desc chosen(wanted, attributes_of(), cpu_engine());
    places.push_back(product(part, phases[i], chosen, part.weight, kernel));
  }
  places.push_back(recording_.make(to));
  const float slope = node.after.empty() ? 1.0F : node.after[0].alpha;
  recording_.call(
      [rows = target.rows, slope](const auto& at) {
        join_phases(rows, at[FastFir::kBoth], at[FastFir::kLate], at[FastFir::kEarly], slope, at[3]);
      },
      places);
  places_[node.output] = places.back();
  return true;
}

}  // namespace apprentice::onnx::run
