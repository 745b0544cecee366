// SPDX-License-Identifier: Apache-2.0
// From protobuf to OnnxGraph. What the graph means as a whole is checked in graph_check.cpp.
#include <onnx/onnx_pb.h>

#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <unordered_set>

#include "apprentice/base/file_kind.h"
#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/onnx/format/external_data.h"
#include "apprentice/onnx/format/functions.h"
#include "apprentice/onnx/format/graph.h"
#include "apprentice/onnx/format/graph_check.h"
#include "apprentice/onnx/format/tensor_proto.h"

namespace apprentice::onnx {
namespace {

using ::onnx::AttributeProto;

constexpr int kMaxGraphDepth = 16;
constexpr int kMaxDims = 16;

constexpr std::pair<AttributeProto::AttributeType, OnnxAttributeKind> kKinds[] = {
    {AttributeProto::FLOAT, OnnxAttributeKind::kFloat},     {AttributeProto::INT, OnnxAttributeKind::kInt},
    {AttributeProto::STRING, OnnxAttributeKind::kString},   {AttributeProto::TENSOR, OnnxAttributeKind::kTensor},
    {AttributeProto::GRAPH, OnnxAttributeKind::kGraph},     {AttributeProto::FLOATS, OnnxAttributeKind::kFloats},
    {AttributeProto::INTS, OnnxAttributeKind::kInts},       {AttributeProto::STRINGS, OnnxAttributeKind::kStrings},
    {AttributeProto::TYPE_PROTO, OnnxAttributeKind::kType},
};

// Fields that are newer than the library's description of the format (onnx.ai, onnx.proto).
constexpr int kNodeOverload = 8, kFunctionAttributes = 11, kFunctionOverload = 13;

std::vector<std::string> newer_field(const ::google::protobuf::Message& message, int number) {
  std::vector<std::string> values;
  const auto& fields = message.GetReflection()->GetUnknownFields(message);
  for (int i = 0; i < fields.field_count(); ++i)
    if (fields.field(i).number() == number &&
        fields.field(i).type() == ::google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED)
      values.push_back(fields.field(i).length_delimited());
  return values;
}

std::string overload_of(const ::google::protobuf::Message& message, int number) {
  const std::vector<std::string> found = newer_field(message, number);
  return found.empty() ? "" : found.back();
}

class Reader {
 public:
  Reader(std::string place, std::string folder, bool may_read_files, Hasher& hasher)
      : place_(std::move(place)), may_read_files_(may_read_files), external_(std::move(folder), hasher) {}

  Status read_imports(const ::onnx::ModelProto& model) {
    APPRENTICE_CHECK(import_opsets(model.opset_import()));
    if (model.ir_version() < 3) opsets_.emplace("", 1);  // opset imports came with IR 3
    return {};
  }

  // Leaves the reader with the opsets of the last function.
  Result<OnnxFunctions> read_functions(const ::onnx::ModelProto& model) {
    OnnxFunctions functions;
    in_function_ = true;
    for (const auto& proto : model.functions()) {
      APPRENTICE_TRY(OnnxFunction function, read_function(proto));
      const OnnxFunctionName name{plain_domain(proto.domain()), proto.name(), overload_of(proto, kFunctionOverload)};
      if (!functions.emplace(name, std::move(function)).second)
        return bad_input(place_, "holds two functions named '{}'", proto.name());
    }
    return functions;
  }

  Result<OnnxGraph> read_graph(const ::onnx::GraphProto& proto, int depth) {
    if (depth > kMaxGraphDepth) return bad_input(place_, "graphs are nested more than {} deep", kMaxGraphDepth);
    OnnxGraph graph;
    graph.name = proto.name();
    graph.place = place_;
    graph.opsets = opsets_;
    APPRENTICE_CHECK(read_initializers(proto, graph));
    APPRENTICE_CHECK(read_values(proto.input(), "input", graph.inputs));
    APPRENTICE_CHECK(read_values(proto.output(), "output", graph.outputs));
    drop_initialized_inputs(graph);
    graph.nodes.reserve(graph.nodes.size() + static_cast<size_t>(proto.node_size()));
    for (const auto& node : proto.node()) {
      APPRENTICE_TRY(OnnxNode read, read_node(node, depth));
      graph.nodes.push_back(std::move(read));
    }
    APPRENTICE_CHECK(check_and_sort(graph, depth == 0 ? GraphLevel::kModel : GraphLevel::kSubgraph));
    return graph;
  }

 private:
  static std::string plain_domain(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

  template <typename List>
  Status import_opsets(const List& imports) {
    opsets_.clear();
    for (const auto& import : imports) {
      const std::string domain = plain_domain(import.domain());
      if (!opsets_.emplace(domain, import.version()).second)
        return bad_input(place_, "imports the operator domain '{}' twice", domain.empty() ? "ai.onnx" : domain);
    }
    return {};
  }

  Result<OnnxFunction> read_function(const ::onnx::FunctionProto& proto) {
    APPRENTICE_CHECK(import_opsets(proto.opset_import()));
    OnnxFunction function;
    function.inputs.assign(proto.input().begin(), proto.input().end());
    function.outputs.assign(proto.output().begin(), proto.output().end());
    for (const auto* names : {&function.inputs, &function.outputs}) {
      const std::set<std::string> distinct(names->begin(), names->end());
      if (distinct.size() != names->size() || distinct.count("") != 0)
        return bad_input(place_, "function '{}' has an input or output twice or without a name", proto.name());
    }
    function.attributes.assign(proto.attribute().begin(), proto.attribute().end());
    for (const std::string& bytes : newer_field(proto, kFunctionAttributes)) {
      AttributeProto attribute;
      if (!parse_proto(bytes, attribute) || !attribute.ref_attr_name().empty())
        return bad_input(place_, "function '{}' has an attribute that cannot be read", proto.name());
      APPRENTICE_TRY(function.defaults[attribute.name()], read_attribute(attribute, 0));
    }
    for (const auto& node : proto.node()) {
      APPRENTICE_TRY(OnnxNode read, read_node(node, 0));
      function.nodes.push_back(std::move(read));
    }
    return function;
  }

  Result<Tensor> read_tensor(const ::onnx::TensorProto& proto, const std::string& place) {
    if (proto.data_location() != ::onnx::TensorProto::EXTERNAL) return tensor_from_proto(proto, place);
    if (!may_read_files_)
      return bad_input(place, "tensor '{}' keeps its values in another file, which cannot be read here", proto.name());
    return external_.read(proto, place);
  }

  Status read_initializers(const ::onnx::GraphProto& proto, OnnxGraph& graph) {
    if (proto.sparse_initializer_size() > 0)
      return fail(ErrorKind::kUnsupported, place_, "holds sparse initializers, which are not supported");
    for (const auto& initializer : proto.initializer()) {
      if (initializer.name().empty()) return bad_input(place_, "holds an initializer without a name");
      if (initializer.data_type() == ::onnx::TensorProto::STRING) {
        graph.nodes.push_back(texts_node(initializer));
        continue;
      }
      APPRENTICE_TRY(Tensor tensor, read_tensor(initializer, place_));
      if (!graph.initializers.emplace(initializer.name(), std::move(tensor)).second)
        return bad_input(place_, "holds two initializers named '{}'", initializer.name());
    }
    return {};
  }

  // There are no tensors of texts; a constant keeps them, as names of classes.
  OnnxNode texts_node(const ::onnx::TensorProto& proto) {
    OnnxNode node;
    node.op = "Constant";
    node.opset = opsets_.count("") != 0 ? opsets_.at("") : 1;
    node.outputs = {proto.name()};
    OnnxAttribute& texts = node.attributes["value_strings"];
    texts.kind = OnnxAttributeKind::kStrings;
    texts.texts.assign(proto.string_data().begin(), proto.string_data().end());
    return node;
  }

  static bool is_texts(const OnnxGraph& graph, const std::string& name) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                       [&](const OnnxNode& node) { return node.outputs == std::vector<std::string>{name}; });
  }

  template <typename List>
  Status read_values(const List& list, const char* what, std::vector<OnnxValueInfo>& out) {
    std::unordered_set<std::string> seen;
    for (const auto& proto : list) {
      if (proto.name().empty()) return bad_input(place_, "has an {} without a name", what);
      if (!seen.insert(proto.name()).second) return bad_input(place_, "has two {}s named '{}'", what, proto.name());
      APPRENTICE_TRY(OnnxValueInfo value, read_value(proto));
      out.push_back(std::move(value));
    }
    return {};
  }

  Result<OnnxValueInfo> read_value(const ::onnx::ValueInfoProto& proto) {
    OnnxValueInfo value;
    value.name = proto.name();
    if (proto.has_type() && !proto.type().has_tensor_type()) value.kind = kind_of(proto.type());
    if (!proto.type().has_tensor_type()) return value;
    const auto& type = proto.type().tensor_type();
    value.dtype = dtype_from_onnx(type.elem_type());
    value.has_shape = type.has_shape();
    if (type.shape().dim_size() > kMaxDims)
      return bad_input(place_, "'{}' has {} dimensions; at most {} make sense", value.name, type.shape().dim_size(),
                       kMaxDims);
    for (const auto& dim : type.shape().dim()) {
      // Exporters also write 0 and -1 where they mean "any size".
      const bool sized = dim.has_dim_value() && dim.dim_value() > 0;
      value.dims.push_back({sized ? dim.dim_value() : -1, dim.dim_param()});
    }
    return value;
  }

  static OnnxValueKind kind_of(const ::onnx::TypeProto& type) {
    if (type.has_optional_type()) return OnnxValueKind::kOptional;
    if (type.sequence_type().elem_type().has_tensor_type()) return OnnxValueKind::kSequence;
    return type.value_case() == ::onnx::TypeProto::VALUE_NOT_SET ? OnnxValueKind::kTensor : OnnxValueKind::kOther;
  }

  static void drop_initialized_inputs(OnnxGraph& graph) {
    std::vector<OnnxValueInfo> kept;
    for (OnnxValueInfo& input : graph.inputs)
      if (graph.initializers.count(input.name) == 0 && !is_texts(graph, input.name)) kept.push_back(std::move(input));
    graph.inputs = std::move(kept);
  }

  Result<OnnxNode> read_node(const ::onnx::NodeProto& proto, int depth) {
    OnnxNode node;
    node.name = proto.name();
    node.op = proto.op_type();
    node.domain = plain_domain(proto.domain());
    node.overload = overload_of(proto, kNodeOverload);
    node.inputs.assign(proto.input().begin(), proto.input().end());
    node.outputs.assign(proto.output().begin(), proto.output().end());
    if (node.op.empty()) return bad_input(place_, "{} names no operator", describe(node));
    const auto opset = opsets_.find(node.domain);
    if (opset == opsets_.end())
      return bad_input(place_, "{} is of the operator domain '{}', which the model does not import", describe(node),
                       node.domain.empty() ? "ai.onnx" : node.domain);
    node.opset = opset->second;
    for (const auto& attribute : proto.attribute()) APPRENTICE_CHECK(add_attribute(attribute, depth, node));
    return node;
  }

  Status add_attribute(const AttributeProto& proto, int depth, OnnxNode& node) {
    Result<OnnxAttribute> read = read_attribute(proto, depth);
    if (read && node.attributes.emplace(proto.name(), std::move(*read)).second) return {};
    Error error = read ? Error{ErrorKind::kBadInput, "", "is given twice"} : read.error();
    if (error.place.empty()) error.place = fmt::format("{} {} attribute '{}'", place_, describe(node), proto.name());
    return tl::unexpected<Error>(std::move(error));
  }

  // IR 1 files leave the type out; then the field that is set tells.
  static AttributeProto::AttributeType kind_of(const AttributeProto& proto) {
    if (proto.type() != AttributeProto::UNDEFINED) return proto.type();
    if (proto.has_tp()) return AttributeProto::TYPE_PROTO;
    if (proto.has_f()) return AttributeProto::FLOAT;
    if (proto.has_i()) return AttributeProto::INT;
    if (proto.has_s()) return AttributeProto::STRING;
    if (proto.has_t()) return AttributeProto::TENSOR;
    if (proto.has_g()) return AttributeProto::GRAPH;
    if (proto.floats_size() > 0) return AttributeProto::FLOATS;
    if (proto.ints_size() > 0) return AttributeProto::INTS;
    if (proto.strings_size() > 0) return AttributeProto::STRINGS;
    return AttributeProto::UNDEFINED;
  }

  // An error without a place is one of the attribute itself; the node's place is made only then, for it may be long.
  Result<OnnxAttribute> read_attribute(const AttributeProto& proto, int depth) {
    OnnxAttribute out;
    out.refers_to = proto.ref_attr_name();
    if (!out.refers_to.empty() && in_function_) return out;
    if (!out.refers_to.empty()) return bad_input("", "refers to an attribute of a function, but it is in none");
    const auto kind = kind_of(proto);
    out.real = proto.f();
    out.integer = proto.i();
    out.text = proto.s();
    out.reals.assign(proto.floats().begin(), proto.floats().end());
    out.integers.assign(proto.ints().begin(), proto.ints().end());
    out.texts.assign(proto.strings().begin(), proto.strings().end());
    if (kind == AttributeProto::TENSOR && proto.t().data_type() == ::onnx::TensorProto::STRING) {
      out.kind = OnnxAttributeKind::kStrings;
      out.texts.assign(proto.t().string_data().begin(), proto.t().string_data().end());
      return out;
    }
    if (kind == AttributeProto::TENSOR) {
      APPRENTICE_TRY(out.tensor, read_tensor(proto.t(), ""));
    } else if (kind == AttributeProto::GRAPH) {
      APPRENTICE_TRY(OnnxGraph graph, read_graph(proto.g(), depth + 1));
      out.graph = std::make_shared<const OnnxGraph>(std::move(graph));
    }
    for (const auto& [known, ours] : kKinds) {
      if (known != kind) continue;
      out.kind = ours;
      return out;
    }
    return fail(ErrorKind::kUnsupported, "", "is of a kind that is not supported or not known");
  }

  std::string place_;
  bool may_read_files_;
  ExternalData external_;
  bool in_function_ = false;
  std::map<std::string, int64_t> opsets_;
};

Result<OnnxGraph> parse(std::string_view bytes, const std::string& place, const std::string& folder,
                        bool may_read_files) {
  ::onnx::ModelProto model;
  if (!parse_proto(bytes, model))
    return bad_input(place, "not a whole ONNX model: the {} bytes do not parse as ModelProto{}", bytes.size(),
                     is_rather(bytes));
  if (!model.has_graph()) return bad_input(place, "holds no graph; an ONNX model was expected");
  Hasher hasher;
  hasher.add(bytes);
  Reader reader(place, folder, may_read_files, hasher);
  APPRENTICE_CHECK(reader.read_imports(model));
  APPRENTICE_TRY(OnnxGraph graph, reader.read_graph(model.graph(), 0));
  if (model.functions_size() > 0) {
    APPRENTICE_TRY(const OnnxFunctions functions, reader.read_functions(model));
    APPRENTICE_CHECK(inline_functions(graph, functions));
  }
  graph.ir_version = model.ir_version();
  graph.producer = model.producer_name();
  for (const auto& entry : model.metadata_props()) graph.metadata[entry.key()] = entry.value();
  graph.fingerprint = hasher.hex();
  return graph;
}

}  // namespace

Result<OnnxGraph> parse_onnx(std::string_view bytes, const std::string& place, const std::string& folder) {
  return parse(bytes, place, folder, !folder.empty());
}

Result<OnnxGraph> read_onnx(const std::string& path) {
  APPRENTICE_TRY(const MappedFile file, MappedFile::open(path));
  return parse(file.view(), path, std::filesystem::path(path).parent_path().string(), true);
}

}  // namespace apprentice::onnx
