// SPDX-License-Identifier: Apache-2.0
// Faults of what the shaft drives: a gear tooth, a pump's flow.
#include <cmath>

#include "apprentice/data/factory/fault.h"

namespace apprentice::data {

// One tooth is soft: each turn a shock as it lets go, the mesh weakens and lags for about two teeth, the torque dips.
void add_gear_tooth(const Machine& machine, const Running& running, Rng& rng, Scene& scene) {
  const double at = rng.uniform(0.0, 2.0 * M_PI);
  const double width = 2.0 * 2.0 * M_PI / machine.teeth;
  const double mesh = (0.12 + 0.18 * running.load) * 2.0 * running.severity;
  for (size_t i = 0; i < scene.angle.size(); ++i) {
    const double away = std::remainder(scene.angle[i] - at, 2.0 * M_PI) / width;
    const double bump = std::exp(-0.5 * away * away);
    const double ripple = mesh * bump * std::sin(machine.teeth * scene.angle[i] + 2.0);
    for (auto& axis : scene.motion) axis[i] -= ripple;
    scene.torque[i] -= 0.08 * running.severity * bump;
  }
  const double strength = 4.0 * running.severity * (0.4 + 0.6 * running.load);
  // Before the recording starts add_impact drops it.
  for (double angle = at; angle < scene.angle.back(); angle += 2.0 * M_PI) {
    const double now = strength * rng.uniform(0.9, 1.1);
    add_impact(scene, angle, {now, 0.8 * now, 0.6 * now});
  }
  scene.heat_c += 2.0 * running.severity;
}

// Bubble collapses: a Poisson stream of short shocks with exponential strengths in random directions.
void add_cavitation(const Machine& machine, const Running& running, Rng& rng, Scene& scene) {
  const double per_sample = 500.0 / scene.sample_rate_hz;
  const double strength = 0.7 * running.severity * (0.5 + 0.5 * running.load);
  for (size_t i = 0; i < scene.angle.size(); ++i) {
    const double dense = 1.0 + 0.8 * std::cos(machine.blades * scene.angle[i]);
    scene.torque[i] += 0.03 * running.severity * rng.normal();
    if (rng.uniform() >= per_sample * dense) continue;
    const double collapse = -strength * std::log(1.0 - rng.uniform());
    for (auto& axis : scene.force) axis[i] += collapse * rng.normal();
  }
}

}  // namespace apprentice::data
