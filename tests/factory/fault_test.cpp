// SPDX-License-Identifier: Apache-2.0
// Each fault shows the signature that its source describes, measured on what the sensors record.
#include "apprentice/data/factory/fault.h"

#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/base/error.h"
#include "apprentice/data/factory/sensors.h"

namespace apprentice {
namespace {

constexpr double kRate = 4096.0;
constexpr int64_t kSamples = 32768;  // 8 s

const data::MachineType& type_named(const std::string& name) {
  for (const data::MachineType& type : data::machine_types()) {
    if (name == type.name) return type;
  }
  throw BrokenPromise("no such machine type");
}

const data::FaultKind& fault_named(const std::string& name) {
  for (const data::FaultKind& fault : data::fault_kinds()) {
    if (name == fault.name) return fault;
  }
  throw BrokenPromise("no such fault");
}

struct Observed {
  data::Machine machine;
  data::Scene scene;
  std::vector<double> channel[data::kFactoryChannels];
};

Observed observe(const std::string& type, const std::string& fault, double severity = 1.0, int64_t number = 0) {
  Observed seen;
  seen.machine = data::draw_machine(type_named(type), number, 5);
  const data::Running running{seen.machine.rated_rpm, 0.8, severity};
  Rng rng(5, "fault_test/" + type);
  seen.scene = data::make_scene(seen.machine, running, kRate, kSamples, rng);
  data::add_healthy(seen.machine, running, rng, seen.scene);
  if (fault != "healthy") fault_named(fault).add(seen.machine, running, rng, seen.scene);
  const Tensor recording = data::record(seen.machine, running, seen.scene, rng);
  for (int64_t i = 0; i < kSamples; ++i) {
    for (int64_t c = 0; c < data::kFactoryChannels; ++c) {
      seen.channel[c].push_back(static_cast<double>(recording.data<float>()[i * data::kFactoryChannels + c]));
    }
  }
  return seen;
}

// Amplitude of a signal at an order of the shaft (a discrete Fourier sum over the shaft angle).
double at_order(const Observed& seen, const std::vector<double>& signal, double order) {
  double real = 0.0, imaginary = 0.0;
  for (size_t i = 0; i < signal.size(); ++i) {
    real += signal[i] * std::cos(order * seen.scene.angle[i]);
    imaginary += signal[i] * std::sin(order * seen.scene.angle[i]);
  }
  return 2.0 * std::hypot(real, imaginary) / static_cast<double>(signal.size());
}

// Squared first difference: a crude high-pass and envelope, enough to see trains of impacts.
std::vector<double> envelope(const std::vector<double>& signal) {
  std::vector<double> out(signal.size(), 0.0);
  double mean = 0.0;
  for (size_t i = 1; i < signal.size(); ++i) {
    out[i] = (signal[i] - signal[i - 1]) * (signal[i] - signal[i - 1]);
    mean += out[i] / static_cast<double>(signal.size());
  }
  for (double& value : out) value -= mean;
  return out;
}

// Slip smears a line over some width, so energy is summed over a band of orders.
double envelope_band(const Observed& seen, int channel, double order) {
  const std::vector<double> shape = envelope(seen.channel[channel]);
  double energy = 0.0;
  for (int step = -20; step <= 20; ++step) {
    const double line = at_order(seen, shape, order * (1.0 + 0.001 * step));
    energy += line * line;
  }
  return energy;
}

double high_frequency_power(const Observed& seen, int channel) {
  double power = 0.0;
  for (size_t i = 1; i < seen.channel[channel].size(); ++i) {
    const double step = seen.channel[channel][i] - seen.channel[channel][i - 1];
    power += step * step;
  }
  return power / static_cast<double>(seen.channel[channel].size());
}

TEST(Faults, ImbalanceTurnsOncePerRevolutionAQuarterTurnApartAndGrowsWithSeverity) {
  const Observed half = observe("fan", "imbalance", 0.5), full = observe("fan", "imbalance", 1.0);
  const Observed none = observe("fan", "healthy");
  EXPECT_GT(at_order(half, half.channel[0], 1.0), 2.0 * at_order(none, none.channel[0], 1.0));
  EXPECT_GT(at_order(full, full.channel[0], 1.0), 1.4 * at_order(half, half.channel[0], 1.0));
  EXPECT_GT(at_order(full, full.channel[0], 1.0), 5.0 * at_order(full, full.channel[2], 1.0));
}

TEST(Faults, MisalignmentShowsTwiceTheSpeedAndAlongTheAxis) {
  const Observed seen = observe("fan", "misalignment"), none = observe("fan", "healthy");
  EXPECT_GT(at_order(seen, seen.channel[0], 2.0), 1.5 * at_order(seen, seen.channel[0], 1.0));
  EXPECT_GT(at_order(seen, seen.channel[2], 1.0), 5.0 * at_order(none, none.channel[2], 1.0));
}

TEST(Faults, LoosenessShowsHalvesOfTheSpeedMostlyVertical) {
  const Observed seen = observe("fan", "looseness"), none = observe("fan", "healthy");
  for (double order : {0.5, 1.5, 2.5}) {
    EXPECT_GT(at_order(seen, seen.channel[1], order), 5.0 * at_order(none, none.channel[1], order)) << order;
    EXPECT_GT(at_order(seen, seen.channel[1], order), 1.5 * at_order(seen, seen.channel[0], order)) << order;
  }
}

// Impacts of a fault alone, per turn of the shaft: runs of samples with force, in a scene without any other force.
double strikes_per_turn(const std::string& type, const std::string& fault, int64_t number) {
  const data::Machine machine = data::draw_machine(type_named(type), number, 5);
  const data::Running running{machine.rated_rpm, 0.8, 1.0};
  Rng rng(5, "strikes");
  data::Scene scene = data::make_scene(machine, running, kRate, kSamples, rng);
  fault_named(fault).add(machine, running, rng, scene);
  int64_t strikes = 0;
  for (size_t i = 1; i < scene.angle.size(); ++i) {
    strikes += scene.force[2][i] != 0.0 && scene.force[2][i - 1] == 0.0 ? 1 : 0;
  }
  return static_cast<double>(strikes) * 2.0 * M_PI / (scene.angle.back() - scene.angle.front());
}

TEST(Faults, BearingDefectsStrikeAtTheirKinematicFrequencies) {
  for (int64_t number : {0, 1, 2}) {
    const data::Bearing bearing = data::draw_machine(type_named("fan"), number, 5).bearing;
    const std::vector<std::pair<std::string, double>> orders = {{"inner_race", bearing.inner_order()},
                                                                {"outer_race", bearing.outer_order()},
                                                                {"ball", 2.0 * bearing.ball_spin_order()}};
    const Observed none = observe("fan", "healthy", 0.0, number);
    for (const auto& [fault, order] : orders) {
      EXPECT_NEAR(strikes_per_turn("fan", fault, number), order, 0.01 * order) << fault << number;
      const Observed seen = observe("fan", fault, 1.0, number);
      EXPECT_GT(envelope_band(seen, 1, order), 10.0 * envelope_band(none, 1, order)) << fault << number;
    }
  }
}

TEST(Faults, TheInnerRaceIsModulatedByTheShaftAndTheOuterIsNot) {
  const Observed inner = observe("pump", "inner_race"), outer = observe("pump", "outer_race");
  const double bpfi = inner.machine.bearing.inner_order(), bpfo = outer.machine.bearing.outer_order();
  const double inner_share = envelope_band(inner, 1, 1.0) / envelope_band(inner, 1, bpfi);
  const double outer_share = envelope_band(outer, 1, 1.0) / envelope_band(outer, 1, bpfo);
  EXPECT_GT(inner_share, 10.0 * outer_share);
}

TEST(Faults, ABrokenToothShocksOncePerTurn) {
  const Observed seen = observe("gearbox", "gear_tooth"), none = observe("gearbox", "healthy");
  EXPECT_GT(at_order(seen, envelope(seen.channel[0]), 1.0), 5.0 * at_order(none, envelope(none.channel[0]), 1.0));
}

TEST(Faults, CavitationRaisesTheBroadbandByRandomBursts) {
  const Observed seen = observe("pump", "cavitation"), none = observe("pump", "healthy");
  EXPECT_GT(high_frequency_power(seen, 1), 2.0 * high_frequency_power(none, 1));
  EXPECT_LT(at_order(seen, seen.channel[0], 1.0), 1.5 * at_order(none, none.channel[0], 1.0));
}

TEST(Faults, EveryFaultChangesWhatTheSensorsSee) {
  for (const data::MachineType& type : data::machine_types()) {
    const Observed none = observe(type.name, "healthy");
    for (const data::FaultKind& fault : data::fault_kinds()) {
      if (fault.add == nullptr || !data::can_have(type, fault)) continue;
      const Observed seen = observe(type.name, fault.name);
      double change = 0.0;
      for (int64_t i = 0; i < kSamples; ++i) change += std::abs(seen.channel[1][i] - none.channel[1][i]) / kSamples;
      EXPECT_GT(change, 0.05) << type.name << " " << fault.name;
    }
  }
}

TEST(Faults, NameMachinesThatExist) {
  EXPECT_EQ(data::fault_kinds().front().name, std::string("healthy"));
  EXPECT_GE(data::fault_kinds().size(), 9U);
  for (const data::FaultKind& fault : data::fault_kinds()) {
    for (const std::string& machine : fault.machines) EXPECT_NO_THROW(type_named(machine)) << machine;
  }
}

TEST(Sensors, TheCurrentFollowsTheLoadAndTheTemperatureTheFriction) {
  const data::Machine machine = data::draw_machine(type_named("pump"), 0, 5);
  double power[2] = {}, mean_c[2] = {};
  for (int high = 0; high < 2; ++high) {
    const data::Running running{machine.rated_rpm, high == 1 ? 1.0 : 0.3, 0.0};
    Rng rng(1, "sensors");
    data::Scene scene = data::make_scene(machine, running, kRate, kSamples, rng);
    scene.heat_c = high == 1 ? 6.0 : 0.0;
    const Tensor recording = data::record(machine, running, scene, rng);
    for (int64_t i = 0; i < kSamples; ++i) {
      const float* row = recording.data<float>() + i * data::kFactoryChannels;
      power[high] += static_cast<double>(row[3] * row[3]) / kSamples;
      mean_c[high] += static_cast<double>(row[4]) / kSamples;
    }
  }
  EXPECT_GT(power[1], 3.0 * power[0]);
  EXPECT_GT(mean_c[1], mean_c[0] + 6.0);
}

// A two-pole resonator's impulse response against its closed form.
TEST(Scene, AModeRingsAsADecayingSine) {
  const data::Mode mode{900.0, 0.05, {1, 0, 0}};
  std::vector<double> force(200, 0.0);
  force[0] = 1.0;
  const std::vector<double> response = data::modal_response(mode, force, kRate);
  const double omega = 2.0 * M_PI * 900.0 / kRate;
  for (size_t i = 0; i < response.size(); ++i) {
    const double t = static_cast<double>(i);
    EXPECT_NEAR(response[i], std::exp(-0.05 * omega * t) * std::sin(omega * std::sqrt(1 - 0.0025) * t), 1e-12);
  }
}

}  // namespace
}  // namespace apprentice
