// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/workers.h"

#include <ATen/Parallel.h>
#include <omp.h>

#include "apprentice/base/thread_pool.h"

namespace apprentice::onnx::run {
namespace {

// OpenMP's number of threads for the calling thread alone, which libtorch and oneDNN go by; as long as this lives, one.
// at::set_num_threads() would change it for the whole process. libtorch sets the number once in every thread, when it
// is first asked; what is set after that stays.
class Alone {
 public:
  Alone() : before_(at::get_num_threads()) { omp_set_num_threads(1); }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;
  ~Alone() { omp_set_num_threads(before_); }

 private:
  int before_;
};

}  // namespace

void share_pieces(int64_t count, const std::function<void(int64_t)>& work) {
  static ThreadPool pool;
  const int threads = at::in_parallel_region() ? 1 : at::get_num_threads();
  pool.share(count, threads, [&](int64_t i) {
    const Alone alone;
    work(i);
  });
}

}  // namespace apprentice::onnx::run
