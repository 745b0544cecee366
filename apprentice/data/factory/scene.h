// SPDX-License-Identifier: Apache-2.0
// Scene: the physical quantities of one recording while it is being built up, before the sensors see them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "apprentice/base/random.h"
#include "apprentice/data/factory/machine.h"

namespace apprentice::data {

// How a machine ran during one recording.
struct Running {
  double speed_rpm = 0.0;
  double load = 0.0;      // 0..1 of the rated load
  double severity = 0.0;  // 0 = healthy, 1 = worst
};

// Axes: x horizontal radial, y vertical radial (load zone of the bearings), z axial.
struct Scene {
  double sample_rate_hz = 0.0;
  double speed_ratio = 1.0;                   // speed / 3000 rpm: scales what grows with speed
  std::vector<double> angle;                  // shaft angle in rad at every sample, rising
  std::array<std::vector<double>, 3> force;   // broadband force; reaches the sensors through the modes
  std::array<std::vector<double>, 3> motion;  // acceleration in g well below the modes, felt directly
  std::vector<double> torque;                 // relative ripple of the load torque, seen by the motor current
  double heat_c = 0.0;                        // temperature that friction adds to the housing

  int64_t size() const { return static_cast<int64_t>(angle.size()); }
};

// An empty scene whose shaft turns at the speed with the type's slow wander.
Scene make_scene(const Machine& machine, const Running& running, double sample_rate_hz, int64_t samples, Rng& rng);

// motion[axis] += amplitude * sin(order * angle + phase)
void add_order(Scene& scene, int axis, double order, double amplitude, double phase);
// Adds an impulse at a shaft angle, spread over the two samples around it; nothing outside the recording.
void add_impact(Scene& scene, double angle, const std::array<double, 3>& impulse);
// Response of one mode to unit impulses: decaying sine (impulse-invariant two-pole filter).
std::vector<double> modal_response(const Mode& mode, const std::vector<double>& force, double sample_rate_hz);

// What every machine does, fault or not: residual imbalance, blade pass, gear mesh, flow noise, knocks of the hall.
void add_healthy(const Machine& machine, const Running& running, Rng& rng, Scene& scene);

}  // namespace apprentice::data
