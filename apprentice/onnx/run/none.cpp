// SPDX-License-Identifier: Apache-2.0
// In a build without libtorch no model is ever opened, so nothing is asked of one.
#include "apprentice/onnx/run/compute_device.h"
#include "apprentice/onnx/run/model.h"
#include "apprentice/onnx/run/operators.h"

namespace apprentice::onnx::run {
namespace {

[[noreturn]] void impossible() { throw BrokenPromise("a model was opened without libtorch"); }

}  // namespace

struct OnnxModel::State {};

Result<OnnxModel> OnnxModel::from_graph(OnnxGraph graph) { return no_libtorch(graph.place, "runs ONNX models"); }
Result<OnnxModel> OnnxModel::load(const std::string& path) { return no_libtorch(path, "runs ONNX models"); }
OnnxModel::OnnxModel(OnnxModel&&) noexcept = default;
OnnxModel& OnnxModel::operator=(OnnxModel&&) noexcept = default;
OnnxModel::~OnnxModel() = default;
const OnnxGraph& OnnxModel::graph() const { impossible(); }
const std::map<std::string, std::string>& OnnxModel::left_out() const { impossible(); }
Result<NamedTensors> OnnxModel::run(const NamedTensors&, const std::vector<std::string>&) const { impossible(); }
Result<NamedTensors> OnnxModel::run_samples(const NamedTensors&, const std::vector<std::string>&) const {
  impossible();
}
Result<std::string> OnnxModel::why_not_together(const NamedTensors&, const std::vector<std::string>&) const {
  impossible();
}
Result<OnnxCost> OnnxModel::cost(const NamedTensors&) const { impossible(); }
Result<Tensor> cast_for_input(const OnnxValueInfo&, const Tensor&, const std::string&) { impossible(); }
void set_compute_threads(int) {}

Status check_gpu(int, const std::string&, const std::string&) { return {}; }
void compute_on(OnnxModel&, const ComputeDevice&) { impossible(); }

std::vector<std::pair<std::string, std::string>> supported_operators() { return {}; }
std::string operators_markdown() { return ""; }

}  // namespace apprentice::onnx::run
