// SPDX-License-Identifier: Apache-2.0
// Faults of the simulated hall: one row each. To add one: write its function, add its row in fault.cpp.
#pragma once

#include <string>
#include <vector>

#include "apprentice/data/factory/scene.h"

namespace apprentice::data {

struct FaultKind {
  const char* name;  // the class label in index.csv
  const char* summary;
  const char* source;                 // where its signature is described
  std::vector<std::string> machines;  // types that can have it; empty = all
  // Adds the fault's forces, motion, torque ripple and heat; null for healthy.
  void (*add)(const Machine& machine, const Running& running, Rng& rng, Scene& scene);
};
// The first row is healthy.
const std::vector<FaultKind>& fault_kinds();
bool can_have(const MachineType& type, const FaultKind& fault);

// Rotor: fault_rotor.cpp
void add_imbalance(const Machine& machine, const Running& running, Rng& rng, Scene& scene);
void add_misalignment(const Machine& machine, const Running& running, Rng& rng, Scene& scene);
void add_looseness(const Machine& machine, const Running& running, Rng& rng, Scene& scene);
// Bearing: fault_bearing.cpp
void add_inner_race(const Machine& machine, const Running& running, Rng& rng, Scene& scene);
void add_outer_race(const Machine& machine, const Running& running, Rng& rng, Scene& scene);
void add_ball(const Machine& machine, const Running& running, Rng& rng, Scene& scene);
// What the shaft drives: fault_drive.cpp
void add_gear_tooth(const Machine& machine, const Running& running, Rng& rng, Scene& scene);
void add_cavitation(const Machine& machine, const Running& running, Rng& rng, Scene& scene);

}  // namespace apprentice::data
