// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/factory/sensors.h"

#include <cmath>

namespace apprentice::data {
namespace {

// Per channel: white noise and step of the converter. The steps also make the bytes insensitive to the last bits of
// the mathematics library.
constexpr double kNoise[kFactoryChannels] = {0.04, 0.04, 0.04, 0.08, 0.15};
constexpr double kStep[kFactoryChannels] = {1.0 / 2048, 1.0 / 2048, 1.0 / 2048, 1.0 / 256, 1.0 / 32};
constexpr double kLargestDrift = 0.04;  // of the gain, from the start to the end of a recording

using Channels = std::array<std::vector<double>, kFactoryChannels>;

// Sum of the direct motion and of every mode, each driven by the force along its own direction.
void feel_vibration(const Machine& machine, const Scene& scene, Channels& channels) {
  for (size_t axis = 0; axis < 3; ++axis) channels[axis] = scene.motion[axis];
  std::vector<double> along(scene.angle.size());
  for (const Mode& mode : machine.modes) {
    for (size_t i = 0; i < along.size(); ++i) {
      along[i] = mode.direction[0] * scene.force[0][i] + mode.direction[1] * scene.force[1][i] +
                 mode.direction[2] * scene.force[2][i];
    }
    const std::vector<double> response = modal_response(mode, along, scene.sample_rate_hz);
    for (size_t axis = 0; axis < 3; ++axis) {
      for (size_t i = 0; i < response.size(); ++i) channels[axis][i] += mode.direction[axis] * response[i];
    }
  }
}

// One phase of a motor fed by a converter: the field runs slightly ahead of the shaft (slip grows with load), the
// amplitude follows the load torque, the fifth and seventh harmonic come from the converter.
std::vector<double> motor_current(const Machine& machine, const Running& running, const Scene& scene, Rng& rng) {
  const double amplitude = machine.rated_current_a * std::sqrt(0.12 + 0.88 * running.load * running.load);
  const double field = machine.pole_pairs * (1.0 + 0.03 * running.load);
  const double phase = rng.uniform(0.0, 2.0 * M_PI);
  std::vector<double> current(scene.angle.size());
  for (size_t i = 0; i < current.size(); ++i) {
    const double angle = field * scene.angle[i] + phase;
    const double shape = std::sin(angle) + 0.05 * std::sin(5.0 * angle) + 0.03 * std::sin(7.0 * angle);
    current[i] = amplitude * (1.0 + scene.torque[i]) * shape;
  }
  return current;
}

std::vector<double> housing_temperature(const Machine& machine, const Running& running, const Scene& scene, Rng& rng) {
  const double hall_c = rng.uniform(16.0, 28.0);
  const double start_c = hall_c + machine.temperature_rise_c * (0.4 + 0.6 * running.load) + scene.heat_c;
  const double climb_c_per_s = rng.uniform(-0.02, 0.05);
  std::vector<double> temperature(scene.angle.size());
  for (size_t i = 0; i < temperature.size(); ++i) {
    temperature[i] = start_c + climb_c_per_s * static_cast<double>(i) / scene.sample_rate_hz;
  }
  return temperature;
}

}  // namespace

Tensor record(const Machine& machine, const Running& running, const Scene& scene, Rng& rng) {
  Channels channels;
  feel_vibration(machine, scene, channels);
  channels[3] = motor_current(machine, running, scene, rng);
  channels[4] = housing_temperature(machine, running, scene, rng);
  Tensor recording(DType::kF32, {scene.size(), kFactoryChannels});
  float* out = recording.data<float>();
  for (size_t c = 0; c < kFactoryChannels; ++c) {
    const double drift = rng.uniform(-kLargestDrift, kLargestDrift) / static_cast<double>(scene.size());
    for (size_t i = 0; i < channels[c].size(); ++i) {
      const double gain = machine.gain[c] * (1.0 + drift * static_cast<double>(i));
      const double value = gain * channels[c][i] + kNoise[c] * rng.normal();
      out[i * kFactoryChannels + c] = static_cast<float>(std::round(value / kStep[c]) * kStep[c]);
    }
  }
  return recording;
}

}  // namespace apprentice::data
