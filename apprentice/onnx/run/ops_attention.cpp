// SPDX-License-Identifier: Apache-2.0
// Attention (Vaswani et al. 2017, eq. 1; grouped heads: Ainslie et al. 2023) and rotary position embedding
// (Su et al. 2021).
#include <cmath>
#include <limits>

#include "apprentice/onnx/run/op.h"

namespace apprentice::onnx::run::ops {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

// [batch, steps, heads * size] -> [batch, heads, steps, size]; four dimensions stay as they are.
at::Tensor by_heads(OpCall& call, const at::Tensor& x, int64_t heads) {
  if (x.dim() == 4) return x;
  if (x.dim() != 3 || heads < 1 || x.size(2) % heads != 0) {
    call.refuse("an input of shape {} cannot be split into {} heads", to_string(x.sizes().vec()), heads);
    return x;
  }
  return x.reshape({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

// What is added to the scores: the mask (false means never), then what causality and padding forbid.
at::Tensor score_bias(OpCall& call, const at::Tensor& q, int64_t keys, int64_t past) {
  const int64_t steps = q.size(2);
  at::Tensor bias = at::zeros({steps, keys}, q.options());
  if (call.has(3)) {
    bias = call[3];
    if (bias.scalar_type() == at::kBool)
      bias = at::zeros(bias.sizes(), q.options()).masked_fill(bias.logical_not(), kNever);
    if (bias.size(-1) < keys) bias = at::constant_pad_nd(bias, {0, keys - bias.size(-1)}, kNever);
  }
  const auto indices = at::TensorOptions(at::kLong).device(q.device());
  const at::Tensor places = at::arange(keys, indices);
  at::Tensor first_hidden = at::arange(steps, indices).reshape({steps, 1}).add(past + 1);
  if (call.has(6)) {
    const at::Tensor lengths = call[6].to(at::kLong).reshape({-1, 1, 1, 1});
    bias = bias.masked_fill(places.ge(lengths), kNever);
    if (!call.has(4)) first_hidden = first_hidden.add(lengths.sub(steps));
  }
  if (call.integer("is_causal", 0) != 0) bias = bias.masked_fill(places.ge(first_hidden), kNever);
  return bias;
}

// Rows that may look at nothing give zeros.
at::Tensor softmax_or_zero(const at::Tensor& scores) {
  const at::Tensor weights = at::softmax(scores, -1);
  return at::where(scores.eq(kNever).all(-1, true), at::zeros({}, scores.options()), weights);
}

}  // namespace

Values attention(OpCall& call) {
  const at::Tensor q = by_heads(call, call[0], call.integer("q_num_heads", 0));
  at::Tensor k = by_heads(call, call[1], call.integer("kv_num_heads", 0));
  at::Tensor v = by_heads(call, call[2], call.integer("kv_num_heads", 0));
  if (call.failed()) return {};
  const int64_t past = call.has(4) ? call[4].size(2) : 0;
  if (call.has(4) != call.has(5)) return call.refuse("past key and past value must come together");
  if (call.has(4)) {
    k = at::cat({call[4], k}, 2);
    v = at::cat({call[5], v}, 2);
  }
  const Values present = {k, v};
  if (k.size(1) < 1 || q.size(1) % k.size(1) != 0)
    return call.refuse("{} query heads cannot share {} key heads", q.size(1), k.size(1));
  const int64_t shared = q.size(1) / k.size(1);
  if (shared > 1) k = k.repeat_interleave(shared, 1), v = v.repeat_interleave(shared, 1);
  const double scale = call.real("scale", 1.0 / std::sqrt(static_cast<double>(q.size(3))));
  const double root = std::sqrt(scale), cap = call.real("softcap", 0.0);
  const int64_t shown = call.integer("qk_matmul_output_mode", 0);
  at::Tensor scores = at::matmul(q.mul(root), k.mul(root).transpose(2, 3));
  Values stages = {scores};
  if (cap > 0.0) scores = at::tanh(scores.div(cap)).mul(cap);
  const at::Tensor capped = scores;
  scores = scores.add(score_bias(call, q, k.size(2), past));
  stages.push_back(capped);
  stages.push_back(scores);
  const at::Tensor weights = softmax_or_zero(scores);
  stages.push_back(weights);
  if (call.failed() || shown < 0 || shown > 3) return call.refuse("qk_matmul_output_mode {} is not known", shown);
  at::Tensor out = at::matmul(weights, v);
  if (call[0].dim() == 3) out = out.transpose(1, 2).reshape({out.size(0), out.size(2), -1});
  return {out.contiguous(), present[0].contiguous(), present[1].contiguous(), stages[static_cast<size_t>(shown)]};
}

Values rotary_embedding(OpCall& call) {
  const bool by_step = call[0].dim() == 3;
  const at::Tensor x = by_heads(call, call[0], call.integer("num_heads", 0));  // [batch, heads, steps, size]
  if (call.failed()) return {};
  const int64_t turned =
      call.integer("rotary_embedding_dim", 0) > 0 ? call.integer("rotary_embedding_dim", 0) : x.size(3);
  if (turned % 2 != 0 || turned > x.size(3)) return call.refuse("cannot turn {} of {} values", turned, x.size(3));
  const auto angles = [&](size_t input) {
    const at::Tensor table = call[input];
    if (!call.has(3)) return table.narrow(-1, 0, turned / 2).unsqueeze(1);
    const at::Tensor rows = table.index_select(0, call[3].to(at::kLong).reshape({-1}));
    return rows.reshape({call[3].size(0), call[3].size(1), -1}).narrow(-1, 0, turned / 2).unsqueeze(1);
  };
  const at::Tensor cosine = angles(1), sine = angles(2), moving = x.narrow(3, 0, turned);
  const bool interleaved = call.integer("interleaved", 0) != 0;
  const at::Tensor a = interleaved ? moving.slice(3, 0, turned, 2) : moving.narrow(3, 0, turned / 2);
  const at::Tensor b = interleaved ? moving.slice(3, 1, turned, 2) : moving.narrow(3, turned / 2, turned / 2);
  const Values parts = {a.mul(cosine).sub(b.mul(sine)), a.mul(sine).add(b.mul(cosine))};
  const at::Tensor rotated = interleaved ? at::stack(parts, -1).flatten(3) : at::cat(parts, 3);
  at::Tensor out = at::cat({rotated, x.narrow(3, turned, x.size(3) - turned)}, 3);
  if (by_step) out = out.transpose(1, 2).reshape(call[0].sizes());
  return {out.contiguous()};
}

}  // namespace apprentice::onnx::run::ops
