// SPDX-License-Identifier: Apache-2.0
#include "apprentice/data/factory/factory.h"

#include "verb.h"

namespace apprentice::cli {

Action declare_factory(Options options) {
  const auto out = std::make_shared<std::string>();
  const auto hall = std::make_shared<data::FactoryOptions>();
  const auto seed = std::make_shared<int64_t>(1);
  options.text("--out", *out, "folder to write; new or empty", Need::kRequired);
  options.number("--seed", *seed, 0, INT64_MAX, "the same seed gives the same bytes");
  options.number("--machines", hall->machines_per_type, 3, 99, "machines of each type");
  options.number("--runs", hall->runs, 1, 1000, "recordings per machine and condition");
  options.about(
      "Writes simulated recordings of pumps, fans, spindles, gearboxes and robot joints, healthy and with eight "
      "faults.\n"
      "Example: apprentice factory --out hall --seed 1");
  return [out, seed, hall](Session& session) -> Status {
    hall->seed = static_cast<uint64_t>(*seed);
    APPRENTICE_TRY(const data::FactoryReport report, data::write_factory(*out, *hall, session.control));
    session.console.note(fmt::format("{} recordings of {} simulated machines", report.recordings, report.machines));
    session.console.result(report.index_path + "\n");
    return {};
  };
}

}  // namespace apprentice::cli
