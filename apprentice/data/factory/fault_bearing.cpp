// SPDX-License-Identifier: Apache-2.0
// Bearing defects: trains of impacts that slip a little, weighted by the load the defect passes.
#include <algorithm>
#include <cmath>

#include "apprentice/data/factory/fault.h"

namespace apprentice::data {
namespace {

// Load on a rolling element at `position` (0 = bottom): Stribeck's distribution with load zone factor 0.5.
double zone_load(double position) { return std::pow(std::max(0.0, std::cos(position)), 1.5); }

// Radial impulse at a position around the bearing, with an axial share.
std::array<double, 3> radial_impulse(double position, double strength) {
  return {strength * std::sin(position), strength * std::cos(position), 0.3 * strength};
}

double strength_of(const Running& running, const Scene& scene) {
  return 3.0 * running.severity * (0.5 + 0.5 * running.load) * (0.5 + 0.5 * scene.speed_ratio);
}

// Calls strike(angle, count) `order` times per turn; rolling elements slip, so each gap varies by about 1 %.
template <typename Strike>
void for_strikes(const Scene& scene, double order, Rng& rng, Strike strike) {
  const double gap = 2.0 * M_PI / order;
  double angle = scene.angle.front() + gap * rng.uniform();
  for (int64_t count = 0; angle < scene.angle.back(); ++count) {
    strike(angle, count);
    angle += gap * (1.0 + 0.012 * rng.normal());
  }
}

}  // namespace

// The defect turns with the shaft through the load zone: amplitude and direction follow the shaft.
void add_inner_race(const Machine& machine, const Running& running, Rng& rng, Scene& scene) {
  const double strength = 1.3 * strength_of(running, scene);
  const double offset = rng.uniform(0.0, 2.0 * M_PI);
  for_strikes(scene, machine.bearing.inner_order(), rng, [&](double angle, int64_t) {
    const double position = angle + offset;
    const double load = 0.05 + 0.95 * zone_load(position);
    add_impact(scene, angle, radial_impulse(position, strength * load * rng.uniform(0.85, 1.15)));
  });
  scene.heat_c += 5.0 * running.severity;
}

// The defect stays where it is, somewhere in the load zone.
void add_outer_race(const Machine& machine, const Running& running, Rng& rng, Scene& scene) {
  const double strength = strength_of(running, scene);
  const double position = rng.uniform(-0.5, 0.5);
  for_strikes(scene, machine.bearing.outer_order(), rng, [&](double angle, int64_t) {
    add_impact(scene, angle, radial_impulse(position, strength * rng.uniform(0.85, 1.15)));
  });
  scene.heat_c += 5.0 * running.severity;
}

// The ball strikes the inner and the outer race in turn and travels with the cage.
void add_ball(const Machine& machine, const Running& running, Rng& rng, Scene& scene) {
  const double strength = 1.1 * strength_of(running, scene);
  const double offset = rng.uniform(0.0, 2.0 * M_PI);
  const double cage = machine.bearing.cage_order();
  for_strikes(scene, 2.0 * machine.bearing.ball_spin_order(), rng, [&](double angle, int64_t count) {
    const double position = cage * angle + offset;
    const double side = count % 2 == 0 ? 1.0 : -0.6;
    const double load = 0.25 + 0.75 * zone_load(position);
    add_impact(scene, angle, radial_impulse(position, side * strength * load * rng.uniform(0.7, 1.3)));
  });
  scene.heat_c += 6.0 * running.severity;
}

}  // namespace apprentice::data
