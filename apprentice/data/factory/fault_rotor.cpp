// SPDX-License-Identifier: Apache-2.0
// Imbalance, misalignment, looseness.
#include <cmath>

#include "apprentice/data/factory/fault.h"

namespace apprentice::data {
namespace {

double any_phase(Rng& rng) { return rng.uniform(0.0, 2.0 * M_PI); }

void add_torque_order(Scene& scene, double order, double amplitude, double phase) {
  for (size_t i = 0; i < scene.torque.size(); ++i) {
    scene.torque[i] += amplitude * std::sin(order * scene.angle[i] + phase);
  }
}

}  // namespace

// A rotating force: the two radial axes a quarter turn apart, centrifugal, hence speed squared.
void add_imbalance(const Machine&, const Running& running, Rng& rng, Scene& scene) {
  const double amplitude = 0.9 * running.severity * scene.speed_ratio * scene.speed_ratio;
  const double phase = any_phase(rng);
  add_order(scene, 0, 1.0, amplitude, phase);
  add_order(scene, 1, 1.0, 0.8 * amplitude, phase + M_PI_2);
  add_order(scene, 2, 1.0, 0.1 * amplitude, phase);
  add_torque_order(scene, 1.0, 0.03 * running.severity, phase);
}

void add_misalignment(const Machine&, const Running& running, Rng& rng, Scene& scene) {
  const double amplitude = running.severity * (0.4 + 0.6 * scene.speed_ratio);
  const double phase = any_phase(rng);
  for (int axis = 0; axis < 2; ++axis) {
    add_order(scene, axis, 1.0, 0.2 * amplitude, phase);
    add_order(scene, axis, 2.0, 0.45 * amplitude, phase + 0.7);
    add_order(scene, axis, 3.0, 0.12 * amplitude, phase + 1.9);
  }
  add_order(scene, 2, 1.0, 0.35 * amplitude, phase + M_PI);
  add_order(scene, 2, 2.0, 0.4 * amplitude, phase + 0.7 + M_PI);
  add_torque_order(scene, 2.0, 0.05 * running.severity, phase);
  scene.heat_c += 3.0 * running.severity;
}

// The foot lifts and falls back every turn or every second turn: harmonics of half the speed, mostly vertical, and a
// rattle of uneven strength.
void add_looseness(const Machine&, const Running& running, Rng& rng, Scene& scene) {
  const double amplitude = 0.5 * running.severity * (0.4 + 0.6 * scene.speed_ratio);
  for (int half = 1; half <= 12; ++half) {
    const double order = 0.5 * half;
    const double share = (half % 2 == 0 ? 1.0 : 0.6) / std::sqrt(order + 0.5);
    const double phase = any_phase(rng);
    add_order(scene, 1, order, share * amplitude, phase);
    add_order(scene, 0, order, 0.4 * share * amplitude, phase + 0.5);
  }
  const double first = scene.angle.front() + rng.uniform(0.0, 2.0 * M_PI);
  for (double angle = first; angle < scene.angle.back(); angle += 2.0 * M_PI * (1.0 + 0.04 * rng.normal())) {
    const double strength = 0.8 * running.severity * rng.uniform(0.1, 1.0);
    add_impact(scene, angle, {0.2 * strength, strength, 0.1 * strength});
  }
}

}  // namespace apprentice::data
