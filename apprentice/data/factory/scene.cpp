// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/factory/scene.h"

#include <algorithm>
#include <cmath>

namespace apprentice::data {
namespace {

// Gear mesh: teeth per revolution, two harmonics, stronger with load (Randall 2011, chapter 2).
void add_mesh(const Machine& machine, const Running& running, Rng& rng, Scene& scene) {
  if (machine.teeth == 0) return;
  const double amplitude = 0.12 + 0.18 * running.load;
  const double phase = rng.uniform(0.0, 2.0 * M_PI);
  for (int axis = 0; axis < 3; ++axis) {
    const double share = axis == 2 ? 0.5 : 1.0;
    add_order(scene, axis, machine.teeth, share * amplitude, phase + axis);
  }
}

void add_blade_pass(const Machine& machine, const Running& running, Rng& rng, Scene& scene) {
  if (machine.blades == 0) return;
  const double amplitude = 0.08 + 0.1 * running.load;
  const double phase = rng.uniform(0.0, 2.0 * M_PI);
  add_order(scene, 0, machine.blades, amplitude, phase);
  add_order(scene, 1, machine.blades, 0.8 * amplitude, phase + 0.9);
}

// Another machine of the hall is felt through the floor, at its own speed.
void add_neighbour(Rng& rng, Scene& scene) {
  const double frequency_hz = rng.uniform(20.0, 120.0);
  const double amplitude = rng.uniform(0.0, 0.06);
  const double phase = rng.uniform(0.0, 2.0 * M_PI);
  for (int64_t i = 0; i < scene.size(); ++i) {
    const double time_s = static_cast<double>(i) / scene.sample_rate_hz;
    const double value = amplitude * std::sin(2.0 * M_PI * frequency_hz * time_s + phase);
    for (auto& axis : scene.motion) axis[static_cast<size_t>(i)] += value;
  }
}

// Tools dropped, doors, forklifts: rare impulses that belong to no fault.
void add_knocks(Rng& rng, Scene& scene) {
  const double per_sample = 3.0 / scene.sample_rate_hz;
  for (size_t i = 0; i < scene.angle.size(); ++i) {
    if (rng.uniform() >= per_sample) continue;
    for (auto& axis : scene.force) axis[i] += 0.8 * rng.normal();
  }
}

}  // namespace

Scene make_scene(const Machine& machine, const Running& running, double sample_rate_hz, int64_t samples, Rng& rng) {
  Scene scene;
  scene.sample_rate_hz = sample_rate_hz;
  scene.speed_ratio = running.speed_rpm / 3000.0;
  const size_t count = static_cast<size_t>(samples);
  scene.angle.resize(count);
  for (auto& axis : scene.force) axis.assign(count, 0.0);
  for (auto& axis : scene.motion) axis.assign(count, 0.0);
  scene.torque.assign(count, 0.0);
  const double wander_hz = rng.uniform(0.5, 3.0);
  const double wander_phase = rng.uniform(0.0, 2.0 * M_PI);
  double angle = rng.uniform(0.0, 2.0 * M_PI);
  for (size_t i = 0; i < count; ++i) {
    const double time_s = static_cast<double>(i) / sample_rate_hz;
    const double wander = machine.type->speed_wander * std::sin(2.0 * M_PI * wander_hz * time_s + wander_phase);
    scene.angle[i] = angle;
    angle += 2.0 * M_PI * running.speed_rpm / 60.0 * (1.0 + wander) / sample_rate_hz;
  }
  return scene;
}

void add_order(Scene& scene, int axis, double order, double amplitude, double phase) {
  std::vector<double>& motion = scene.motion[static_cast<size_t>(axis)];
  for (size_t i = 0; i < motion.size(); ++i) motion[i] += amplitude * std::sin(order * scene.angle[i] + phase);
}

void add_impact(Scene& scene, double angle, const std::array<double, 3>& impulse) {
  const auto after = std::upper_bound(scene.angle.begin(), scene.angle.end(), angle);
  if (after == scene.angle.begin() || after == scene.angle.end()) return;
  const size_t next = static_cast<size_t>(after - scene.angle.begin());
  const double share = (angle - scene.angle[next - 1]) / (scene.angle[next] - scene.angle[next - 1]);
  for (size_t axis = 0; axis < 3; ++axis) {
    scene.force[axis][next - 1] += (1.0 - share) * impulse[axis];
    scene.force[axis][next] += share * impulse[axis];
  }
}

std::vector<double> modal_response(const Mode& mode, const std::vector<double>& force, double sample_rate_hz) {
  const double omega = 2.0 * M_PI * mode.frequency_hz / sample_rate_hz;
  const double radius = std::exp(-mode.damping * omega);
  const double turn = omega * std::sqrt(1.0 - mode.damping * mode.damping);
  const double a1 = 2.0 * radius * std::cos(turn), a2 = -radius * radius, b1 = radius * std::sin(turn);
  std::vector<double> response(force.size());
  double y1 = 0.0, y2 = 0.0, x1 = 0.0;
  for (size_t i = 0; i < force.size(); ++i) {
    const double y = a1 * y1 + a2 * y2 + b1 * x1;
    y2 = y1;
    y1 = y;
    x1 = force[i];
    response[i] = y;
  }
  return response;
}

void add_healthy(const Machine& machine, const Running& running, Rng& rng, Scene& scene) {
  const double phase = rng.uniform(0.0, 2.0 * M_PI);
  const double residual = machine.residual_imbalance * scene.speed_ratio * scene.speed_ratio;
  add_order(scene, 0, 1.0, residual, phase);
  add_order(scene, 1, 1.0, 0.8 * residual, phase + M_PI_2);
  add_order(scene, 2, 2.0, 0.2 * residual, rng.uniform(0.0, 2.0 * M_PI));
  add_mesh(machine, running, rng, scene);
  add_blade_pass(machine, running, rng, scene);
  add_neighbour(rng, scene);
  add_knocks(rng, scene);
  const double floor = machine.floor_noise * (0.6 + 0.4 * running.load);
  for (auto& axis : scene.force) {
    for (double& force : axis) force += floor * rng.normal();
  }
}

}  // namespace apprentice::data
