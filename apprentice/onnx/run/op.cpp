// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/op.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "apprentice/onnx/format/tensor_proto.h"

namespace apprentice::onnx::run {

// Declared here and not in a header: a row added to ops.def recompiles this file only.
#define APPRENTICE_ONNX_OP(domain, name, opset, inputs, function, takes, attributes) Values function(OpCall& call);
namespace ops {
#include "apprentice/onnx/run/ops.def"
}  // namespace ops
#undef APPRENTICE_ONNX_OP

namespace {

constexpr int64_t kMostGrownElements = int64_t{1} << 28;
constexpr size_t kMostAxes = 64;  // of a libtorch tensor

struct TypePair {
  DType host;
  at::ScalarType torch;
};
constexpr TypePair kTypePairs[] = {
    {DType::kF32, at::kFloat}, {DType::kF64, at::kDouble},    {DType::kI8, at::kChar},  {DType::kU8, at::kByte},
    {DType::kI16, at::kShort}, {DType::kI32, at::kInt},       {DType::kI64, at::kLong}, {DType::kBool, at::kBool},
    {DType::kF16, at::kHalf},  {DType::kBF16, at::kBFloat16},
};

bool names_attribute(const char* known, const std::string& name) {
  std::istringstream words(known);
  for (std::string word; words >> word;)
    if (word == name) return true;
  return false;
}

}  // namespace

Sizes OpCall::integers_of(size_t index) const {
  if (!has(index)) return {};
  const at::Tensor values = inputs_[index].to(at::kLong).contiguous().view(-1);
  const int64_t* data = values.data_ptr<int64_t>();
  return Sizes(data, data + values.numel());
}

double OpCall::number_of(size_t index) const { return inputs_.at(index).to(at::kDouble).item<double>(); }

int64_t OpCall::integer_of(size_t index) const {
  constexpr double kMost = 0x1p62;
  const at::Tensor& value = inputs_.at(index);
  if (!at::isFloatingType(value.scalar_type())) return value.to(at::kLong).item<int64_t>();
  const double number = number_of(index);
  return static_cast<int64_t>(std::isnan(number) ? -kMost : std::clamp(number, -kMost, kMost));
}

const OnnxAttribute* OpCall::attribute(const std::string& name, OnnxAttributeKind kind) {
  const auto found = node_.attributes.find(name);
  if (found == node_.attributes.end()) return nullptr;
  if (found->second.kind == kind) return &found->second;
  refuse("attribute '{}' is {}, but {} was expected", name, to_string(found->second.kind), to_string(kind));
  return nullptr;
}

int64_t OpCall::integer(const std::string& name, int64_t otherwise) {
  const OnnxAttribute* found = attribute(name, OnnxAttributeKind::kInt);
  return found != nullptr ? found->integer : otherwise;
}

double OpCall::real(const std::string& name, double otherwise) {
  const OnnxAttribute* found = attribute(name, OnnxAttributeKind::kFloat);
  return found != nullptr ? static_cast<double>(found->real) : otherwise;
}

std::string OpCall::text(const std::string& name, const std::string& otherwise) {
  const OnnxAttribute* found = attribute(name, OnnxAttributeKind::kString);
  return found != nullptr ? found->text : otherwise;
}

Sizes OpCall::integers(const std::string& name, const Sizes& otherwise) {
  const OnnxAttribute* found = attribute(name, OnnxAttributeKind::kInts);
  return found != nullptr ? found->integers : otherwise;
}

std::vector<double> OpCall::reals(const std::string& name, const std::vector<double>& otherwise) {
  const OnnxAttribute* found = attribute(name, OnnxAttributeKind::kFloats);
  return found != nullptr ? std::vector<double>(found->reals.begin(), found->reals.end()) : otherwise;
}

std::vector<std::string> OpCall::texts(const std::string& name) {
  const OnnxAttribute* found = attribute(name, OnnxAttributeKind::kStrings);
  return found != nullptr ? found->texts : std::vector<std::string>{};
}

const Tensor* OpCall::tensor(const std::string& name) {
  const OnnxAttribute* found = attribute(name, OnnxAttributeKind::kTensor);
  return found != nullptr ? &found->tensor : nullptr;
}

std::vector<double> OpCall::reals_or_tensor(const std::string& name) {
  return has_attribute(name + "_as_tensor") ? reals_of_tensor(name + "_as_tensor") : reals(name, {});
}

std::vector<double> OpCall::reals_of_tensor(const std::string& name) {
  const Tensor* const found = tensor(name);
  if (found == nullptr) return {};
  if (found->dtype() == DType::kF64) return {found->data<double>(), found->data<double>() + found->size()};
  const Tensor floats = found->to_f32();
  return {floats.data<float>(), floats.data<float>() + floats.size()};
}

int64_t OpCall::axis_of(int64_t axis, int64_t rank) {
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  refuse("axis {} does not exist in a tensor of {} dimensions", axis, rank);
  return 0;
}

Sizes OpCall::axes_of(const Sizes& axes, int64_t rank) {
  Sizes out;
  if (axes.size() > kMostAxes) refuse("names {} axes; a tensor has at most {}", axes.size(), kMostAxes);
  for (size_t i = 0; i < axes.size() && !failed(); ++i) {
    const int64_t axis = axes[i];
    const int64_t positive = axis_of(axis, rank);
    if (std::find(out.begin(), out.end(), positive) == out.end()) out.push_back(positive);
  }
  return out;
}

Sizes OpCall::integers_by_opset(int64_t opset, size_t index, const std::string& name) {
  return node_.opset >= opset ? integers_of(index) : integers(name, {});
}

SubgraphRun* OpCall::subgraph(const std::string& name) {
  const auto found = subgraphs.find(name);
  return found == subgraphs.end() ? nullptr : &found->second;
}

bool OpCall::may_grow_to(const Sizes& shape) {
  Sizes filled = shape;  // an empty tensor may not have absurd other axes either
  for (int64_t& size : filled) size = size == 0 ? 1 : size;
  const int64_t count = checked_element_count(filled);
  if (shape.size() <= kMostAxes && count >= 0 && count <= kMostGrownElements) return true;
  refuse("would make a tensor of {}; sizes of 0 and more, at most {} elements and at most {} axes are possible",
         shape.size() <= kMostAxes ? "shape " + to_string(shape) : fmt::format("{} axes", shape.size()),
         kMostGrownElements, kMostAxes);
  return false;
}

bool OpCall::may_iterate(int64_t count) {
  if (iterations_left == nullptr || (*iterations_left -= count) >= 0) return true;
  refuse("loops for too long: a run may make {} iterations, those of nested loops included", kMostIterations);
  return false;
}

Values OpCall::refuse_text(std::string text) {
  if (error_.empty()) error_ = std::move(text);
  return {};
}

#define APPRENTICE_ONNX_OP(domain, name, opset, inputs, function, takes, attributes) \
  {domain, name, opset, inputs, ops::function, Takes::takes, attributes},
const std::vector<OpRow>& op_table() {
  static const std::vector<OpRow> table = {
#include "apprentice/onnx/run/ops.def"
  };
  return table;
}
#undef APPRENTICE_ONNX_OP

Result<const OpRow*> find_op(const OnnxNode& node, const std::string& place) {
  const auto& table = op_table();
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const OpRow& each) { return node.op == each.name && node.domain == each.domain; });
  if (row == table.end() || node.opset < row->min_opset)
    return fail(ErrorKind::kUnsupported, place,
                "{} has an operator that is not supported; record the model's answers with what runs it, and give them "
                "to a job with source = \"recorded\"",
                describe(node));
  const int64_t newest = node.domain.empty() ? kNewestOpset : kNewestMlOpset;
  if (node.opset > newest)
    return fail(ErrorKind::kUnsupported, place, "{} is of a newer opset than the newest known one, {}", describe(node),
                newest);
  for (size_t i = 0; i < row->min_inputs; ++i)
    if (i >= node.inputs.size() || node.inputs[i].empty())
      return bad_input(place, "{} lacks its input {} of at least {}", describe(node), i + 1, row->min_inputs);
  for (const auto& [name, attribute] : node.attributes)
    if (!names_attribute(row->attributes, name))
      return fail(ErrorKind::kUnsupported, place, "{} has the attribute '{}', which is not supported; known: {}",
                  describe(node), name, *row->attributes == '\0' ? "none" : row->attributes);
  return &*row;
}

bool torch_has(DType dtype) {
  return std::any_of(std::begin(kTypePairs), std::end(kTypePairs), [&](const TypePair& p) { return p.host == dtype; });
}

at::ScalarType to_torch(DType dtype) {
  for (const TypePair& pair : kTypePairs)
    if (pair.host == dtype) return pair.torch;
  throw BrokenPromise("libtorch has this dtype");
}

DType from_torch(at::ScalarType type) {
  for (const TypePair& pair : kTypePairs)
    if (pair.torch == type) return pair.host;
  throw BrokenPromise("a host tensor has this libtorch type");
}

at::Tensor to_torch(const Tensor& tensor) {
  at::Tensor out = at::empty(tensor.shape(), at::TensorOptions().dtype(to_torch(tensor.dtype())));
  if (tensor.byte_count() > 0) std::memcpy(out.data_ptr(), tensor.bytes(), static_cast<size_t>(tensor.byte_count()));
  return out;
}

Tensor to_host(const at::Tensor& tensor) {
  const at::Tensor dense = tensor.contiguous();
  Tensor out(from_torch(dense.scalar_type()), dense.sizes().vec());
  if (out.byte_count() > 0) std::memcpy(out.bytes(), dense.data_ptr(), static_cast<size_t>(out.byte_count()));
  return out;
}

at::ScalarType type_of(OpCall& call, int64_t onnx_type) {
  const auto dtype = dtype_from_onnx(static_cast<int32_t>(onnx_type));
  if (dtype && torch_has(*dtype)) return to_torch(*dtype);
  call.refuse("the type {} is not supported", onnx_type_name(static_cast<int32_t>(onnx_type)));
  return at::kFloat;
}

}  // namespace apprentice::onnx::run
