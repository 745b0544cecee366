// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/factory/machine.h"

#include <fmt/format.h>

#include <cmath>

#include "apprentice/base/random.h"

namespace apprentice::data {
namespace {

double draw(Rng& rng, Range range) { return rng.uniform(range.low, range.high); }
int draw_count(Rng& rng, Range range) {
  return static_cast<int>(range.low) + static_cast<int>(rng.below(static_cast<uint64_t>(range.high - range.low) + 1));
}

Bearing draw_bearing(Rng& rng) {
  Bearing bearing;
  bearing.balls = draw_count(rng, {7, 11});
  bearing.diameter_ratio = rng.uniform(0.17, 0.27);
  bearing.contact_angle_rad = rng.uniform(0.0, 0.26);
  return bearing;
}

// Frequencies spread over the band of the sensors; the last mode leans towards the axis.
std::array<Mode, 3> draw_modes(Rng& rng) {
  const Range bands[3] = {{550, 800}, {900, 1250}, {1350, 1750}};
  std::array<Mode, 3> modes{};
  for (size_t i = 0; i < modes.size(); ++i) {
    const double around = rng.uniform(0.0, 2.0 * M_PI);
    const double axial = i == 2 ? rng.uniform(0.5, 0.8) : rng.uniform(0.1, 0.4);
    const double radial = std::sqrt(1.0 - axial * axial);
    modes[i] = {
        draw(rng, bands[i]), rng.uniform(0.03, 0.07), {radial * std::cos(around), radial * std::sin(around), axial}};
  }
  return modes;
}

}  // namespace

const std::vector<MachineType>& machine_types() {
  static const std::vector<MachineType> types = {
      {"pump", {2700, 3000}, {5, 7}, {0, 0}, {8, 15}, {22, 30}, 0.005},
      {"fan", {1800, 2400}, {7, 12}, {0, 0}, {5, 10}, {14, 20}, 0.01},
      {"spindle", {4800, 7200}, {0, 0}, {0, 0}, {10, 20}, {20, 28}, 0.02},
      {"gearbox", {2400, 3000}, {0, 0}, {17, 23}, {12, 25}, {26, 34}, 0.01},
      {"robot_joint", {2400, 3600}, {0, 0}, {13, 19}, {3, 6}, {16, 24}, 0.04},
  };
  return types;
}

double Bearing::outer_order() const { return 0.5 * balls * (1.0 - diameter_ratio * std::cos(contact_angle_rad)); }
double Bearing::inner_order() const { return 0.5 * balls * (1.0 + diameter_ratio * std::cos(contact_angle_rad)); }
double Bearing::ball_spin_order() const {
  const double part = diameter_ratio * std::cos(contact_angle_rad);
  return 0.5 / diameter_ratio * (1.0 - part * part);
}
double Bearing::cage_order() const { return 0.5 * (1.0 - diameter_ratio * std::cos(contact_angle_rad)); }

Machine draw_machine(const MachineType& type, int64_t number, uint64_t seed) {
  Machine machine;
  machine.type = &type;
  machine.name = fmt::format("{}{:02}", type.name, number);
  Rng rng(seed, "factory/machine/" + machine.name);
  machine.rated_rpm = draw(rng, type.rated_rpm);
  machine.bearing = draw_bearing(rng);
  machine.blades = draw_count(rng, type.blades);
  machine.teeth = draw_count(rng, type.teeth);
  machine.pole_pairs = draw_count(rng, {1, 2});
  machine.modes = draw_modes(rng);
  machine.rated_current_a = draw(rng, type.rated_current_a);
  machine.temperature_rise_c = draw(rng, type.temperature_rise_c);
  machine.residual_imbalance = rng.uniform(0.05, 0.2);
  machine.floor_noise = rng.uniform(0.04, 0.07);
  for (double& gain : machine.gain) gain = rng.uniform(0.9, 1.1);
  return machine;
}

}  // namespace apprentice::data
