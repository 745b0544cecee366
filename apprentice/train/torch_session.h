// SPDX-License-Identifier: Apache-2.0
// Libtorch's switches, set for the life of one training or prediction and put back after it.
#pragma once

namespace apprentice::train {

// Threads belong to the calling thread; deterministic algorithms and oneDNN are switches of the whole process, held
// while any session lives, so trainings may run side by side in several threads.
class TorchSession {
 public:
  // 0 = all cores.
  explicit TorchSession(int threads);
  ~TorchSession();
  TorchSession(const TorchSession&) = delete;
  TorchSession& operator=(const TorchSession&) = delete;

 private:
  int previous_threads_;
};

}  // namespace apprentice::train
