// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/program.h"

#include <algorithm>
#include <chrono>
#include <unordered_set>

#include "apprentice/onnx/run/cost.h"
#include "apprentice/onnx/run/fused/program.h"
#include "apprentice/onnx/run/placement.h"
#include "apprentice/onnx/run/sequence.h"

namespace apprentice::onnx::run {
namespace {

// Folded values may not take more than this together.
constexpr int64_t kMostFoldedBytes = int64_t{1} << 30;

// Folding is no more than a help: it stops when it has taken this long, and leaves out steps of unbounded work.
constexpr std::chrono::seconds kLongestFolding{2};
constexpr int64_t kMostCostlyElements = int64_t{1} << 18;

// Sets of wanted values for which a fused program is kept: mostly one, or one more with features.
constexpr size_t kMostFusedPrograms = 8;

constexpr int64_t kMostUnrolledAxes = 64;
constexpr int64_t kMostEmptyElements = int64_t{1} << 28;

// Thrown inside a subgraph run to unwind to the step that holds it; never leaves run_step().
struct SubgraphFailed {
  Error error;
};

bool is_half_tensor(const at::Tensor& tensor) {
  return tensor.defined() && (tensor.scalar_type() == at::kHalf || tensor.scalar_type() == at::kBFloat16);
}

// float16 and bfloat16 inputs as float32; returns the type to round the outputs to, or kFloat for none.
at::ScalarType widen(Values& inputs) {
  at::ScalarType narrow = at::kFloat;
  for (at::Tensor& input : inputs) {
    if (!is_half_tensor(input)) continue;
    narrow = input.scalar_type();
    input = input.to(at::kFloat);
  }
  return narrow;
}

void round_back(Values& outputs, at::ScalarType narrow) {
  for (at::Tensor& output : outputs)
    if (output.defined() && output.scalar_type() == at::kFloat) output = output.to(narrow);
}

// The first line of a libtorch error: what follows is a stack trace.
std::string first_line(const char* text) {
  const std::string all = text;
  return all.substr(0, all.find('\n'));
}

// What later steps may rely on: few axes, and no absurd ones in a tensor without elements.
bool sane(const at::Tensor& output) {
  if (!output.defined()) return true;
  if (output.dim() > kMostUnrolledAxes) return false;
  if (output.numel() > 0) return true;
  Shape filled = output.sizes().vec();
  for (int64_t& size : filled) size = size == 0 ? 1 : size;
  const int64_t count = checked_element_count(filled);
  return count >= 0 && count <= kMostEmptyElements;
}

Values pick(const Values& slots, const std::vector<int>& indices) {
  Values out;
  out.reserve(indices.size());
  for (const int index : indices) out.push_back(index < 0 ? at::Tensor() : slots[static_cast<size_t>(index)]);
  return out;
}

// By attribute; they throw SubgraphFailed. `step` and `options` must outlive them.
std::map<std::string, SubgraphRun> subgraph_runs(const Step& step, const Values& slots, const RunOptions& options) {
  std::map<std::string, SubgraphRun> runs;
  for (const Step::Body& body : step.bodies) {
    runs[body.attribute] = [&body, &options, captured = pick(slots, body.captured)](const Values& given) {
      const size_t expected = body.program->input_slots().size();
      if (given.size() != expected)
        throw SubgraphFailed{Error{
            ErrorKind::kBadInput, body.program->graph().place,
            fmt::format("the subgraph '{}' has {} inputs, but {} are given", body.attribute, expected, given.size())}};
      Values all = given;
      all.insert(all.end(), captured.begin(), captured.end());
      auto made = body.program->run(all, body.program->output_slots(), options);
      if (!made) throw SubgraphFailed{std::move(made).error()};
      return std::move(*made);
    };
  }
  return runs;
}

}  // namespace

Result<std::shared_ptr<Program>> Program::compile(const OnnxGraph& graph) {
  auto program = std::make_shared<Program>();
  program->graph_ = &graph;
  APPRENTICE_CHECK(program->resolve());
  APPRENTICE_CHECK(program->fold_constants());
  program->find_last_uses();
  return program;
}

int Program::make_slot(const std::string& name) {
  const int slot = static_cast<int>(constants_.size());
  slots_.emplace(name, slot);
  constants_.emplace_back();
  return slot;
}

int Program::slot(const std::string& name) const {
  const auto found = slots_.find(name);
  return found == slots_.end() ? -1 : found->second;
}

Status Program::resolve() {
  for (const OnnxValueInfo& input : graph_->inputs) input_slots_.push_back(make_slot(input.name));
  for (std::string& name : outer_names(*graph_)) {
    make_slot(name);
    captured_.push_back(std::move(name));
  }
  for (const auto& [name, tensor] : graph_->initializers) {
    if (!torch_has(tensor.dtype()))
      return fail(ErrorKind::kUnsupported, graph_->place, "initializer '{}' holds {}, which cannot be computed with",
                  name, to_string(tensor.dtype()));
    constants_[static_cast<size_t>(make_slot(name))] = to_torch(tensor);
  }
  for (const OnnxNode& node : graph_->nodes) APPRENTICE_CHECK(resolve_node(node));
  for (const OnnxValueInfo& output : graph_->outputs) output_slots_.push_back(slot(output.name));
  return {};
}

void Program::use_device(at::Device device) {
  device_ = device;
  for (Step& step : steps_) {
    for (Step::Body& body : step.bodies) body.program->use_device(device);
    for (size_t i = 0; i < step.inputs.size(); ++i) {
      if (step.inputs[i] < 0 || !is_constant(step.inputs[i])) continue;
      at::Tensor& constant = constants_[static_cast<size_t>(step.inputs[i])];
      if (wants_on_device(*step.node, i, constant)) constant = constant.to(device);
    }
  }
}

bool Program::loops() const {
  return std::any_of(steps_.begin(), steps_.end(), [](const Step& step) { return step.loops; });
}

Status Program::resolve_node(const OnnxNode& node) {
  Step step;
  step.node = &node;
  APPRENTICE_TRY(step.row, find_op(node, graph_->place));
  for (const std::string& input : node.inputs) step.inputs.push_back(input.empty() ? -1 : slot(input));
  for (const auto& [name, attribute] : node.attributes) {
    if (attribute.graph == nullptr) continue;
    Step::Body body{name, nullptr, {}};
    APPRENTICE_TRY(body.program, compile(*attribute.graph));
    for (const std::string& outer : body.program->captured()) body.captured.push_back(slot(outer));
    step.loops = step.loops || node.op != "If" || body.program->loops();
    step.bodies.push_back(std::move(body));
  }
  for (const std::string& output : node.outputs) step.outputs.push_back(output.empty() ? -1 : make_slot(output));
  steps_.push_back(std::move(step));
  return {};
}

bool Program::foldable(const Step& step) const {
  if (step.loops) return false;
  const auto known = [&](int slot) { return slot < 0 || is_constant(slot); };
  bool all = std::all_of(step.inputs.begin(), step.inputs.end(), known);
  for (const Step::Body& body : step.bodies)
    all = all && std::all_of(body.captured.begin(), body.captured.end(), known);
  if (!all || !is_costly(*step.node)) return all;
  int64_t elements = 0;
  for (const int input : step.inputs)
    if (input >= 0) elements += constants_[static_cast<size_t>(input)].numel();
  return elements <= kMostCostlyElements;
}

// Runs every step whose inputs are all constant once, now, and drops it.
Status Program::fold_constants() {
  const auto end = std::chrono::steady_clock::now() + kLongestFolding;
  int64_t folded_bytes = 0;
  std::vector<Step> kept;
  for (Step& step : steps_) {
    if (!foldable(step) || std::chrono::steady_clock::now() > end) {
      kept.push_back(std::move(step));
      continue;
    }
    APPRENTICE_TRY(const Values made, run_step(step, pick(constants_, step.inputs), constants_, {}));
    for (size_t i = 0; i < step.outputs.size(); ++i) {
      if (step.outputs[i] < 0) continue;
      constants_[static_cast<size_t>(step.outputs[i])] = is_plain(made[i]) ? made[i].contiguous() : made[i];
      if (is_plain(made[i])) folded_bytes += static_cast<int64_t>(made[i].nbytes());
    }
    if (folded_bytes > kMostFoldedBytes)
      return bad_input(graph_->place, "constants computed from other constants take over {} bytes at {}",
                       kMostFoldedBytes, describe(*step.node));
  }
  steps_ = std::move(kept);
  return {};
}

void Program::find_last_uses() {
  std::unordered_set<int> later(output_slots_.begin(), output_slots_.end());
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    const auto see = [&](int slot) {
      if (slot >= 0 && !is_constant(slot) && later.insert(slot).second) step->last_uses.push_back(slot);
    };
    for (const int output : step->outputs) see(output);  // made and never read
    for (const int input : step->inputs) see(input);
    for (const Step::Body& body : step->bodies)
      for (const int input : body.captured) see(input);
  }
}

Result<Values> Program::run_step(const Step& step, const Values& inputs, const Values& slots,
                                 const RunOptions& options) const {
  const auto place = [&] { return graph_->place + " " + describe(*step.node); };
  Values values = inputs;
  if (step.row->takes != Takes::kAnyValue && !std::all_of(values.begin(), values.end(), is_plain))
    return bad_input(place(), "takes tensors, but gets a sequence or an empty optional");
  if (!device_.is_cpu()) bring_together(*step.node, values, device_);
  const at::ScalarType narrow = step.row->takes == Takes::kViaFloat ? widen(values) : at::kFloat;
  OpCall call(*step.node, std::move(values));
  call.prepared = step.prepared.get();
  call.batch = options.batch;
  call.exported_batch = options.exported_batch;
  call.iterations_left = &options.iterations_left;
  call.subgraphs = subgraph_runs(step, slots, options);
  try {
    Values outputs = step.row->run(call);
    if (call.failed()) return bad_input(place(), "{}", call.error());
    outputs.resize(step.outputs.size());
    for (size_t i = 0; i < outputs.size(); ++i)
      if (step.outputs[i] >= 0 && !outputs[i].defined())
        return fail(ErrorKind::kUnsupported, place(), "output {} is not supported", i + 1);
    if (!std::all_of(outputs.begin(), outputs.end(), sane))
      return bad_input(place(),
                       "makes a tensor of absurd shape; at most {} axes, and at most {} elements along axes "
                       "of an empty tensor, are possible",
                       kMostUnrolledAxes, kMostEmptyElements);
    if (narrow != at::kFloat) round_back(outputs, narrow);
    return outputs;
  } catch (const SubgraphFailed& failed) {
    return tl::unexpected<Error>(failed.error);
  } catch (const BrokenPromise&) {
    throw;
  } catch (const std::exception& error) {  // libtorch refuses shapes and types by exception
    return bad_input(place(), "cannot be computed: {}", first_line(error.what()));
  }
}

std::shared_ptr<const FusedProgram> Program::fused_for(const std::vector<int>& wanted) const {
  const std::lock_guard<std::mutex> lock(fused_mutex_);
  if (const auto known = fused_.find(wanted); known != fused_.end()) return known->second;
  if (fused_.size() >= kMostFusedPrograms) return nullptr;
  FusedInterface interface {
    wanted, {}
  };
  for (size_t i = 0; i < graph_->inputs.size(); ++i)
    if (graph_->inputs[i].has_shape)
      interface.ranks[input_slots_[i]] = static_cast<int64_t>(graph_->inputs[i].dims.size());
  return fused_[wanted] = FusedProgram::make(steps_, interface, [this](int slot) { return constant(slot); });
}

Result<Values> Program::run(const Values& inputs, const std::vector<int>& wanted, const RunOptions& options) const {
  promise(inputs.size() == input_slots_.size() + captured_.size(), "Program::run gets one value per input");
  Values slots = constants_;
  for (size_t i = 0; i < input_slots_.size(); ++i) slots[static_cast<size_t>(input_slots_[i])] = inputs[i];
  for (size_t i = 0; i < captured_.size(); ++i)
    slots[static_cast<size_t>(slot(captured_[i]))] = inputs[input_slots_.size() + i];
  const auto fused = options.observer || !device_.is_cpu() ? nullptr : fused_for(wanted);
  if (fused != nullptr) {
    Values fast = slots;
    const auto plain = [&](const Step& step, const Values& taken, const Values& all) {
      return run_step(step, taken, all, options);
    };
    const auto done = fused->run(fast, {options.batch, options.exported_batch}, plain);
    if (done && !*done) return pass_on(*done);
    if (done) return pick(fast, wanted);
  }
  APPRENTICE_CHECK(run_steps(slots, wanted, options));
  Values made = pick(slots, wanted);
  bring_home(made);
  return made;
}

// Fills the wanted slots; drops the others when nobody reads them any more.
Status Program::run_steps(Values& slots, const std::vector<int>& wanted, const RunOptions& options) const {
  std::vector<bool> keep(slots.size(), false);
  for (const int slot : wanted) keep[static_cast<size_t>(slot)] = true;
  for (const Step& step : steps_) {
    const Values taken = pick(slots, step.inputs);
    APPRENTICE_TRY(Values made, run_step(step, taken, slots, options));
    if (options.observer) options.observer(step, taken, made);
    for (size_t i = 0; i < step.outputs.size(); ++i)
      if (step.outputs[i] >= 0) slots[static_cast<size_t>(step.outputs[i])] = std::move(made[i]);
    for (const int slot : step.last_uses)
      if (!keep[static_cast<size_t>(slot)]) slots[static_cast<size_t>(slot)] = at::Tensor();
  }
  return {};
}

}  // namespace apprentice::onnx::run
