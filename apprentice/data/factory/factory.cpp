// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/factory/factory.h"

#include <cmath>
#include <fstream>

#include "apprentice/base/files.h"
#include "apprentice/data/factory/fault.h"
#include "apprentice/data/factory/machine.h"
#include "apprentice/data/factory/scene.h"
#include "apprentice/data/factory/sensors.h"

namespace apprentice::data {
namespace {

constexpr const char* kReadme =
    "SIMULATED DATA. No recording in this folder comes from a real machine.\n"
    "\n"
    "Written by the built-in factory of Apprentice (docs/factory.md): machines of five types, healthy and with\n"
    "faults, from documented physics. The same seed writes the same bytes.\n"
    "\n"
    "index.csv   one row per recording: file, machine, kind of machine, fault (the label), speed in rpm,\n"
    "            load (0..1 of the rated load), severity (0 = healthy), run, side (train, validation or test:\n"
    "            no machine is on two sides), seed, sample rate, simulated = yes\n"
    "*.npy       float32 [samples, 5]: vibration_x, vibration_y, vibration_z in g, motor_current in A,\n"
    "            temperature in degrees C\n";

constexpr const char* kHeader =
    "file,machine,kind,fault,speed_rpm,load,severity,run,side,seed,sample_rate_hz,simulated\n";

// One recording to make.
struct Order {
  const Machine& machine;
  const FaultKind& fault;
  int64_t run;
  const char* side;
};

Status check_options(const FactoryOptions& options) {
  const auto outside = [](double value, double low, double high) { return !(value >= low && value <= high); };
  if (options.machines_per_type < 3 || options.machines_per_type > 99) {
    return bad_input("", "the factory has 3 to 99 machines per type, not {}", options.machines_per_type);
  }
  if (options.runs < 1 || options.runs > 1000) {
    return bad_input("", "the factory makes 1 to 1000 runs per machine and condition, not {}", options.runs);
  }
  if (options.samples < 256 || options.samples > 10'000'000) {
    return bad_input("", "a factory recording has 256 to 10000000 samples, not {}", options.samples);
  }
  if (outside(options.sample_rate_hz, 4096.0, 65536.0)) {
    return bad_input("", "the factory samples at 4096 to 65536 Hz, not {}", options.sample_rate_hz);
  }
  if (outside(options.least_severity, 0.05, 1.0)) {
    return bad_input("", "the least severity of a fault lies in 0.05 to 1, not {}", options.least_severity);
  }
  return {};
}

// As write_file, without a sync per file: thousands of them would take longer than the simulation. The index, which
// makes the folder whole, is synced and comes last; the recordings can always be made again from the seed.
Status write_unsynced(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file.fail()) return fail(ErrorKind::kIo, path, "cannot write the recording; is the disk full or read-only?");
  return {};
}

// NPY 1.0 (numpy.lib.format): magic, version, header length, header padded so that the data starts at a multiple of 64.
Status write_npy(const std::string& path, const Tensor& tensor) {
  std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", tensor.shape()[0],
                                   tensor.shape()[1]);
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() % 256);
  bytes += static_cast<char>(header.size() / 256);
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(tensor.bytes()), static_cast<size_t>(tensor.byte_count()));
  return write_unsynced(path, bytes);
}

// Whole machines go to one side, so a test machine is never seen in training.
const char* side_of(int64_t number, int64_t machines) {
  const int64_t fifth = std::max<int64_t>(1, machines / 5);
  if (number >= machines - fifth) return "test";
  return number >= machines - 2 * fifth ? "validation" : "train";
}

Running draw_running(const Machine& machine, const FaultKind& fault, const FactoryOptions& options, Rng& rng) {
  Running running;
  running.speed_rpm = std::round(machine.rated_rpm * rng.uniform(0.75, 1.0));
  running.load = std::round(rng.uniform(0.3, 1.0) * 100.0) / 100.0;
  const double severity = std::round(rng.uniform(options.least_severity, 1.0) * 100.0) / 100.0;
  running.severity = fault.add == nullptr ? 0.0 : severity;
  return running;
}

// Simulates and writes one recording; returns its row of the index.
Result<std::string> write_recording(const std::string& folder, const FactoryOptions& options, const Order& order) {
  const std::string stem = fmt::format("{}_{}_run{}", order.machine.name, order.fault.name, order.run);
  Rng rng(options.seed, "factory/recording/" + stem);
  const Running running = draw_running(order.machine, order.fault, options, rng);
  Scene scene = make_scene(order.machine, running, options.sample_rate_hz, options.samples, rng);
  add_healthy(order.machine, running, rng, scene);
  if (order.fault.add != nullptr) order.fault.add(order.machine, running, rng, scene);
  const Tensor recording = record(order.machine, running, scene, rng);
  const std::string file = fmt::format("simulated_{}.npy", stem);
  APPRENTICE_CHECK(write_npy(folder + "/" + file, recording));
  return fmt::format("{},{},{},{},{:.0f},{:.2f},{:.2f},{},{},{},{:g},yes\n", file, order.machine.name,
                     order.machine.type->name, order.fault.name, running.speed_rpm, running.load, running.severity,
                     order.run, order.side, options.seed, options.sample_rate_hz);
}

std::vector<Machine> draw_hall(const FactoryOptions& options) {
  std::vector<Machine> hall;
  for (const MachineType& type : machine_types()) {
    for (int64_t number = 0; number < options.machines_per_type; ++number) {
      hall.push_back(draw_machine(type, number, options.seed));
    }
  }
  return hall;
}

std::vector<Order> plan_orders(const std::vector<Machine>& hall, const FactoryOptions& options) {
  std::vector<Order> orders;
  for (size_t i = 0; i < hall.size(); ++i) {
    const int64_t number = static_cast<int64_t>(i) % options.machines_per_type;
    const char* side = side_of(number, options.machines_per_type);
    for (const FaultKind& fault : fault_kinds()) {
      if (!can_have(*hall[i].type, fault)) continue;
      for (int64_t run = 0; run < options.runs; ++run) orders.push_back({hall[i], fault, run, side});
    }
  }
  return orders;
}

// What an interrupted factory left behind is written again; nothing else is ever written over.
Status check_free(const std::string& folder) {
  if (file_exists(folder + "/index.csv"))
    return bad_input(folder, "holds the finished recordings of a factory already");
  for (const std::string& name : list_folder(folder)) {
    if (name.rfind("simulated_", 0) == 0) continue;
    return bad_input(folder, "holds '{}', which is no recording of a factory; give a new or empty folder", name);
  }
  return {};
}

}  // namespace

Result<FactoryReport> write_factory(const std::string& folder, const FactoryOptions& options,
                                    const RunControl& control) {
  APPRENTICE_CHECK(check_options(options));
  FactoryReport report;
  report.index_path = folder + "/index.csv";
  APPRENTICE_CHECK(check_free(folder));
  APPRENTICE_CHECK(make_folder(folder));
  const std::vector<Machine> hall = draw_hall(options);
  const std::vector<Order> orders = plan_orders(hall, options);
  std::string index = kHeader;
  for (const Order& order : orders) {
    if (control.stop_requested()) return interrupted("the factory");
    APPRENTICE_TRY(const std::string row, write_recording(folder, options, order));
    index += row;
    report.recordings += 1;
    control.report({"factory", report.recordings, static_cast<int64_t>(orders.size()), order.machine.name});
  }
  APPRENTICE_CHECK(write_file(folder + "/README.txt", kReadme));
  APPRENTICE_CHECK(write_file(report.index_path, index));
  report.machines = static_cast<int64_t>(hall.size());
  report.samples = report.recordings * options.samples;
  return report;
}

}  // namespace apprentice::data
