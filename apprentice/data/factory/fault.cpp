// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/factory/fault.h"

#include <algorithm>

namespace apprentice::data {

const std::vector<FaultKind>& fault_kinds() {
  static const char* const kRotor = "ISO 13373-3:2015, annexes; Randall 2011, section 2.2";
  static const char* const kBearing = "McFadden and Smith 1984; Randall and Antoni 2011";
  static const std::vector<FaultKind> kinds = {
      {"healthy", "nothing wrong", "", {}, nullptr},
      {"imbalance", "mass off the axis: once per turn, radial, grows with speed squared", kRotor, {}, add_imbalance},
      {"misalignment", "shafts out of line: twice per turn, strong along the axis", kRotor, {}, add_misalignment},
      {"looseness", "loose foot: many harmonics and halves of the speed, rattling", kRotor, {}, add_looseness},
      {"inner_race",
       "defect on the inner race: strikes at BPFI, as strong as the load it passes",
       kBearing,
       {},
       add_inner_race},
      {"outer_race", "defect on the outer race: strikes at BPFO, evenly", kBearing, {}, add_outer_race},
      {"ball", "defect on a ball: strikes at twice BSF, modulated by the cage", kBearing, {}, add_ball},
      {"gear_tooth",
       "cracked tooth: one shock per turn, the mesh softens around it",
       "Randall 2011, section 2.2.2; McFadden 1986",
       {"gearbox", "robot_joint"},
       add_gear_tooth},
      {"cavitation",
       "collapsing bubbles: random bursts, densest as the vanes pass",
       "Brennen 1995, chapter 6",
       {"pump"},
       add_cavitation},
  };
  return kinds;
}

bool can_have(const MachineType& type, const FaultKind& fault) {
  if (fault.machines.empty()) return true;
  return std::find(fault.machines.begin(), fault.machines.end(), type.name) != fault.machines.end();
}

}  // namespace apprentice::data
