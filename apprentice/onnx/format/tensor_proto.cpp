// SPDX-License-Identifier: Apache-2.0
// TensorProto keeps numbers either as raw little-endian bytes or in one of five typed lists.
#include "apprentice/onnx/format/tensor_proto.h"

#include <google/protobuf/io/coded_stream.h>

#include <cstring>
#include <limits>

namespace apprentice::onnx {
namespace {

using Proto = ::onnx::TensorProto;

struct TypeRow {
  int32_t onnx;
  DType dtype;
};
constexpr TypeRow kTypes[] = {
    {Proto::FLOAT, DType::kF32},     {Proto::DOUBLE, DType::kF64}, {Proto::INT8, DType::kI8},
    {Proto::UINT8, DType::kU8},      {Proto::INT16, DType::kI16},  {Proto::UINT16, DType::kU16},
    {Proto::INT32, DType::kI32},     {Proto::UINT32, DType::kU32}, {Proto::INT64, DType::kI64},
    {Proto::UINT64, DType::kU64},    {Proto::BOOL, DType::kBool},  {Proto::FLOAT16, DType::kF16},
    {Proto::BFLOAT16, DType::kBF16},
};

constexpr const char* kKnownTypes =
    "float32, float64, float16, bfloat16, bool and whole numbers of 8 to 64 bits are: export the model without "
    "quantisation, or quantised to 8 bits";

// Types that are newer than the library's description of the format (onnx.ai, onnx.proto), from 17 on.
constexpr const char* kNewerTypes[] = {"FLOAT8E4M3FN",   "FLOAT8E4M3FNUZ", "FLOAT8E5M2",          "FLOAT8E5M2FNUZ",
                                       "UINT4 (4 bits)", "INT4 (4 bits)",  "FLOAT4E2M1 (4 bits)", "FLOAT8E8M0",
                                       "UINT2 (2 bits)", "INT2 (2 bits)"};
constexpr int32_t kFirstNewerType = 17;

template <typename To, typename List>
void copy_list(const List& list, Tensor& out) {
  std::byte* target = out.bytes();
  for (const auto value : list) {
    const To element = static_cast<To>(value);
    std::memcpy(target, &element, sizeof(To));
    target += sizeof(To);
  }
}

// Number of values in the typed list that belongs to the dtype.
int64_t listed(const Proto& proto, DType dtype) {
  switch (dtype) {
    case DType::kF32: return proto.float_data_size();
    case DType::kF64: return proto.double_data_size();
    case DType::kI64: return proto.int64_data_size();
    case DType::kU32:
    case DType::kU64: return proto.uint64_data_size();
    default: return proto.int32_data_size();
  }
}

void copy_typed(const Proto& proto, Tensor& out) {
  switch (out.dtype()) {
    case DType::kF32: return copy_list<float>(proto.float_data(), out);
    case DType::kF64: return copy_list<double>(proto.double_data(), out);
    case DType::kI64: return copy_list<int64_t>(proto.int64_data(), out);
    case DType::kU64: return copy_list<uint64_t>(proto.uint64_data(), out);
    case DType::kU32: return copy_list<uint32_t>(proto.uint64_data(), out);
    case DType::kI32: return copy_list<int32_t>(proto.int32_data(), out);
    case DType::kI16: return copy_list<int16_t>(proto.int32_data(), out);
    case DType::kU16:
    case DType::kF16:
    case DType::kBF16: return copy_list<uint16_t>(proto.int32_data(), out);
    case DType::kI8: return copy_list<int8_t>(proto.int32_data(), out);
    case DType::kU8: return copy_list<uint8_t>(proto.int32_data(), out);
    case DType::kBool: return copy_list<bool>(proto.int32_data(), out);
  }
}

struct Header {
  DType dtype;
  Shape shape;
  int64_t count;
};

Result<Header> read_header(const Proto& proto, const std::string& place) {
  const auto dtype = dtype_from_onnx(proto.data_type());
  if (!dtype)
    return fail(ErrorKind::kUnsupported, place, "tensor '{}' holds {}, which is not supported; {}", proto.name(),
                onnx_type_name(proto.data_type()), kKnownTypes);
  if (proto.has_segment())
    return fail(ErrorKind::kUnsupported, place, "tensor '{}' is stored in segments, which is not supported",
                proto.name());
  if (proto.dims_size() > 16)
    return bad_input(place, "tensor '{}' has {} dimensions; at most 16 make sense", proto.name(), proto.dims_size());
  Header header{*dtype, Shape(proto.dims().begin(), proto.dims().end()), 0};
  header.count = checked_element_count(header.shape);
  // Without its zeros, too: whoever walks the other axes of an empty tensor must come to an end.
  Shape filled = header.shape;
  for (int64_t& size : filled) size = size == 0 ? 1 : size;
  const int64_t most = header.count == 0 ? int64_t{1} << 28 : std::numeric_limits<int64_t>::max() / 8;
  if (const int64_t count = checked_element_count(filled); count < 0 || count > most)
    return bad_input(place, "tensor '{}' has the impossible shape {}", proto.name(), to_string(header.shape));
  return header;
}

// A bool that is neither 0 nor 1 is undefined behaviour in C++.
void mend_bools(Tensor& tensor) {
  if (tensor.dtype() != DType::kBool) return;
  for (int64_t i = 0; i < tensor.size(); ++i) tensor.bytes()[i] &= std::byte{1};
}

Result<Tensor> from_raw(const Header& header, std::string_view bytes, const std::string& name,
                        const std::string& place) {
  const int64_t expected = header.count * byte_size(header.dtype);
  if (static_cast<int64_t>(bytes.size()) != expected)
    return bad_input(place, "tensor '{}' {} {} holds {} bytes where its shape needs {}", name, to_string(header.dtype),
                     to_string(header.shape), bytes.size(), expected);
  Tensor tensor(header.dtype, header.shape);
  if (expected > 0) std::memcpy(tensor.bytes(), bytes.data(), bytes.size());
  mend_bools(tensor);
  return tensor;
}

}  // namespace

std::optional<DType> dtype_from_onnx(int32_t data_type) {
  for (const TypeRow& row : kTypes)
    if (row.onnx == data_type) return row.dtype;
  return std::nullopt;
}

int32_t dtype_to_onnx(DType dtype) {
  for (const TypeRow& row : kTypes)
    if (row.dtype == dtype) return row.onnx;
  throw BrokenPromise("every host dtype has an ONNX number");
}

std::string onnx_type_name(int32_t data_type) {
  const int32_t newer = data_type - kFirstNewerType;
  if (newer >= 0 && newer < static_cast<int32_t>(std::size(kNewerTypes))) return kNewerTypes[newer];
  const std::string& name = Proto::DataType_Name(static_cast<Proto::DataType>(data_type));
  return Proto::DataType_IsValid(data_type) ? name : fmt::format("type {}", data_type);
}

Result<Tensor> tensor_from_bytes(const Proto& proto, std::string_view bytes, const std::string& place) {
  APPRENTICE_TRY(const Header header, read_header(proto, place));
  return from_raw(header, bytes, proto.name(), place);
}

Result<Tensor> tensor_from_proto(const Proto& proto, const std::string& place) {
  APPRENTICE_TRY(const Header header, read_header(proto, place));
  if (proto.has_raw_data()) return from_raw(header, proto.raw_data(), proto.name(), place);
  if (listed(proto, header.dtype) != header.count)
    return bad_input(place, "tensor '{}' {} {} holds {} values where its shape needs {}", proto.name(),
                     to_string(header.dtype), to_string(header.shape), listed(proto, header.dtype), header.count);
  Tensor tensor(header.dtype, header.shape);
  copy_typed(proto, tensor);
  return tensor;
}

void tensor_to_proto(const Tensor& tensor, const std::string& name, Proto& proto) {
  proto.Clear();
  proto.set_name(name);
  proto.set_data_type(dtype_to_onnx(tensor.dtype()));
  for (const int64_t size : tensor.shape()) proto.add_dims(size);
  proto.set_raw_data(tensor.bytes(), static_cast<size_t>(tensor.byte_count()));
}

bool parse_proto(std::string_view bytes, ::google::protobuf::MessageLite& message) {
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max())) return false;
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace apprentice::onnx
