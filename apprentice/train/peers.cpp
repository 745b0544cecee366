// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/peers.h"

#include <ATen/ATen.h>

#include "apprentice/base/random.h"
#include "apprentice/layers/layer.h"

namespace apprentice::train {

Result<Peers> Peers::create(const model::NetSpec& spec, const TrainOptions& options, int64_t count) {
  Peers made;
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t seed = Rng(options.seed, fmt::format("peer/{}", i)).next();
    APPRENTICE_TRY(const model::Weights initial, layers::initial_weights(spec, seed));
    APPRENTICE_TRY(Student student, Student::create(spec, initial));
    auto optimizer = make_optimizer(options, trainable(student));
    made.peers_.push_back({std::move(student), std::move(optimizer)});
  }
  return made;
}

std::vector<at::Tensor> Peers::answer(const at::Tensor& rows) const {
  std::vector<at::Tensor> answers;
  for (const Peer& peer : peers_) answers.push_back(peer.student.forward(rows, layers::ForwardMode::kTrain));
  return answers;
}

void Peers::learn(const losses::Loss& loss, const at::Tensor& student_logits, const std::vector<at::Tensor>& answers,
                  losses::Targets targets, double learning_rate, int64_t step) const {
  for (size_t i = 0; i < peers_.size(); ++i) {
    targets.peers = answers;
    targets.peers[i] = student_logits;
    peers_[i].student.gradients().zero_();
    loss({answers[i], {}}, targets).total.backward();
  }
  for (const Peer& peer : peers_) peer.optimizer->step(learning_rate, step);
}

std::vector<at::Tensor> Peers::state() const {
  std::vector<at::Tensor> tensors;
  for (const Peer& peer : peers_) {
    tensors.push_back(peer.student.state().parameters);
    tensors.push_back(peer.student.state().statistics);
    const std::vector<at::Tensor> moments = peer.optimizer->state();
    tensors.insert(tensors.end(), moments.begin(), moments.end());
  }
  return tensors;
}

}  // namespace apprentice::train
