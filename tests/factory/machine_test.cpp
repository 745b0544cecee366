// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/factory/machine.h"

#include <gtest/gtest.h>

#include <cmath>

namespace apprentice {
namespace {

// SKF 6205-2RS JEM, 9 balls of 0.3126 in on a pitch diameter of 1.537 in. Multiples of the shaft frequency as the Case
// Western Reserve University Bearing Data Center publishes them; its figure for the element is two strikes per spin.
TEST(Bearing, AgreesWithThePublishedFrequenciesOfThe6205) {
  const data::Bearing bearing{9, 0.3126 / 1.537, 0.0};
  EXPECT_NEAR(bearing.inner_order(), 5.4152, 2e-3);
  EXPECT_NEAR(bearing.outer_order(), 3.5848, 2e-3);
  EXPECT_NEAR(bearing.cage_order(), 0.39828, 2e-4);
  EXPECT_NEAR(2.0 * bearing.ball_spin_order(), 4.7135, 2e-3);
}

TEST(Machine, DependsOnSeedTypeAndNumberAlone) {
  const data::MachineType& type = data::machine_types()[0];
  const data::Machine once = data::draw_machine(type, 3, 7), again = data::draw_machine(type, 3, 7);
  EXPECT_EQ(once.name, "pump03");
  EXPECT_EQ(once.modes[1].frequency_hz, again.modes[1].frequency_hz);
  EXPECT_NE(once.modes[1].frequency_hz, data::draw_machine(type, 4, 7).modes[1].frequency_hz);
  EXPECT_NE(once.modes[1].frequency_hz, data::draw_machine(type, 3, 8).modes[1].frequency_hz);
}

TEST(Machine, StaysInsideItsTypeAndBelowNyquist) {
  for (const data::MachineType& type : data::machine_types()) {
    for (int64_t number = 0; number < 50; ++number) {
      const data::Machine machine = data::draw_machine(type, number, 1);
      EXPECT_GE(machine.rated_rpm, type.rated_rpm.low);
      EXPECT_LE(machine.rated_rpm, type.rated_rpm.high);
      EXPECT_GE(machine.teeth, static_cast<int>(type.teeth.low));
      EXPECT_LE(machine.teeth, static_cast<int>(type.teeth.high));
      EXPECT_LT(machine.teeth * machine.rated_rpm / 60.0, 2048.0);
      for (const data::Mode& mode : machine.modes) {
        EXPECT_LT(mode.frequency_hz, 2048.0);
        const auto& d = mode.direction;
        EXPECT_NEAR(d[0] * d[0] + d[1] * d[1] + d[2] * d[2], 1.0, 1e-12);
      }
    }
  }
}

}  // namespace
}  // namespace apprentice
