// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/prove.h"

#include <set>

#include "apprentice/base/cores.h"
#include "apprentice/base/files.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/package/device_figures.h"
#include "apprentice/pipeline/evaluate.h"
#include "apprentice/pipeline/side_by_side.h"
#include "apprentice/pipeline/steps/step.h"

namespace apprentice {
namespace {

std::string report_of(const DeviceProfile& device) { return "proof/" + device.name + ".json"; }

std::string record_of(const DeviceProfile& device) { return "prove-" + device.name; }

// What is proven of a net and samples stays proven.
nlohmann::ordered_json inputs_of(const Shipped& shipped, const DeviceProfile& device, const std::string& samples_hash) {
  return {{"version", version()}, {"net", fingerprint(shipped.net)}, {"samples", samples_hash}, {"core", device.core}};
}

Status prove_on(Run& run, const Shipped& shipped, const DeviceProfile& device, const ProofVectors& vectors,
                const nlohmann::ordered_json& made_by, const RunControl& control) {
  const auto work = [&]() -> Result<std::vector<std::string>> {
    MeasureOptions options;
    options.work_folder = run.directory.file("proof/build/" + device.name);
    APPRENTICE_TRY(const DeviceReport report, measure(shipped.package, device, vectors, options, control));
    APPRENTICE_CHECK(write_file(run.directory.file(report_of(device)), to_json(report).dump(2) + "\n"));
    return std::vector<std::string>{report_of(device)};
  };
  APPRENTICE_CHECK(run.directory.once(record_of(device), made_by, work));
  return {};
}

}  // namespace

Result<std::vector<DeviceProfile>> one_device_per_core() {
  std::vector<DeviceProfile> devices;
  std::set<std::string> seen;
  for (const std::string& name : device_names()) {
    APPRENTICE_TRY(const DeviceProfile device, load_device(name));
    if (seen.insert(device.core).second) devices.push_back(device);
  }
  return devices;
}

Result<std::vector<DeviceReport>> prove(Run& run, const std::vector<DeviceProfile>& devices, int64_t vectors) {
  const Inputs& inputs = run.inputs;
  APPRENTICE_TRY(const Shipped shipped, shipped_package(run));
  const QuantNet& net = shipped.net;
  const Tensor samples = proof_samples(net, *inputs.splits.test, vectors, inputs.job.seed);
  APPRENTICE_TRY(const ProofVectors proof, proof_vectors(net, samples, run.control));
  APPRENTICE_CHECK(make_folder(run.directory.file("proof")));
  APPRENTICE_CHECK(write_npy(run.directory.file("proof/samples.npy"), samples));
  APPRENTICE_CHECK(write_npy(run.directory.file("proof/answers.npy"), proof.answers));
  APPRENTICE_TRY(const std::string hash, hash_file(run.directory.file("proof/samples.npy")));
  std::vector<SideTask> tasks;
  for (const DeviceProfile& device : devices) {
    const nlohmann::ordered_json made_by = inputs_of(shipped, device, hash);
    if (run.directory.is_sealed(record_of(device), made_by)) continue;
    const auto work = [&, made_by](const RunControl& control) {
      return prove_on(run, shipped, device, proof, made_by, control);
    };
    tasks.push_back({device.name, work});
  }
  APPRENTICE_CHECK(run_side_by_side("prove", tasks, core_count(), run.control));
  std::vector<DeviceReport> reports;
  for (const DeviceProfile& device : devices) {
    APPRENTICE_TRY(reports.emplace_back(), read_device_report(run.directory.file(report_of(device))));
  }
  return reports;
}

}  // namespace apprentice
