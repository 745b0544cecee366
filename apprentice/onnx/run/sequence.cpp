// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/sequence.h"

#include <ATen/OpaqueTensorImpl.h>

namespace apprentice::onnx::run {
namespace {

struct Held {
  bool none = false;
  Values elements;
};
using Handle = std::shared_ptr<const Held>;
using Impl = at::OpaqueTensorImpl<Handle>;

at::Tensor pack(Held held) {
  const Sizes sizes = {static_cast<int64_t>(held.elements.size())};
  // No library registers operators for this key, so whoever computes with the value is told so by an exception.
  return at::detail::make_tensor<Impl>(c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                       caffe2::TypeMeta::Make<float>(), at::Device(at::kPrivateUse1, 0),
                                       std::make_shared<const Held>(std::move(held)), sizes);
}

const Held* held_by(const at::Tensor& value) {
  if (!value.defined() || value.device().type() != at::kPrivateUse1) return nullptr;
  const auto* impl = dynamic_cast<const Impl*>(value.unsafeGetTensorImpl());
  return impl == nullptr ? nullptr : impl->opaque_handle().get();
}

}  // namespace

at::Tensor pack_sequence(Values elements) { return pack({false, std::move(elements)}); }
at::Tensor pack_none() { return pack({true, {}}); }

const Values* sequence_of(const at::Tensor& value) {
  const Held* const held = held_by(value);
  return held == nullptr || held->none ? nullptr : &held->elements;
}

bool is_none(const at::Tensor& value) {
  const Held* const held = held_by(value);
  return held != nullptr && held->none;
}

bool is_plain(const at::Tensor& value) { return held_by(value) == nullptr; }

std::string element_name(const std::string& sequence, size_t index) { return fmt::format("{}[{}]", sequence, index); }

}  // namespace apprentice::onnx::run
