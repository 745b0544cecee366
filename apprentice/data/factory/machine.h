// SPDX-License-Identifier: Apache-2.0
// The machines of the simulated hall: what a type of machine has in common and what each machine has of its own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace apprentice::data {

struct Range {
  double low, high;
};

// One row per type; every figure is a range from which each machine draws its own.
struct MachineType {
  const char* name;
  Range rated_rpm;
  Range blades;              // vanes of a pump, blades of a fan; 0 = none
  Range teeth;               // of the pinion on the shaft; 0 = none
  Range rated_current_a;     // amplitude at full load
  Range temperature_rise_c;  // of the bearing housing above the hall at full load
  double speed_wander;       // relative, within a recording
};
const std::vector<MachineType>& machine_types();

// Rolling bearing, fixed outer race. Events per shaft revolution (Randall and Antoni 2011, eq. 1-4).
struct Bearing {
  int balls = 9;
  double diameter_ratio = 0.2;  // ball diameter / pitch diameter
  double contact_angle_rad = 0.0;

  double outer_order() const;      // BPFO / shaft frequency
  double inner_order() const;      // BPFI / shaft frequency
  double ball_spin_order() const;  // BSF / shaft frequency; a defect on a ball strikes twice per spin
  double cage_order() const;       // FTF / shaft frequency
};

// A resonance of the structure: one degree of freedom with a direction in space.
struct Mode {
  double frequency_hz, damping;
  std::array<double, 3> direction;  // x, y (radial), z (axial); length 1
};

inline constexpr int kFactoryChannels = 5;

struct Machine {
  const MachineType* type = nullptr;
  std::string name;  // "pump03"
  double rated_rpm = 0.0;
  Bearing bearing;
  int blades = 0, teeth = 0, pole_pairs = 2;
  std::array<Mode, 3> modes{};
  double rated_current_a = 0.0, temperature_rise_c = 0.0;
  double residual_imbalance = 0.0;              // as the severity of an imbalance
  double floor_noise = 0.0;                     // broadband force of healthy running
  std::array<double, kFactoryChannels> gain{};  // of each sensor; 1 is true
};

// The machine `number` of a type; depends on seed, type and number alone.
Machine draw_machine(const MachineType& type, int64_t number, uint64_t seed);

}  // namespace apprentice::data
