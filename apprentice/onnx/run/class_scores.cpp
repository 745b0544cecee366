// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/class_scores.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace apprentice::onnx::run {

at::Tensor sample_rows(OpCall& call, const at::Tensor& x, int64_t least) {
  at::Tensor rows = x.dim() == 1 ? x.unsqueeze(0) : x;
  if (rows.dim() != 2 || rows.size(1) < least)
    call.refuse("takes samples of at least {} features, but gets a tensor of shape {}", least,
                to_string(x.sizes().vec()));
  return rows.to(at::kDouble).contiguous();
}

at::Tensor class_labels(OpCall& call, const char* integers_name, const char* texts_name) {
  const Sizes integers = call.integers(integers_name, {});
  const std::vector<std::string> texts = call.texts(texts_name);
  if (integers.empty() == texts.empty()) call.refuse("needs either {} or {}", integers_name, texts_name);
  if (!integers.empty()) return at::tensor(integers, at::kLong);
  return at::arange(static_cast<int64_t>(texts.size()), at::kLong);
}

at::Tensor transform_scores(OpCall& call, const at::Tensor& scores, const std::string& how) {
  if (how == "NONE") return scores;
  if (how == "SOFTMAX") return at::softmax(scores, -1);
  if (how == "LOGISTIC") return at::sigmoid(scores);
  if (how == "PROBIT") return at::erfinv(scores.mul(2.0).sub(1.0)).mul(std::sqrt(2.0));
  if (how == "SOFTMAX_ZERO") {
    const double never = -std::numeric_limits<double>::infinity();
    return at::softmax(scores.masked_fill(scores.eq(0.0), never), -1);  // NaN where all are zero
  }
  call.refuse("post_transform '{}' is not known; known: NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO, PROBIT", how);
  return scores;
}

at::Tensor both_classes(const at::Tensor& score, bool shares, const std::string& how) {
  if (how == "LOGISTIC") return at::sigmoid(at::stack({score.neg(), score}, 1));
  return at::stack({shares ? score.mul(-1.0).add(1.0) : score.neg(), score}, 1);
}

}  // namespace apprentice::onnx::run
