// SPDX-License-Identifier: Apache-2.0
// measure: builds the package for the device, runs it emulated, and proves every answer equal to the oracle.
#include "apprentice/base/files.h"
#include "apprentice/pipeline/choice.h"
#include "apprentice/pipeline/evaluate.h"
#include "apprentice/pipeline/job_check.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice::pipeline {
namespace {

Status check_proof(const package::DeviceReport& report) {
  if (report.vectors_equal == report.vectors) return {};
  return fail(ErrorKind::kUnsupported, report.device,
              "{} of {} answers differ from the int8 oracle; the compiler ({}) or emulator ({}) does not do what the "
              "package needs",
              report.vectors - report.vectors_equal, report.vectors, report.compiler, report.emulator);
}

Result<std::vector<std::string>> measure_student(Run& run) {
  const Inputs& inputs = run.inputs;
  APPRENTICE_TRY(const Shipped shipped, shipped_package(run));
  const quant::QuantNet& net = shipped.net;
  const Tensor samples = proof_samples(net, *inputs.splits.test, inputs.job.device.vectors, inputs.job.seed);
  device::MeasureOptions options;
  options.work_folder = run.directory.file("device/build");
  options.count_instructions = inputs.job.device.count_instructions;
  APPRENTICE_TRY(const device::ProofVectors vectors, proof_vectors(net, samples, run.control));
  APPRENTICE_TRY(const package::DeviceReport report,
                 device::measure(shipped.package, inputs.device, vectors, options, run.control));
  APPRENTICE_CHECK(check_proof(report));
  APPRENTICE_CHECK(check_budget(report));
  APPRENTICE_CHECK(write_file(run.directory.file(kDeviceReport), package::to_json(report).dump(2) + "\n"));
  return std::vector<std::string>{kDeviceReport};
}

Result<nlohmann::ordered_json> measure_inputs(const Run& run) {
  const Inputs& inputs = run.inputs;
  const device::DeviceProfile& device = inputs.device;
  APPRENTICE_TRY(const Arm shipped, shipped_arm(run));
  APPRENTICE_TRY(const std::string net, hash_file(run.directory.file(quant_path(shipped))));
  APPRENTICE_TRY(const std::string manifest, hash_file(run.directory.file(kShippedManifest)));
  return nlohmann::ordered_json{{"net", net},
                                {"package", manifest},
                                {"test", inputs.splits.test->info().fingerprint},
                                {"device",
                                 {device.name, device.core, device.flash_bytes, device.ram_bytes, device.clock_hz,
                                  device.cycles_per_instruction.value, device.energy_pj_per_cycle.value}},
                                {"vectors", inputs.job.device.vectors},
                                {"count_instructions", inputs.job.device.count_instructions},
                                {"seed", inputs.job.seed}};
}

}  // namespace

Result<Units> measure_units(Run& run) { return one_unit(run, "measure", measure_inputs, measure_student); }

}  // namespace apprentice::pipeline
