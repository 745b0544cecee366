// SPDX-License-Identifier: Apache-2.0
// The sensors on a machine: what a scene looks like in the five recorded channels.
#pragma once

#include "apprentice/base/tensor.h"
#include "apprentice/data/factory/scene.h"

namespace apprentice::data {

// float32 [samples, channels], as converters of finite resolution read it, with noise and a gain that drifts. Channels:
// vibration_x, vibration_y and vibration_z in g, motor_current in A, temperature in degrees C.
Tensor record(const Machine& machine, const Running& running, const Scene& scene, Rng& rng);

}  // namespace apprentice::data
