// SPDX-License-Identifier: Apache-2.0
// Peers: students of the same network with other initial weights, trained along and left behind (loss dml).
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "apprentice/losses/loss.h"
#include "apprentice/train/optimizer.h"
#include "apprentice/train/student.h"

namespace apprentice::train {

class Peers {
 public:
  // Initial weights are drawn from the seed's streams "peer/<number>".
  static Result<Peers> create(const model::NetSpec& spec, const TrainOptions& options, int64_t count);

  bool empty() const { return peers_.empty(); }
  // Logits of each peer for rows of Student::prepare, with gradient.
  std::vector<at::Tensor> answer(const at::Tensor& rows) const;
  // One step of each, by the student's logits and the other peers' `answers`, all from before the step.
  void learn(const losses::Loss& loss, const at::Tensor& student_logits, const std::vector<at::Tensor>& answers,
             losses::Targets targets, double learning_rate, int64_t step) const;
  // All that a checkpoint keeps of them: flat tensors, not copies.
  std::vector<at::Tensor> state() const;

 private:
  struct Peer {
    Student student;
    std::unique_ptr<Optimizer> optimizer;
  };
  std::vector<Peer> peers_;
};

}  // namespace apprentice::train
