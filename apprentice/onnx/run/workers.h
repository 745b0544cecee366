// SPDX-License-Identifier: Apache-2.0
// Threads that share pieces of work one by one, each computing alone. Nobody waits for a thread that the system gives
// no time: it takes fewer pieces, or none. Internal to onnx/run/.
#pragma once

#include <cstdint>
#include <functional>

namespace apprentice::onnx::run {

// Calls work(0) ... work(count - 1) on as many threads as libtorch computes with; inside, libtorch computes with one.
// Returns when all are done. Called by several threads at once, all but the first work alone. `work` may throw: the
// first exception is thrown again here, and pieces that were not begun are left out.
void share_pieces(int64_t count, const std::function<void(int64_t)>& work);

}  // namespace apprentice::onnx::run
