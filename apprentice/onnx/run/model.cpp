// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/model.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>

#include "apprentice/base/config.h"
#include "apprentice/base/cores.h"
#include "apprentice/base/nearest.h"
#include "apprentice/base/random.h"
#include "apprentice/onnx/run/cost.h"
#include "apprentice/onnx/run/memory_budget.h"
#include "apprentice/onnx/run/model_values.h"
#include "apprentice/onnx/run/program.h"
#include "apprentice/onnx/run/prune.h"
#include "apprentice/onnx/run/sample_chunks.h"
#include "apprentice/onnx/run/sequence.h"
#include "apprentice/onnx/run/together.h"
#include "apprentice/onnx/run/widen.h"

namespace apprentice::onnx::run {
namespace {

constexpr int64_t kLargestTrial = int64_t{1} << 26;

constexpr int64_t kLeastBudget = int64_t{1} << 30;
constexpr int64_t kBytesPerParameter = 1024, kBytesPerInputByte = 1024;

// Calls `work` in inference mode and within the budget; what libtorch throws outside of operators becomes an error.
template <typename Work>
auto bounded(int64_t budget, const std::string& place, Work work) -> decltype(work()) {
  const c10::InferenceMode inference;
  const MemoryBudget limit(budget);
  try {
    return work();
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    return bad_input(place, "cannot be run: {}", text.substr(0, text.find('\n')));
  }
}

std::vector<std::string> names_of(const std::vector<OnnxValueInfo>& values) {
  std::vector<std::string> names;
  for (const OnnxValueInfo& value : values) names.push_back(value.name);
  return names;
}

// Whether axis 0 of the inputs must have the size that the model declares.
enum class Axis0 { kDeclared, kFree };

bool shape_fits(const OnnxValueInfo& expected, const Shape& given, Axis0 axis0,
                std::map<std::string, int64_t>& symbols) {
  if (!expected.has_shape) return true;
  if (given.size() != expected.dims.size()) return false;
  for (size_t i = 0; i < given.size(); ++i) {
    const OnnxDim& dim = expected.dims[i];
    if (i == 0 && axis0 == Axis0::kFree) continue;
    if (dim.size >= 0 && dim.size != given[i]) return false;
    if (dim.size < 0 && !dim.symbol.empty() && symbols.emplace(dim.symbol, given[i]).first->second != given[i])
      return false;
  }
  return true;
}

// Normal numbers; zeros where integers may be indices.
at::Tensor trial_values(const Sizes& shape, at::ScalarType type, Rng& rng, bool zeros) {
  at::Tensor values = at::zeros(shape, at::kFloat);
  if (zeros || !at::isFloatingType(type)) return values.to(type);
  float* data = values.data_ptr<float>();
  for (int64_t i = 0; i < values.numel(); ++i) data[i] = static_cast<float>(rng.normal());
  return values.to(type);
}

}  // namespace

struct OnnxModel::State {
  OnnxGraph graph;
  std::map<std::string, std::string> left_out;
  std::optional<OnnxGraph> wide;     // what is computed instead, if anything
  std::shared_ptr<Program> program;  // of it
  bool on_processor = true;
  int64_t exported_batch = 1;  // 1 when axis 0 is free
  int64_t parameters = 0;
  mutable std::mutex mutex;
  mutable std::map<std::vector<int>, TogetherFinding> together;  // by wanted slots
  mutable int64_t chunk = 1;                                     // samples, when they run together

  int64_t budget(const NamedTensors& inputs) const;
  Status compile();
  Result<Values> compute(const Values& inputs, const std::vector<int>& wanted, const RunOptions& options) const;
  void find_exported_batch();
  Status check_shape(const OnnxValueInfo& expected, const at::Tensor& given, Axis0 axis0,
                     std::map<std::string, int64_t>& symbols) const;
  Result<Values> inputs_in_order(const NamedTensors& inputs, Axis0 axis0) const;
  Result<std::vector<int>> slots_of(const std::vector<std::string>& outputs) const;
  Result<NamedTensors> named(const std::vector<std::string>& outputs, const Result<Values>& values) const;

  Result<Shape> trial_shape(const OnnxValueInfo& input, const Shape* like, int64_t samples) const;
  Result<Values> trial_inputs(const NamedTensors& like, int64_t samples, bool zeros) const;
  SampleRun sample_run() const;
  Result<TogetherFinding> how_together(const NamedTensors& like, const std::vector<int>& wanted) const;
  Result<NamedTensors> run_samples(const NamedTensors& inputs, const std::vector<std::string>& outputs) const;
  Result<OnnxCost> cost(const NamedTensors& example) const;
};

// What preparing or running the model may take: a small file cannot fill the memory, and no honest model comes near.
int64_t OnnxModel::State::budget(const NamedTensors& inputs) const {
  int64_t bytes = 0;
  for (const auto& [name, tensor] : inputs) bytes += tensor.byte_count();
  return std::max(kLeastBudget, kBytesPerParameter * parameters + kBytesPerInputByte * bytes);
}

Status OnnxModel::State::compile() {
  wide = widened(graph);
  APPRENTICE_TRY(program, Program::compile(wide ? *wide : graph));
  return {};
}

// Takes and gives values of the declared types.
Result<Values> OnnxModel::State::compute(const Values& inputs, const std::vector<int>& wanted,
                                         const RunOptions& options) const {
  if (!wide) return program->run(inputs, wanted, options);
  Values floats = inputs;
  for (size_t i = 0; i < floats.size(); ++i)
    if (is_half(*graph.inputs[i].dtype)) floats[i] = floats[i].to(at::kFloat);
  APPRENTICE_TRY(Values made, program->run(floats, wanted, options));
  const std::vector<int>& outputs = program->output_slots();
  for (size_t i = 0; i < made.size(); ++i) {
    const auto output = std::find(outputs.begin(), outputs.end(), wanted[i]);
    if (output == outputs.end()) continue;
    const DType declared = *graph.outputs[static_cast<size_t>(output - outputs.begin())].dtype;
    if (is_half(declared)) made[i] = made[i].to(to_torch(declared));
  }
  return made;
}

// The common size of axis 0 when every input fixes it, else 1.
void OnnxModel::State::find_exported_batch() {
  std::set<int64_t> sizes;
  for (const OnnxValueInfo& input : graph.inputs) sizes.insert(input.dims.empty() ? -1 : input.dims[0].size);
  exported_batch = sizes.size() == 1 && *sizes.begin() > 0 ? *sizes.begin() : 1;
}

Status OnnxModel::State::check_shape(const OnnxValueInfo& expected, const at::Tensor& given, Axis0 axis0,
                                     std::map<std::string, int64_t>& symbols) const {
  const Shape shape = given.sizes().vec();
  if (!is_plain(given) || shape_fits(expected, shape, axis0, symbols)) return {};
  return bad_input(graph.place, "the input '{}' is given with shape {}, but {} is expected", expected.name,
                   to_string(shape), shape_text(expected));
}

Result<Values> OnnxModel::State::inputs_in_order(const NamedTensors& inputs, Axis0 axis0) const {
  std::map<std::string, int64_t> symbols;
  Values out;
  for (const OnnxValueInfo& input : graph.inputs) {
    APPRENTICE_TRY(at::Tensor value, value_of_input(input, inputs, graph.place));
    APPRENTICE_CHECK(check_shape(input, value, axis0, symbols));
    out.push_back(std::move(value));
  }
  for (const auto& [name, tensor] : inputs)
    if (!belongs_to_inputs(name, graph.inputs))
      return fail(ErrorKind::kNotFound, graph.place, "has no input '{}'; {}", name,
                  known_names("inputs", names_of(graph.inputs), name));
  return out;
}

Result<std::vector<int>> OnnxModel::State::slots_of(const std::vector<std::string>& outputs) const {
  if (outputs.empty()) return program->output_slots();
  std::vector<int> slots;
  for (const std::string& name : outputs) {
    slots.push_back(program->slot(name));
    if (slots.back() < 0)
      return fail(ErrorKind::kNotFound, graph.place, "has no value named '{}'; {}", name,
                  known_names("outputs", names_of(graph.outputs), name));
  }
  return slots;
}

Result<NamedTensors> OnnxModel::State::named(const std::vector<std::string>& outputs,
                                             const Result<Values>& values) const {
  if (!values) return pass_on(values);
  const std::vector<std::string> names = outputs.empty() ? names_of(graph.outputs) : outputs;
  NamedTensors out;
  for (size_t i = 0; i < names.size(); ++i) add_output(names[i], (*values)[i], out);
  return out;
}

// The declared shape for `samples` samples; free axes as in `like`, which may be null.
Result<Shape> OnnxModel::State::trial_shape(const OnnxValueInfo& input, const Shape* like, int64_t samples) const {
  Shape shape;
  if (!input.has_shape && like != nullptr) shape = *like;
  for (size_t i = 0; i < input.dims.size(); ++i) {
    const bool known = like != nullptr && i < like->size();
    if (i > 0 && input.dims[i].size < 0 && !known)
      return fail(ErrorKind::kUnsupported, graph.place, "the input '{}' {} has a free dimension besides the first",
                  input.name, shape_text(input));
    shape.push_back(i > 0 && input.dims[i].size < 0 ? (*like)[i] : input.dims[i].size);
  }
  if (!shape.empty() && (shape[0] < 0 || shape[0] == exported_batch || like != nullptr)) shape[0] = samples;
  const int64_t count = checked_element_count(shape);
  if (count < 0 || count > kLargestTrial)
    return bad_input(graph.place, "the input '{}' {} is too large to be tried", input.name, shape_text(input));
  return shape;
}

Result<Values> OnnxModel::State::trial_inputs(const NamedTensors& like, int64_t samples, bool zeros) const {
  Rng rng(0, "onnx trial");
  Values out;
  for (const OnnxValueInfo& input : graph.inputs) {
    if (input.kind != OnnxValueKind::kTensor)
      return fail(ErrorKind::kUnsupported, graph.place, "the input '{}' is no tensor, so the model cannot be tried",
                  input.name);
    const auto given = like.find(input.name);
    const Shape* const shape_like = given == like.end() ? nullptr : &given->second.shape();
    const DType dtype = input.dtype.value_or(given == like.end() ? DType::kF32 : given->second.dtype());
    if (!torch_has(dtype))
      return fail(ErrorKind::kUnsupported, graph.place, "the input '{}' is {}, which libtorch does not have",
                  input.name, to_string(dtype));
    APPRENTICE_TRY(const Shape shape, trial_shape(input, shape_like, samples));
    out.push_back(trial_values(shape, to_torch(dtype), rng, zeros));
  }
  return out;
}

SampleRun OnnxModel::State::sample_run() const {
  const auto run = [this](const Values& inputs, const std::vector<int>& wanted, const RunOptions& options) {
    return compute(inputs, wanted, options);
  };
  return {program.get(), run, exported_batch, on_processor, graph.place};
}

Result<TogetherFinding> OnnxModel::State::how_together(const NamedTensors& like, const std::vector<int>& wanted) const {
  const std::lock_guard<std::mutex> lock(mutex);
  if (const auto known = together.find(wanted); known != together.end()) return known->second;
  APPRENTICE_TRY(const Values trial, trial_inputs(like, kTrialGroups * exported_batch, false));
  for (const at::Tensor& input : trial)
    if (input.dim() == 0) return bad_input(graph.place, "has an input without axes, so it takes no samples");
  if (trial.empty()) return bad_input(graph.place, "the model has no inputs, so it cannot be run on samples");
  APPRENTICE_TRY(const TogetherFinding finding, judge_together(sample_run(), trial, wanted));
  const Result<OnnxCost> found = cost(like);
  chunk = samples_in_chunk(found ? found->macs : 0);
  return together[wanted] = finding;
}

OnnxModel::OnnxModel(std::unique_ptr<State> state) : state_(std::move(state)) {}
OnnxModel::OnnxModel(OnnxModel&&) noexcept = default;
OnnxModel& OnnxModel::operator=(OnnxModel&&) noexcept = default;
OnnxModel::~OnnxModel() = default;

void OnnxModel::compute_on(const c10::Device& device) {
  const c10::InferenceMode inference;
  state_->program->use_device(device);
  state_->on_processor = device.is_cpu();
}

const OnnxGraph& OnnxModel::graph() const { return state_->graph; }
const std::map<std::string, std::string>& OnnxModel::left_out() const { return state_->left_out; }

Result<OnnxModel> OnnxModel::load(const std::string& path) {
  APPRENTICE_TRY(OnnxGraph graph, read_onnx(path));
  return from_graph(std::move(graph));
}

Result<OnnxModel> OnnxModel::from_graph(OnnxGraph graph) {
  auto state = std::make_unique<State>();
  APPRENTICE_TRY(state->graph, without_the_uncomputable(std::move(graph), state->left_out));
  state->parameters = summarize(state->graph).parameters;
  APPRENTICE_CHECK(bounded(state->budget({}), state->graph.place, [&] { return state->compile(); }));
  state->find_exported_batch();
  return OnnxModel(std::move(state));
}

Result<NamedTensors> OnnxModel::run(const NamedTensors& inputs, const std::vector<std::string>& outputs) const {
  return bounded(state_->budget(inputs), graph().place, [&]() -> Result<NamedTensors> {
    APPRENTICE_TRY(const std::vector<int> wanted, state_->slots_of(outputs));
    const Result<Values> declared = state_->inputs_in_order(inputs, Axis0::kDeclared);
    if (declared)
      return state_->named(outputs, run_whole(state_->sample_run(), *declared, wanted, Together::kAsWritten));
    if (!state_->inputs_in_order(inputs, Axis0::kFree)) return pass_on(declared);
    return state_->run_samples(inputs, outputs);
  });
}

Result<NamedTensors> OnnxModel::run_samples(const NamedTensors& inputs, const std::vector<std::string>& outputs) const {
  return bounded(state_->budget(inputs), graph().place, [&] { return state_->run_samples(inputs, outputs); });
}

Result<NamedTensors> OnnxModel::State::run_samples(const NamedTensors& inputs,
                                                   const std::vector<std::string>& outputs) const {
  APPRENTICE_TRY(const std::vector<int> wanted, slots_of(outputs));
  APPRENTICE_TRY(const Values values, inputs_in_order(inputs, Axis0::kFree));
  if (values.empty()) return bad_input(graph.place, "the model has no inputs, so it cannot be run on samples");
  const int64_t samples = values[0].dim() == 0 ? 0 : values[0].size(0);
  for (const at::Tensor& value : values)
    if (!is_plain(value) || samples < 1 || value.dim() == 0 || value.size(0) != samples)
      return bad_input(graph.place, "axis 0 of every input must be the same number of samples, at least one");
  APPRENTICE_TRY(const TogetherFinding finding, how_together(inputs, wanted));
  const SampleRun run = sample_run();
  if (finding.how == Together::kNot) return named(outputs, run_in_groups(run, values, wanted));
  if (!on_processor) return named(outputs, run_whole(run, values, wanted, finding.how));
  return named(outputs, run_in_chunks(values, chunk, graph.place,
                                      [&](const Values& part) { return run_whole(run, part, wanted, finding.how); }));
}

Result<std::string> OnnxModel::why_not_together(const NamedTensors& example,
                                                const std::vector<std::string>& outputs) const {
  return bounded(state_->budget(example), graph().place, [&]() -> Result<std::string> {
    APPRENTICE_TRY(const std::vector<int> wanted, state_->slots_of(outputs));
    APPRENTICE_TRY(const TogetherFinding finding, state_->how_together(example, wanted));
    return finding.why_not;
  });
}

Result<OnnxCost> OnnxModel::cost(const NamedTensors& example) const {
  return bounded(state_->budget(example), graph().place, [&] { return state_->cost(example); });
}

Result<OnnxCost> OnnxModel::State::cost(const NamedTensors& example) const {
  APPRENTICE_TRY(const Values inputs, trial_inputs(example, exported_batch, true));
  OnnxCost cost;
  RunOptions options;
  options.observer = [&cost](const Step& step, const Values& in, const Values& out) {
    cost.macs += step_macs(*step.node, in, out);
    for (size_t i = 0; i < step.outputs.size(); ++i)
      if (step.outputs[i] >= 0) cost.shapes[step.node->outputs[i]] = out[i].sizes().vec();
  };
  APPRENTICE_TRY(const Values made, compute(inputs, program->output_slots(), options));
  cost.macs /= exported_batch;
  return cost;
}

void set_compute_threads(int threads) {
  const int wanted = threads > 0 ? threads : core_count();
  if (at::get_num_threads() != wanted) at::set_num_threads(wanted);
}

}  // namespace apprentice::onnx::run
