// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/factory/factory.h"

#include "verb.h"

namespace apprentice::cli {

Action declare_factory(CLI::App& app) {
  const auto out = std::make_shared<std::string>();
  const auto options = std::make_shared<FactoryOptions>();
  app.add_option("--out", *out, "folder to write; new or empty")->required();
  app.add_option("--seed", options->seed, "the same seed gives the same bytes")->capture_default_str();
  app.add_option("--machines", options->machines_per_type, "machines of each type")->capture_default_str();
  app.add_option("--runs", options->runs, "recordings per machine and condition")->capture_default_str();
  app.footer(
      "Writes simulated recordings of pumps, fans, spindles, gearboxes and robot joints, healthy and with eight faults.\n"
      "Example: apprentice factory --out hall --seed 1");
  return [out, options](Session& session) -> Status {
    APPRENTICE_TRY(const FactoryReport report, write_factory(*out, *options, session.control));
    session.console.note(fmt::format("{} recordings of {} simulated machines", report.recordings, report.machines));
    session.console.result(report.index_path + "\n");
    return {};
  };
}

}  // namespace apprentice::cli
