// SPDX-License-Identifier: Apache-2.0
// Operators on sequences of tensors and on optional values.
#include <algorithm>

#include "apprentice/onnx/run/sequence.h"

namespace apprentice::onnx::run::ops {
namespace {

// The elements of an input, or null after a refusal.
const Values* elements_of(OpCall& call, size_t input) {
  const Values* const elements = sequence_of(call[input]);
  if (elements == nullptr) call.refuse("input {} is no sequence", input + 1);
  return elements;
}

// The position that an input names, counted from the front; `count` where it is left out.
int64_t place_of(OpCall& call, size_t input, size_t elements, int64_t most) {
  if (!call.has(input)) return most;
  const int64_t count = static_cast<int64_t>(elements), given = call.integer_of(input);
  const int64_t place = given < 0 ? given + count : given;
  if (place < 0 || place > most) call.refuse("position {} is outside a sequence of {}", given, count);
  return place;
}

// A sequence that grows in a loop is copied each time.
constexpr int64_t kElementsPerIteration = 64;

Values sequence(OpCall& call, Values elements) {
  if (static_cast<int64_t>(elements.size()) > kMostSequenceElements)
    return call.refuse("would make a sequence of {} elements; at most {} are possible", elements.size(),
                       kMostSequenceElements);
  if (!call.may_iterate(static_cast<int64_t>(elements.size()) / kElementsPerIteration)) return {};
  return {pack_sequence(std::move(elements))};
}

}  // namespace

Values sequence_empty(OpCall&) { return {pack_sequence({})}; }

Values sequence_construct(OpCall& call) {
  Values elements;
  for (size_t i = 0; i < call.input_count(); ++i) {
    if (!is_plain(call[i])) return call.refuse("input {} is no tensor", i + 1);
    elements.push_back(call[i]);
  }
  return sequence(call, std::move(elements));
}

Values sequence_at(OpCall& call) {
  const Values* const elements = elements_of(call, 0);
  if (elements == nullptr) return {};
  const int64_t place = place_of(call, 1, elements->size(), static_cast<int64_t>(elements->size()) - 1);
  return call.failed() ? Values{} : Values{(*elements)[static_cast<size_t>(place)]};
}

Values sequence_length(OpCall& call) {
  const Values* const elements = elements_of(call, 0);
  if (elements == nullptr) return {};
  return {at::scalar_tensor(static_cast<int64_t>(elements->size()), at::kLong)};
}

Values sequence_insert(OpCall& call) {
  const Values* const elements = elements_of(call, 0);
  if (elements == nullptr) return {};
  if (!is_plain(call[1])) return call.refuse("input 2 is no tensor");
  const int64_t place = place_of(call, 2, elements->size(), static_cast<int64_t>(elements->size()));
  if (call.failed()) return {};
  Values longer = *elements;
  longer.insert(longer.begin() + place, call[1]);
  return sequence(call, std::move(longer));
}

Values sequence_erase(OpCall& call) {
  const Values* const elements = elements_of(call, 0);
  if (elements == nullptr) return {};
  const int64_t place = place_of(call, 1, elements->size(), static_cast<int64_t>(elements->size()) - 1);
  if (elements->empty()) return call.refuse("the sequence is empty");
  if (call.failed()) return {};
  Values shorter = *elements;
  shorter.erase(shorter.begin() + place);
  return sequence(call, std::move(shorter));
}

// `split` is one size for all parts (the last may be shorter), or the size of each; without it the axis is taken apart,
// and goes unless keepdims says otherwise.
Values split_to_sequence(OpCall& call) {
  const at::Tensor& x = call[0];
  if (!is_plain(x) || x.dim() == 0) return call.refuse("cannot split a scalar or a sequence");
  const int64_t axis = call.axis_of(call.integer("axis", 0), x.dim());
  if (call.failed()) return {};
  const int64_t size = x.size(axis);
  Sizes sizes = call.integers_of(1);
  if (!call.has(1) || call[1].dim() == 0) {
    const int64_t each = call.has(1) ? sizes[0] : 1;
    if (each < 1 || size / each > kMostSequenceElements)
      return call.refuse("cannot split {} elements into parts of {}", size, each);
    sizes.assign(static_cast<size_t>(size / each), each);
    if (size % each != 0) sizes.push_back(size % each);
  }
  Values parts;
  for (const at::Tensor& part : at::split_with_sizes(x, sizes, axis))
    parts.push_back(call.has(1) || call.integer("keepdims", 1) != 0 ? part.contiguous()
                                                                    : part.squeeze(axis).contiguous());
  return sequence(call, std::move(parts));
}

Values concat_from_sequence(OpCall& call) {
  const Values* const elements = elements_of(call, 0);
  if (elements == nullptr) return {};
  if (elements->empty()) return call.refuse("cannot join the elements of an empty sequence");
  const bool new_axis = call.integer("new_axis", 0) != 0;
  const int64_t rank = elements->front().dim();
  for (const at::Tensor& element : *elements)
    if (element.dim() != rank) return call.refuse("joins tensors of {} and {} dimensions", rank, element.dim());
  const int64_t axis = call.axis_of(call.integer("axis", 0), new_axis ? rank + 1 : rank);
  if (call.failed()) return {};
  return {new_axis ? at::stack(*elements, axis) : at::cat(*elements, axis)};
}

// The body once for every element of the first sequence; other sequences give their element of the same place.
Values sequence_map(OpCall& call) {
  SubgraphRun* const body = call.subgraph("body");
  const Values* const first = elements_of(call, 0);
  if (body == nullptr) return call.refuse("lacks its body");
  if (first == nullptr) return {};
  std::vector<Values> made(call.output_count());
  for (size_t i = 0; i < first->size(); ++i) {
    if (!call.may_iterate()) return {};
    Values given;
    for (size_t input = 0; input < call.input_count(); ++input) {
      const Values* const elements = sequence_of(call[input]);
      if (elements != nullptr && elements->size() != first->size())
        return call.refuse("maps sequences of {} and {} elements", first->size(), elements->size());
      given.push_back(elements != nullptr ? (*elements)[i] : call[input]);
    }
    const Values out = (*body)(given);
    if (out.size() != made.size()) return call.refuse("its body has {} outputs, it has {}", out.size(), made.size());
    for (size_t output = 0; output < out.size(); ++output) {
      if (!is_plain(out[output])) return call.refuse("output {} of its body is no tensor", output + 1);
      made[output].push_back(out[output]);
    }
  }
  Values sequences;
  for (Values& elements : made) sequences.push_back(pack_sequence(std::move(elements)));
  return sequences;
}

Values optional_value(OpCall& call) { return {call.has(0) ? call[0] : pack_none()}; }

Values optional_has_element(OpCall& call) { return {at::scalar_tensor(call.has(0) && !is_none(call[0]), at::kBool)}; }

Values optional_get_element(OpCall& call) {
  if (is_none(call[0])) return call.refuse("the optional value is empty");
  return {call[0]};
}

}  // namespace apprentice::onnx::run::ops
