// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/prove.h"

#include <set>

#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/package/device_figures.h"
#include "apprentice/pipeline/evaluate.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice::pipeline {
namespace {

std::string report_of(const device::DeviceProfile& device) { return "proof/" + device.name + ".json"; }

// What is proven of a net and samples stays proven.
nlohmann::ordered_json inputs_of(const Shipped& shipped, const device::DeviceProfile& device,
                                 const std::string& samples_hash) {
  return {{"net", quant::fingerprint(shipped.net)}, {"samples", samples_hash}, {"core", device.core}};
}

Result<std::vector<std::string>> prove_on(const Run& run, const Shipped& shipped, const device::DeviceProfile& device,
                                          const device::ProofVectors& vectors, const RunControl& control) {
  device::MeasureOptions options;
  options.work_folder = run.directory.file("proof/build/" + device.name);
  APPRENTICE_TRY(const package::DeviceReport report,
                 device::measure(shipped.package, device, vectors, options, control));
  APPRENTICE_CHECK(write_file(run.directory.file(report_of(device)), package::to_json(report).dump(2) + "\n"));
  return std::vector<std::string>{report_of(device)};
}

}  // namespace

Result<std::vector<device::DeviceProfile>> one_device_per_core() {
  std::vector<device::DeviceProfile> devices;
  std::set<std::string> seen;
  for (const std::string& name : device::device_names()) {
    APPRENTICE_TRY(const device::DeviceProfile device, device::load_device(name));
    if (seen.insert(device.core).second) devices.push_back(device);
  }
  return devices;
}

Result<std::vector<package::DeviceReport>> prove(Run& run, const std::vector<device::DeviceProfile>& devices,
                                                 int64_t vectors) {
  const Inputs& inputs = run.inputs;
  APPRENTICE_TRY(const Shipped shipped, shipped_package(run));
  const quant::QuantNet& net = shipped.net;
  const Tensor samples = proof_samples(net, *inputs.splits.test, vectors, inputs.job.seed);
  APPRENTICE_TRY(const device::ProofVectors proof, proof_vectors(net, samples, run.control));
  APPRENTICE_CHECK(make_folder(run.directory.file("proof")));
  APPRENTICE_CHECK(data::write_npy(run.directory.file("proof/samples.npy"), samples));
  APPRENTICE_CHECK(data::write_npy(run.directory.file("proof/answers.npy"), proof.answers));
  APPRENTICE_TRY(const std::string hash, hash_file(run.directory.file("proof/samples.npy")));
  Units units;
  for (const device::DeviceProfile& device : devices) {
    units.push_back({device.name, "prove-" + device.name, [&] { return inputs_of(shipped, device, hash); },
                     [&](const RunControl& control) { return prove_on(run, shipped, device, proof, control); }});
  }
  APPRENTICE_CHECK(run_in_queue("prove", run, units));
  std::vector<package::DeviceReport> reports;
  for (const device::DeviceProfile& device : devices) {
    APPRENTICE_TRY(reports.emplace_back(), package::read_device_report(run.directory.file(report_of(device))));
  }
  return reports;
}

}  // namespace apprentice::pipeline
