// SPDX-License-Identifier: Apache-2.0
// RNN, GRU (Cho et al. 2014) and LSTM (Hochreiter and Schmidhuber 1997, with peepholes), one or two directions.
#include <functional>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

using Activation = std::function<at::Tensor(const at::Tensor&)>;

// Takes the alpha and beta lists from the front, as the activations that have such parameters come.
class Activations {
 public:
  explicit Activations(OpCall& call)
      : call_(call), alphas_(call.reals("activation_alpha", {})), betas_(call.reals("activation_beta", {})) {}

  Activation make(const std::string& name) {
    if (name == "Relu") return [](const at::Tensor& x) { return at::relu(x); };
    if (name == "Tanh") return [](const at::Tensor& x) { return at::tanh(x); };
    if (name == "Sigmoid") return [](const at::Tensor& x) { return at::sigmoid(x); };
    if (name == "Softsign") return [](const at::Tensor& x) { return x.div(x.abs().add(1)); };
    if (name == "Softplus") return [](const at::Tensor& x) { return at::softplus(x); };
    if (name == "LeakyRelu") return [a = alpha(0.01)](const at::Tensor& x) { return at::leaky_relu(x, a); };
    if (name == "Elu") return [a = alpha(1.0)](const at::Tensor& x) { return at::elu(x, a); };
    const double a = alpha(name == "HardSigmoid" ? 0.2 : 1.0), b = beta(name == "HardSigmoid" ? 0.5 : 0.0);
    if (name == "HardSigmoid") return [a, b](const at::Tensor& x) { return at::clamp(x.mul(a).add(b), 0.0, 1.0); };
    if (name == "Affine") return [a, b](const at::Tensor& x) { return x.mul(a).add(b); };
    if (name == "ScaledTanh") return [a, b](const at::Tensor& x) { return at::tanh(x.mul(b)).mul(a); };
    call_.refuse("the activation '{}' is not supported", name);
    return [](const at::Tensor& x) { return x; };
  }

 private:
  double alpha(double otherwise) { return next_alpha_ < alphas_.size() ? alphas_[next_alpha_++] : otherwise; }
  double beta(double otherwise) { return next_beta_ < betas_.size() ? betas_[next_beta_++] : otherwise; }

  OpCall& call_;
  std::vector<double> alphas_, betas_;
  size_t next_alpha_ = 0, next_beta_ = 0;
};

// Weights of one direction: input [gates * hidden, in], recurrence [gates * hidden, hidden], biases [gates * hidden].
struct Cell {
  at::Tensor w, r, wb, rb, peepholes;
  std::vector<Activation> functions;
  double clip = 0.0;
  bool coupled = false, linear_before_reset = false;

  at::Tensor limit(const at::Tensor& x) const { return clip > 0.0 ? at::clamp(x, -clip, clip) : x; }
};

struct State {
  at::Tensor h, c;
};

// One step: `x` is the input's part of all gates, w x + wb.
using CellStep = State (*)(const Cell&, const at::Tensor& x, const State&);

// The values of gate `i` along an axis.
at::Tensor gate(const at::Tensor& all, int64_t i, int64_t gates, int64_t axis) {
  const int64_t size = all.size(axis) / gates;
  return all.narrow(axis, i * size, size);
}

State rnn_step(const Cell& cell, const at::Tensor& x, const State& before) {
  return {cell.functions[0](cell.limit(x + at::matmul(before.h, cell.r.t()) + cell.rb)), {}};
}

State gru_step(const Cell& cell, const at::Tensor& x, const State& before) {
  const auto wx = [&](int64_t i) { return gate(x, i, 3, 1); };
  const auto rb = [&](int64_t i) { return gate(cell.rb, i, 3, 0); };
  const auto recur = [&](int64_t i, const at::Tensor& h) { return at::matmul(h, gate(cell.r, i, 3, 0).t()) + rb(i); };
  const at::Tensor z = cell.functions[0](cell.limit(wx(0) + recur(0, before.h)));
  const at::Tensor reset = cell.functions[0](cell.limit(wx(1) + recur(1, before.h)));
  const at::Tensor past = cell.linear_before_reset ? reset * recur(2, before.h) : recur(2, reset * before.h);
  const at::Tensor fresh = cell.functions[1](cell.limit(wx(2) + past));
  return {(1 - z) * fresh + z * before.h, {}};
}

// Gates in the format's order: input, output, forget, cell; peepholes of the first three.
State lstm_step(const Cell& cell, const at::Tensor& x, const State& before) {
  const at::Tensor all = at::add(x, at::matmul(before.h, cell.r.t()) + cell.rb);
  const auto peeped = [&](int64_t i, const at::Tensor& c) {
    const at::Tensor own = gate(all, i, 4, 1);
    return cell.limit(cell.peepholes.defined() ? own + gate(cell.peepholes, i, 3, 0) * c : own);
  };
  const at::Tensor in = cell.functions[0](peeped(0, before.c));
  const at::Tensor forget = cell.coupled ? 1 - in : cell.functions[0](peeped(2, before.c));
  const at::Tensor c = forget * before.c + in * cell.functions[1](cell.limit(gate(all, 3, 4, 1)));
  const at::Tensor out = cell.functions[0](peeped(1, c));
  return {out * cell.functions[2](c), c};
}

struct Kind {
  int64_t gates;
  std::vector<std::string> functions;  // of one direction, by default
  CellStep step;
};

// Runs one direction over x [steps, batch, in]; samples whose sequence is over keep their state and give zeros.
at::Tensor run_direction(const Kind& kind, const Cell& cell, const at::Tensor& x, const at::Tensor& lengths,
                         bool backwards, State& state) {
  const int64_t steps = x.size(0);
  const at::Tensor all = at::matmul(x, cell.w.t()) + cell.wb;
  Values outputs(static_cast<size_t>(steps));
  for (int64_t i = 0; i < steps; ++i) {
    const int64_t t = backwards ? steps - 1 - i : i;
    State next = kind.step(cell, all[t], state);
    at::Tensor given = next.h;
    if (lengths.defined()) {
      const at::Tensor alive = lengths.gt(t).unsqueeze(1);
      given = at::where(alive, next.h, at::zeros_like(next.h));
      next.h = at::where(alive, next.h, state.h);
      if (next.c.defined()) next.c = at::where(alive, next.c, state.c);
    }
    outputs[static_cast<size_t>(t)] = given;
    state = next;
  }
  return at::stack(outputs, 0);
}

bool shapes_fit(OpCall& call, const Kind& kind, const at::Tensor& x, int64_t directions, int64_t hidden) {
  const Sizes w = {directions, kind.gates * hidden, x.size(2)}, r = {directions, kind.gates * hidden, hidden};
  const Sizes b = {directions, 2 * kind.gates * hidden};
  if (call[1].sizes() != at::IntArrayRef(w) || call[2].sizes() != at::IntArrayRef(r) ||
      (call.has(3) && call[3].sizes() != at::IntArrayRef(b)) || x.size(0) < 1)
    call.refuse("weights of shapes {} and {} do not fit; {} and {} were expected", to_string(call[1].sizes().vec()),
                to_string(call[2].sizes().vec()), to_string(w), to_string(r));
  return !call.failed();
}

Cell make_cell(OpCall& call, const Kind& kind, int64_t direction, int64_t hidden, std::vector<Activation> functions) {
  Cell cell;
  cell.w = call[1][direction];
  cell.r = call[2][direction];
  const at::Tensor biases = call.has(3) ? call[3][direction] : at::zeros({2 * kind.gates * hidden}, call[0].options());
  cell.wb = biases.narrow(0, 0, kind.gates * hidden);
  cell.rb = biases.narrow(0, kind.gates * hidden, kind.gates * hidden);
  if (call.has(7)) cell.peepholes = call[7][direction];
  cell.clip = call.real("clip", 0.0);
  cell.coupled = call.integer("input_forget", 0) != 0;
  cell.linear_before_reset = call.integer("linear_before_reset", 0) != 0;
  cell.functions = std::move(functions);
  return cell;
}

// The activation functions of every direction, one after the other.
std::vector<std::string> function_names(OpCall& call, const Kind& kind, int64_t directions) {
  std::vector<std::string> names = kind.functions;
  if (directions == 2) names.insert(names.end(), kind.functions.begin(), kind.functions.end());
  const auto given = call.node().attributes.find("activations");
  if (given == call.node().attributes.end()) return names;
  if (given->second.texts.size() != names.size())
    call.refuse("has {} activations; {} were expected", given->second.texts.size(), names.size());
  return call.failed() ? names : given->second.texts;
}

// Runs every direction over x [steps, batch, in]; gives [steps, directions, batch, hidden] and the last states.
struct Outcome {
  Values sequences, last_h, last_c;
};

Outcome run_directions(OpCall& call, const Kind& kind, const at::Tensor& x, const std::string& direction,
                       int64_t hidden) {
  const int64_t directions = direction == "bidirectional" ? 2 : 1;
  const std::vector<std::string> names = function_names(call, kind, directions);
  const int64_t direction_axis = call.integer("layout", 0) != 0 ? 1 : 0;
  const auto initial = [&](size_t input, int64_t d) {
    return call.has(input) ? call[input].select(direction_axis, d) : at::zeros({x.size(1), hidden}, x.options());
  };
  Activations activations(call);
  Outcome out;
  for (int64_t d = 0; d < directions; ++d) {
    std::vector<Activation> functions;
    for (size_t i = 0; i < kind.functions.size(); ++i)
      functions.push_back(activations.make(names[static_cast<size_t>(d) * kind.functions.size() + i]));
    if (call.failed()) return out;
    State state{initial(5, d), initial(6, d)};
    const Cell cell = make_cell(call, kind, d, hidden, std::move(functions));
    out.sequences.push_back(run_direction(kind, cell, x, call.optional(4), d == 1 || direction == "reverse", state));
    out.last_h.push_back(state.h);
    out.last_c.push_back(state.c.defined() ? state.c : state.h);
  }
  return out;
}

Values recurrent(OpCall& call, const Kind& kind) {
  const bool batch_first = call.integer("layout", 0) != 0;
  if (call[0].dim() != 3 || call[2].dim() != 3) return call.refuse("needs three dimensions in X, W and R");
  const at::Tensor x = batch_first ? call[0].transpose(0, 1) : call[0];
  const std::string direction = call.text("direction", "forward");
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
    return call.refuse("direction '{}' is not known; known: forward, reverse, bidirectional", direction);
  const int64_t hidden = call.integer("hidden_size", call[2].size(2));
  if (!shapes_fit(call, kind, x, direction == "bidirectional" ? 2 : 1, hidden)) return {};
  const Outcome out = run_directions(call, kind, x, direction, hidden);
  if (call.failed()) return {};
  const int64_t axis = batch_first ? 1 : 0;
  const at::Tensor all = at::stack(out.sequences, 1);
  return {batch_first ? all.permute({2, 0, 1, 3}) : all, at::stack(out.last_h, axis), at::stack(out.last_c, axis)};
}

}  // namespace

Values rnn(OpCall& call) { return recurrent(call, {1, {"Tanh"}, rnn_step}); }
Values gru(OpCall& call) { return recurrent(call, {3, {"Sigmoid", "Tanh"}, gru_step}); }
Values lstm(OpCall& call) { return recurrent(call, {4, {"Sigmoid", "Tanh", "Tanh"}, lstm_step}); }

}  // namespace apprentice::onnx::run::ops
